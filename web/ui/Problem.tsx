import { CircleAlert } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { toApiError } from '../data/errors.ts'
import { useSessionState } from '../session/SessionProvider.tsx'
import { t } from '../words/every_screen.ts'
import { Button } from './Button.tsx'

/** The error state of a screen. Tells an outage from an empty list, and offers the only thing that helps: to try again, or to sign in. */
export function Problem({ title, error, onRetry }: { title: string; error: unknown; onRetry: () => void }) {
  const { code, message } = toApiError(error)
  const failures = useFailures(error)
  const session = useSessionState()
  const [reference] = useState(newReference)
  return (
    <div role="alert" className="card flex flex-col items-center gap-2 px-6 py-12 text-center">
      <CircleAlert aria-hidden className="size-6 text-danger" />
      <h2 className="text-base font-semibold">{title}</h2>
      <p className="text-muted-foreground">{code === 'offline' ? t('common.connection_lost') : message}</p>
      {code === 'signed_out' && session.state === 'signed_in'
        ? <Button className="mt-3" onClick={() => void session.signOut()}>{t('common.sign_in')}</Button>
        : <Button className="mt-3" onClick={onRetry}>{t('common.try_again')}</Button>}
      {failures >= 2 && <p className="mt-1 text-xs text-muted-foreground">{t('common.reference', { id: `${code}-${reference}` })}</p>}
    </div>
  )
}

/** Not crypto.randomUUID, which a page that came over plain http does not have. */
const newReference = () => [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

function useFailures(error: unknown): number {
  const seen = useRef<unknown>(null)
  const [count, setCount] = useState(0)
  useEffect(() => {
    if (seen.current === error) return
    seen.current = error
    setCount((before) => before + 1)
  }, [error])
  return count
}
