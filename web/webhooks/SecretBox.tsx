import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { t } from '../words/secret.ts'

/** A secret that is at hand: masked until asked for. */
export function SecretBox({ secret }: { secret: string }) {
  const [shown, setShown] = useState(false)
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-lg border border-border bg-muted py-2 pe-2 ps-3">
      <code className="min-w-0 flex-1 basis-48 font-mono text-[0.8125rem] wrap-anywhere">{shown ? secret : masked(secret)}</code>
      <CopyButton wide text={secret} what={t('secret.title')} />
      <Button size="small" icon={shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />} onClick={() => setShown(!shown)}>{shown ? t('common.hide') : t('common.show')}</Button>
    </div>
  )
}

/** The prefix and the last four characters: enough to tell secrets apart, nothing to sign with. */
export function masked(secret: string): string {
  return `${secret.startsWith('whsec_') ? 'whsec_' : ''}${'•'.repeat(16)}${secret.slice(-4)}`
}
