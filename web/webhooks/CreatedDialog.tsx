import { CircleCheck, Send } from 'lucide-react'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { lazyPart } from '../ui/lazy_part.tsx'
import { returnFocusTo } from '../ui/return_focus.ts'
import { t } from '../words/form.ts'
import { SecretBox } from './SecretBox.tsx'
import type { Saved } from './useWebhookForm.ts'

const Snippets = lazyPart(() => import('../snippets/Snippets.tsx'), <div className="skeleton h-64" />)

/** After creating: the secret, how to check it, and the next step. */
export function CreatedDialog({ saved: { name, secret }, onClose, onTest, returnTo }: { saved: Saved; onClose: () => void; onTest: () => void; returnTo?: string }) {
  return (
    <Dialog
      open
      onClose={onClose}
      dismissable={false}
      finalFocus={returnFocusTo(returnTo, 'create-webhook')}
      title={<span className="flex items-center gap-2"><CircleCheck aria-hidden className="size-5 shrink-0 text-success" />{t('form.created_title', { name })}</span>}
      footer={(
        <>
          <Button icon={<Send aria-hidden />} onClick={onTest}>{t('common.test_event')}</Button>
          <Button variant="primary" onClick={onClose}>{t('common.done')}</Button>
        </>
      )}
    >
      {secret === null
        ? <p className="text-muted-foreground">{t('form.unsigned')}</p>
        : (
            <div className="space-y-5">
              <section>
                <h3 className="mb-1.5 font-medium">{t('form.secret')}</h3>
                <SecretBox secret={secret} />
                <p className="mt-1.5 text-[0.8125rem] text-muted-foreground">{t('form.secret_store')}</p>
              </section>
              <section>
                <h3 className="mb-2 font-medium">{t('form.verify')}</h3>
                <Snippets />
              </section>
            </div>
          )}
    </Dialog>
  )
}
