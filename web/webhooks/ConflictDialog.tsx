import { useSession } from '../session/SessionProvider.tsx'
import { TimeText } from '../ui/Time.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { t } from '../words/form.ts'
import type { WebhookFormState } from './useWebhookForm.ts'

type ConflictDialogProps = { conflict: NonNullable<WebhookFormState['conflict']> }

/** Somebody saved other settings while this form was open: theirs, or ours. */
export function ConflictDialog({ conflict }: ConflictDialogProps) {
  const { email } = useSession()
  const { theirs, by, isHidden } = conflict
  const time = <TimeText at={by?.at ?? theirs.updated_at} />
  const who = by?.by_email ?? (by?.by_key ? t('form.conflict_key', { name: by.by_key }) : null)
  return (
    <Dialog
      open
      width="small"
      onClose={conflict.dismiss}
      title={who === null ? t.rich('form.conflict_title', { time })
        : who === email ? t.rich('form.conflict_title_you', { time }) : t.rich('form.conflict_title_by', { person: who, time })}
      footer={(
        <>
          <Button onClick={conflict.showTheirs}>{isHidden ? t('form.keep_theirs') : t('form.show_theirs')}</Button>
          <Button variant="danger" onClick={conflict.overwrite}>{t('form.overwrite')}</Button>
        </>
      )}
    >
      <p>{isHidden ? t('form.conflict_headers') : who === email ? t('form.conflict_you') : t('form.conflict')}</p>
    </Dialog>
  )
}
