import { apiUrl } from '../data/api_keys.ts'
import { Button } from '../ui/Button.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { returnFocusTo } from '../ui/return_focus.ts'
import { t } from '../words/api_keys.ts'

/** The one moment in which a key can be read. Only its own buttons close it. */
export function NewKey({ token, onClose, returnTo }: { token: string; onClose: () => void; returnTo: string }) {
  const command = (key: string) => `curl "${apiUrl()}" -H "Authorization: Bearer ${key}"`
  return (
    <Dialog
      open
      width="small"
      dismissable={false}
      staysOnEscape
      title={t('keys.made_title')}
      onClose={onClose}
      finalFocus={returnFocusTo(returnTo)}
      footer={<Button variant="primary" onClick={onClose}>{t('common.done')}</Button>}
    >
      <div role="status" className="space-y-4">
        <p className="text-muted-foreground">{t('keys.made')}</p>
        <div className="flex flex-wrap items-center gap-2 rounded-lg border border-border bg-muted py-2 pe-2 ps-3">
          <code className="min-w-0 flex-1 basis-48 font-mono text-[0.8125rem] wrap-anywhere">{token}</code>
          <CopyButton wide text={token} what={t('keys.key')} />
        </div>
      </div>
      <section className="mt-4">
        <h3 className="mb-1.5 font-medium">{t('keys.try')}</h3>
        <div className="flex flex-wrap items-center gap-2 rounded-lg border border-border bg-muted py-2 pe-2 ps-3">
          <code className="min-w-0 flex-1 basis-48 font-mono text-[0.8125rem] wrap-anywhere">{command('thk_…')}</code>
          <CopyButton wide text={command(token)} what={t('keys.command')} />
        </div>
      </section>
    </Dialog>
  )
}
