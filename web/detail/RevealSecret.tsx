import { useMutation } from '@tanstack/react-query'
import { Eye, EyeOff } from 'lucide-react'
import { useEffect } from 'react'
import { reason } from '../data/errors.ts'
import { revealSecret } from '../data/secrets.ts'
import { useRefusal } from '../session/permission.ts'
import { Button } from '../ui/Button.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { toastError } from '../ui/toasts.ts'
import { t } from '../words/secret.ts'

const SHOWN_FOR_MS = 60_000

/** The secret, masked. Copy does not show it; Show hides it again after a minute, or when the tab loses the focus. */
export function RevealSecret({ webhookId, hint }: { webhookId: string; hint: string }) {
  const refusal = useRefusal()
  const noAccess = refusal('read_secret')
  // A mutation, since it is written to the audit log: it must not be cached, nor asked again by itself.
  const { data: secret, mutate, reset, isPending } = useMutation({
    mutationFn: async () => (await revealSecret(webhookId)).secret,
    onError: (error) => toastError(t('secret.not_shown', { reason: reason(error) })),
    gcTime: 0,
  })
  const shown = secret !== undefined

  useEffect(() => {
    if (!shown) return
    const onHidden = () => { if (document.hidden) reset() }
    const timer = setTimeout(reset, SHOWN_FOR_MS)
    addEventListener('blur', reset)
    document.addEventListener('visibilitychange', onHidden)
    return () => {
      clearTimeout(timer)
      removeEventListener('blur', reset)
      document.removeEventListener('visibilitychange', onHidden)
    }
  }, [shown, reset])
  // A rolled secret is another one: the hint tells.
  useEffect(() => reset, [hint, reset])

  return (
    <div>
      <div className="flex flex-wrap items-center gap-2 rounded-lg border border-border bg-muted py-2 pe-2 ps-3">
        <code className="min-w-0 flex-1 basis-48 font-mono text-[0.8125rem] wrap-anywhere">
          {shown ? secret : (
            <>
              <span aria-hidden>{'•'.repeat(20)}{hint}</span>
              <span className="sr-only">{t('secret.masked', { hint })}</span>
            </>
          )}
        </code>
        <div className="flex gap-2">
          {noAccess === null
            ? (
                <CopyButton
                  wide
                  text={async () => secret ?? (await revealSecret(webhookId)).secret}
                  what={t('secret.title')}
                  onFailed={(error) => toastError(t('secret.not_shown', { reason: reason(error) }))}
                />
              )
            : <Button size="small" unavailable={noAccess}>{t('common.copy')}</Button>}
          <Button
            size="small"
            icon={shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
            aria-busy={isPending}
            unavailable={noAccess}
            onClick={() => { if (shown) reset(); else if (!isPending) mutate() }}
          >
            {shown ? t('common.hide') : isPending ? t('secret.showing') : t('common.show')}
          </Button>
        </div>
      </div>
      <p role="status" className="mt-1.5 text-[0.8125rem] text-muted-foreground empty:mt-0">{shown ? t('secret.hides') : noAccess}</p>
    </div>
  )
}
