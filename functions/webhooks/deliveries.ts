import type { z } from 'zod'
import { attemptQuery, deliveryQuery, writeCursor, type Cursor } from '../core/delivery_query.ts'
import { Refusal } from '../core/refusal.ts'
import { PG } from '../io/database.ts'
import { attemptsAnswer, deliveriesAnswer, deliveryAnswer } from './answers_of_deliveries.ts'
import { asUser, type Transaction } from './as_user.ts'
import { describeRoute } from './describe.ts'
import { requireOrganization, requireWebhook } from './permission.ts'
import { readQuery } from './read_query.ts'
import { idOf, type AddRoutes } from './routes.ts'

const list = describeRoute({
  id: 'listDeliveries', tag: 'Deliveries', summary: 'List deliveries', access: 'read', query: deliveryQuery,
  about: 'Newest first: of one webhook, or of all. Several states or event types have commas between; deal.* is a group.',
  answers: { 200: { about: 'One page.', schema: deliveriesAnswer } }, refusals: ['not_found'],
})
const read = describeRoute({
  id: 'getDelivery', tag: 'Deliveries', summary: 'Read a delivery', access: 'read', about: 'With its event and its attempts.',
  answers: { 200: { about: 'The delivery.', schema: deliveryAnswer } }, refusals: ['not_found'],
})
const listAttempts = describeRoute({
  id: 'listAttempts', tag: 'Deliveries', summary: 'List attempts', access: 'read', query: attemptQuery, about: 'Newest first.',
  answers: { 200: { about: 'One page.', schema: attemptsAnswer } }, refusals: ['not_found'],
})

type Row = { id: string; created_at: string } & Record<string, unknown>
type Page = { rows: Row[]; more: boolean }

/**
 * `GET /webhooks/deliveries` → `{deliveries, next_cursor}` and `GET /webhooks/attempts` → `{attempts, next_cursor}`, newest first ·
 * `GET /webhooks/deliveries/:id` → `{delivery, webhook, event, attempts}`. For every member, under row-level security.
 */
export const deliveryRoutes: AddRoutes = (app, user, { pool }) => {
  app.get('/webhooks/deliveries', list, user, async (c) => {
    const query = readQuery(c, deliveryQuery)
    const page = await asUser(pool, c.get('user'), async (tx) => {
      const organization = await organizationNamed(tx, query)
      return query.webhook_id === undefined ? deliveriesOfAll(tx, organization, query) : deliveriesOfOne(tx, query.webhook_id, query)
    })
    return c.json({ deliveries: page.rows, next_cursor: nextCursor(page) })
  })

  app.get('/webhooks/deliveries/:id', read, user, async (c) => {
    const detail = await asUser(pool, c.get('user'), async (tx) => {
      const [row] = await tx<{ detail: Record<string, unknown> | null }[]>`select public.webhook_delivery(${idOf(c, noSuchDelivery)}) as detail`
      return row?.detail ?? null
    })
    if (detail === null) throw noSuchDelivery()
    const { delivery, webhook, event, attempts } = detail
    return c.json({ delivery, webhook, event, attempts })
  })

  app.get('/webhooks/attempts', listAttempts, user, async (c) => {
    const query = readQuery(c, attemptQuery)
    const page = await asUser(pool, c.get('user'), async (tx) => {
      const organization = await organizationNamed(tx, query)
      if (query.webhook_id !== undefined) await requireWebhook(tx, query.webhook_id, 'view')
      return attempts(tx, organization, query)
    })
    return c.json({ attempts: page.rows, next_cursor: nextCursor(page) })
  })
}

type DeliveryQuery = z.output<typeof deliveryQuery>

/** The id of the organization that a query names; null: all of the caller's. */
async function organizationNamed(tx: Transaction, query: { organization_id?: string | undefined }): Promise<string | null> {
  return query.organization_id === undefined ? null : requireOrganization(tx, query.organization_id, 'view')
}

async function deliveriesOfOne(tx: Transaction, webhookId: string, query: DeliveryQuery): Promise<Page> {
  const [found] = await tx<{ page: Page }[]>`select ${pageOf(tx, tx`${webhookId}::uuid`, query)} as page`
  // The deliveries of a webhook that was deleted can still be read. Where there are none, its id says nothing.
  if (found!.page.rows.length === 0) await requireWebhook(tx, webhookId, 'view')
  return found!.page
}

/** Each webhook's newest, and of those the newest. A webhook is a short walk along its own index. */
async function deliveriesOfAll(tx: Transaction, organization: string | null, query: DeliveryQuery): Promise<Page> {
  const found = await tx<{ row: Row; more: boolean }[]>`
    select d.row, (p.page ->> 'more')::boolean as more
    from public.webhook_configurations w
    cross join lateral (select ${pageOf(tx, tx`w.id`, query)} as page) p
    cross join lateral jsonb_array_elements(p.page -> 'rows') d(row)
    where ${organization}::uuid is null or w.organization_id = ${organization}::uuid
    order by (d.row ->> 'created_at')::timestamptz desc, (d.row ->> 'id')::uuid desc
    limit ${query.limit + 1}`
  return { rows: found.slice(0, query.limit).map(({ row }) => row), more: found.length > query.limit || found.some(({ more }) => more) }
}

function pageOf(tx: Transaction, webhookId: ReturnType<Transaction>, { state, event_type, from, to, tests, cursor, limit }: DeliveryQuery) {
  return tx`public.webhook_delivery_page(
    webhook_id => ${webhookId}, states => ${texts(tx, state)}, event_types => ${texts(tx, event_type)}, from_at => ${from ?? null}::timestamptz, to_at => ${to ?? null}::timestamptz,
    tests => ${tests}, before_created_at => ${cursor?.createdAt ?? null}::text::timestamptz, before_id => ${cursor?.id ?? null}::uuid, page_size => ${limit})`
}

/** One walk along the log of each organization; without `from`, the partitions of all days take part in it. */
async function attempts(tx: Transaction, organization: string | null, { webhook_id: webhookId, from, to, cursor, limit }: z.output<typeof attemptQuery>): Promise<Page> {
  const ofWebhook = webhookId === undefined ? tx`` : tx`and l.webhook_id = ${webhookId}`
  const after = cursor === undefined ? tx`` : tx`and (l.created_at, l.id) < (${cursor.createdAt}::text::timestamptz, ${cursor.id}::uuid)`
  const found = await tx<{ row: Row }[]>`
    select jsonb_build_object(
      'id', a.id, 'delivery_id', a.delivery_id, 'webhook_id', a.webhook_id, 'event_id', a.event_id, 'event_type', a.event_type, 'attempt', a.attempt,
      'status_code', a.status_code, 'error_code', a.error_code, 'error_detail', a.error_detail, 'duration_ms', a.duration_ms, 'is_test', a.is_test,
      'superseded', a.superseded, 'created_at', a.created_at, 'state', d.state) as row
    from (
      select newest.* from (select distinct w.organization_id from public.webhook_configurations w
                            where ${organization}::uuid is null or w.organization_id = ${organization}::uuid) o
      cross join lateral (
        select l.* from public.webhook_logs l
        where l.organization_id = o.organization_id and l.created_at >= coalesce(${from ?? null}::timestamptz, '-infinity')
          and l.created_at < coalesce(${to ?? null}::timestamptz, 'infinity') ${ofWebhook} ${after}
        order by l.created_at desc, l.id desc limit ${limit + 1}) newest
      order by newest.created_at desc, newest.id desc limit ${limit + 1}) a
    left join public.webhook_deliveries d on d.id = a.delivery_id
    order by a.created_at desc, a.id desc`
  return { rows: found.slice(0, limit).map(({ row }) => row), more: found.length > limit }
}

function texts(tx: Transaction, list: readonly string[] | undefined) {
  return list === undefined ? null : tx.array([...list], PG.text)
}

function nextCursor({ rows, more }: Page): string | null {
  const last = rows.at(-1)
  return more && last !== undefined ? writeCursor({ createdAt: last.created_at, id: last.id } satisfies Cursor) : null
}

const noSuchDelivery = () => new Refusal('not_found', 'This delivery doesn’t exist.')
