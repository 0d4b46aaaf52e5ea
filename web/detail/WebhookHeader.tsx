import { ChevronLeft, Copy, Pencil, Send, Trash2 } from 'lucide-react'
import { Link } from 'react-router'
import type { ListedWebhook } from '../data/webhooks.ts'
import { useRefusal } from '../session/permission.ts'
import { Button, ButtonLink } from '../ui/Button.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { copyAndSay } from '../ui/copy_text.ts'
import { RowMenu } from '../ui/RowMenu.tsx'
import { ActiveSwitch } from '../webhooks/ActiveSwitch.tsx'
import { actionsId } from '../webhooks/WebhookActions.tsx'
import { StatusBadge } from '../webhooks/StatusBadge.tsx'
import { t as list } from '../words/list.ts'
import { t } from '../words/detail.ts'

type WebhookHeaderProps = { organizationId: string; webhook: ListedWebhook; onTest: () => void; onDelete: () => void }

/** Id of the button that opens the test dialog, where the focus returns to. */
export const TEST_BUTTON = 'send-test'

export function WebhookHeader({ organizationId, webhook, onTest, onDelete }: WebhookHeaderProps) {
  const refusal = useRefusal()
  const { id, name, url } = webhook
  return (
    <header>
      <Link to="/settings/webhooks" className="-ms-1.5 inline-flex h-7 items-center gap-0.5 rounded-md pe-2 ps-1 text-[0.8125rem] text-muted-foreground hover:bg-muted hover:text-foreground">
        <ChevronLeft aria-hidden className="rtl:rotate-180 size-4" />
        {t('detail.back')}
      </Link>
      <div className="mt-1 flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <div className="flex min-w-0 flex-1 basis-72 flex-wrap items-center gap-x-3 gap-y-1.5">
          <h1 className="min-w-0 text-xl leading-7 font-semibold tracking-tight wrap-anywhere">{name}</h1>
          <StatusBadge webhook={webhook} />
          <ActiveSwitch organizationId={organizationId} webhook={webhook} />
        </div>
        <div className="flex max-w-full flex-wrap items-center gap-2">
          <Button id={TEST_BUTTON} icon={<Send aria-hidden />} onClick={onTest} unavailable={refusal('test')}>{t('common.test_event')}</Button>
          <ButtonLink to={`/settings/webhooks/${id}/settings`} icon={<Pencil aria-hidden />}>{t('common.edit')}</ButtonLink>
          <RowMenu
            label={list('list.actions', { name })}
            triggerId={actionsId(id)}
            actions={[
              { label: list('list.copy_id'), icon: <Copy aria-hidden />, onSelect: () => void copyAndSay(id, list('list.id_copied')) },
              { label: list('list.delete'), icon: <Trash2 aria-hidden />, onSelect: onDelete, danger: true, unavailable: refusal('delete') },
            ]}
          />
        </div>
      </div>
      <dl className="mt-1.5 flex max-w-full flex-wrap items-center gap-x-5 text-[0.8125rem] text-muted-foreground">
        <div className="max-w-full min-w-0">
          <dt className="sr-only">{t('detail.url')}</dt>
          <dd className="flex min-w-0 items-center gap-1">
            <span className="truncate font-mono text-xs" title={url}>{url}</span>
            <CopyButton text={url} what={t('detail.url')} />
          </dd>
        </div>
        <div>
          <dt className="sr-only">{t('detail.id')}</dt>
          <dd className="flex items-center gap-1">
            <span className="font-mono text-xs" title={id}>{id.slice(0, 8)}…</span>
            <CopyButton text={id} what={t('detail.id')} />
          </dd>
        </div>
      </dl>
    </header>
  )
}
