import { TriangleAlert } from 'lucide-react'
import { leave } from '../app/leave.ts'
import { toApiError } from '../data/errors.ts'
import { useSessionState } from '../session/SessionProvider.tsx'
import { t } from '../words/every_screen.ts'
import { Button } from './Button.tsx'
import { TimeText } from './Time.tsx'

type OutdatedProps = { query: { isRefetchError: boolean; error: unknown; isFetching: boolean; dataUpdatedAt: number; refetch: () => unknown } }

/** Over what could not be loaded again: it stays on the screen, and says of when it is. */
export function Outdated({ query: { isRefetchError, error, isFetching, dataUpdatedAt, refetch } }: OutdatedProps) {
  const session = useSessionState()
  if (!isRefetchError) return null
  const isSignedOut = toApiError(error).code === 'signed_out' && session.state === 'signed_in'
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem] text-warning">
      <TriangleAlert aria-hidden className="size-4 shrink-0" />
      <p role="status">{t.rich('common.outdated', { time: <TimeText at={new Date(dataUpdatedAt)} /> })}</p>
      {isSignedOut
        ? <Button size="small" variant="quiet" onClick={() => leave(() => void session.signOut())}>{t('common.sign_in')}</Button>
        : <Button size="small" variant="quiet" aria-busy={isFetching} onClick={() => { if (!isFetching) refetch() }}>{t('common.try_again')}</Button>}
    </div>
  )
}
