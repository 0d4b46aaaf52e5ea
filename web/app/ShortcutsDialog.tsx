import { t } from '../words/shell.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Switch } from '../ui/Switch.tsx'
import { useShortcutsOn } from './shortcuts.ts'

const keys = [
  ['/', 'key.search', 'key.where_list'],
  ['c', 'key.create', 'key.where_webhooks'],
  ['j', 'key.next', 'key.where_deliveries'],
  ['k', 'key.previous', 'key.where_deliveries'],
  ['Enter', 'key.open', 'key.where_list'],
  ['x', 'key.select', 'key.where_deliveries'],
  ['r', 'key.resend', 'key.where_panel'],
  ['y', 'key.copy_id', 'key.where_panel'],
  ['Esc', 'key.close', 'key.where_anywhere'],
  ['?', 'key.help', 'key.where_anywhere'],
] as const

export default function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const [on, setOn] = useShortcutsOn()
  return (
    <Dialog open onClose={onClose} title={t('shell.shortcuts')} width="small">
      <div className="mb-3 flex items-center justify-between gap-3 rounded-lg bg-muted px-3 py-2.5">
        <div>
          <p className="font-medium">{t('shell.shortcuts_on')}</p>
          <p className="text-[0.8125rem] text-muted-foreground">{t('shell.shortcuts_note')}</p>
        </div>
        <Switch checked={on} onChange={setOn} label={t('shell.shortcuts_on')} />
      </div>
      <dl className="divide-y divide-border">
        {keys.map(([key, what, where]) => (
          <div key={key} className="flex items-center gap-3 py-2">
            <dt className="w-14"><kbd className="inline-flex min-w-7 justify-center rounded-md border border-border bg-muted px-1.5 py-0.5 font-mono text-xs">{key}</kbd></dt>
            <dd className="flex-1">{t(what)}</dd>
            <dd className="text-[0.8125rem] text-muted-foreground">{t(where)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
