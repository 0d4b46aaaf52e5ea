import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { t } from '../words/every_screen.ts'

/** What an address leads to that this person may not do: says so, instead of a form whose end would be a refusal. */
export function NotAllowedDialog({ title, reason, onClose }: { title: string; reason: string; onClose: () => void }) {
  return (
    <Dialog open width="small" onClose={onClose} title={title} footer={<Button variant="primary" onClick={onClose}>{t('common.close')}</Button>}>
      <p>{reason}</p>
    </Dialog>
  )
}
