// One organization with everything that the screens of a webhook can show.
import type { Sql } from 'postgres'
import { createWebhook, type Organization, type useDatabase } from './browser.ts'
import { addCounts, addDeliveries } from './delivery_rows.ts'

export type Place = { organization: Organization; id: string; failed: string; empty: string; off: string }

/** A webhook with deliveries in every state and an overlapping secret, an empty one, and one that was turned off automatically. */
export async function addEverything({ sql, addOrganization, addWebhook }: Pick<ReturnType<typeof useDatabase>, 'addOrganization' | 'addWebhook'> & { sql: Sql }): Promise<Place> {
  const organization = await addOrganization()
  const { id } = await createWebhook(organization, { name: 'CRM sync with a rather long name that has to wrap somewhere', url: 'https://example.com/a/very/long/path/that/does/not/fit/on/a/phone', headers: { 'X-Team': 'blue' } })
  const ids = await addDeliveries(sql, organization, id, [
    { minutesAgo: 1 }, { minutesAgo: 2, state: 'failed', event_type: 'insight.conversation' }, { minutesAgo: 3, state: 'pending', attempts: [{ status: 500 }] }, { minutesAgo: 4, state: 'pending' },
    { minutesAgo: 5, state: 'cancelled' }, { minutesAgo: 6, state: 'failed', attempts: [{ error: 'connection_reset' }] }, { minutesAgo: 7, is_test: true },
  ])
  await addCounts(sql, organization, id, [{ answer: '200', attempts: 40, succeeded: 40 }, { answer: '500', attempts: 5, failed: 2, event_type: 'insight.conversation' }])
  await sql`insert into webhooks.secrets (webhook_id, sealed, expires_at, created_at) select webhook_id, sealed, now() + interval '1 day', created_at - interval '1 day' from webhooks.secrets where webhook_id = ${id}`
  const off = await addWebhook(organization, { name: 'Zapier' })
  await sql`update public.webhook_configurations set is_active = false, disabled_reason = 'gone', disabled_at = now() where id = ${off}`
  return { organization, id, failed: ids[1]!, empty: await addWebhook(organization), off }
}
