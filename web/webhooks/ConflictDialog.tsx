import { TimeText } from '../ui/Time.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { t } from '../words/form.ts'
import type { WebhookFormState } from './useWebhookForm.ts'

/** Somebody saved other settings while this form was open: theirs, or ours. */
export function ConflictDialog({ conflict }: { conflict: NonNullable<WebhookFormState['conflict']> }) {
  return (
    <Dialog
      open
      width="small"
      onClose={conflict.dismiss}
      title={t.rich('form.conflict_title', { time: <TimeText at={conflict.theirs.updated_at} /> })}
      footer={(
        <>
          <Button onClick={conflict.showTheirs}>{t('form.show_theirs')}</Button>
          <Button variant="danger" onClick={conflict.overwrite}>{t('form.overwrite')}</Button>
        </>
      )}
    >
      <p>{t('form.conflict')}</p>
    </Dialog>
  )
}
