import { memo } from 'react'
import { Link } from 'react-router'
import type { EventType } from '../data/catalog.ts'
import type { ListedWebhook } from '../data/webhooks.ts'
import { Time } from '../ui/Time.tsx'
import { FROM_TABLE, useMedia } from '../ui/useMedia.ts'
import { VisuallyHidden } from '../ui/VisuallyHidden.tsx'
import { t } from '../words/list.ts'
import { Activity } from './Activity.tsx'
import { ActiveSwitch } from './ActiveSwitch.tsx'
import { StatusBadge } from './StatusBadge.tsx'
import { WebhookActions } from './WebhookActions.tsx'
import { directionsOf } from './webhook_filters.ts'

type RowsProps = {
  organizationId: string
  webhooks: readonly ListedWebhook[]
  types: readonly EventType[]
  onTest: (webhook: ListedWebhook) => void
  onEdit: (webhook: ListedWebhook) => void
  onDelete: (webhook: ListedWebhook) => void
}

/** The webhooks: a table where there is room for one, else cards. */
export const WebhookRows = memo(function WebhookRows(props: RowsProps) {
  return useMedia(FROM_TABLE) ? <WebhookTable {...props} /> : <WebhookCards {...props} />
})

function WebhookTable({ organizationId, webhooks, types, ...handlers }: RowsProps) {
  return (
    <div className="card relative overflow-x-auto">
      <table className="w-full min-w-[45.5rem] table-fixed text-start">
        <colgroup>
          <col />
          <col className="w-[13.25rem]" />
          <col className="w-[15.25rem]" />
          {/* Beside the navigation of a narrow screen it would leave the name no room. */}
          <col className="w-[7.5rem] max-xl:hidden" />
          <col className="w-16" />
          <col className="w-12" />
        </colgroup>
        <thead>
          <tr className="border-b border-border text-[0.8125rem] text-muted-foreground">
            <th scope="col" className="py-2.5 pe-3 ps-4 font-medium">{t('list.column_webhook')}</th>
            <th scope="col" className="px-3 py-2.5 font-medium">{t('common.status')}</th>
            <th scope="col" className="px-3 py-2.5 font-medium">{t('list.column_activity')}</th>
            <th scope="col" className="px-3 py-2.5 font-medium whitespace-nowrap max-xl:hidden">{t('list.column_last')}</th>
            <th scope="col" className="px-3 py-2.5 font-medium">{t('list.column_on')}</th>
            <th scope="col" className="py-2.5 pe-3"><VisuallyHidden>{t('common.actions')}</VisuallyHidden></th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((webhook) => (
            <tr key={webhook.id} className="border-b border-border align-middle last:border-0 hover:bg-muted/50">
              <th scope="row" className="py-3 pe-3 ps-4 font-normal"><Identity webhook={webhook} types={types} /></th>
              <td className="py-3 pe-2 ps-3"><StatusBadge webhook={webhook} /></td>
              <td className="px-3 py-3"><Activity webhook={webhook} /></td>
              <td className="px-3 py-3 whitespace-nowrap max-xl:hidden"><LastDelivery at={webhook.last_delivery_at} /></td>
              <td className="px-3 py-3"><ActiveSwitch organizationId={organizationId} webhook={webhook} /></td>
              <td className="py-3 pe-3 text-end"><Actions webhook={webhook} {...handlers} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function WebhookCards({ organizationId, webhooks, types, ...handlers }: RowsProps) {
  return (
    <ul className="space-y-3">
      {webhooks.map((webhook) => (
        <li key={webhook.id} className="card p-4">
          <div className="flex items-start gap-2">
            <div className="min-w-0 flex-1"><Identity webhook={webhook} types={types} /></div>
            <div className="-mt-1 flex items-center gap-1">
              <ActiveSwitch organizationId={organizationId} webhook={webhook} />
              <Actions webhook={webhook} {...handlers} />
            </div>
          </div>
          <div className="mt-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-border pt-3">
            <StatusBadge webhook={webhook} />
            <span className="text-[0.8125rem] text-muted-foreground"><LastDelivery at={webhook.last_delivery_at} /></span>
          </div>
          <div className="mt-2.5"><Activity webhook={webhook} /></div>
        </li>
      ))}
    </ul>
  )
}

function Identity({ webhook: { id, name, url, events }, types }: { webhook: ListedWebhook; types: readonly EventType[] }) {
  const directions = directionsOf(events, types)
  const listens = events.includes('*') ? t('list.all_events') : t('list.events', { n: events.length })
  return (
    <>
      {/* The name alone is the link: text in the row stays selectable, and the switch is not inside a link. */}
      <Link to={`/settings/webhooks/${id}`} className="rounded-sm font-medium wrap-anywhere hover:underline hover:underline-offset-4">{name}</Link>
      <p className="truncate text-[0.8125rem] text-muted-foreground" title={url} dir="ltr">{url}</p>
      <p className="text-[0.8125rem] text-muted-foreground">
        {listens}
        {directions !== null && ` · ${t(directions === 'both' ? 'common.in_and_out' : `common.${directions}`)}`}
      </p>
    </>
  )
}

function Actions({ webhook, onTest, onEdit, onDelete }: { webhook: ListedWebhook } & Pick<RowsProps, 'onTest' | 'onEdit' | 'onDelete'>) {
  return <WebhookActions webhook={webhook} onTest={() => onTest(webhook)} onEdit={() => onEdit(webhook)} onDelete={() => onDelete(webhook)} />
}

function LastDelivery({ at }: { at: string | null }) {
  return at === null ? <span className="text-muted-foreground">{t('common.never')}</span> : <Time at={at} />
}
