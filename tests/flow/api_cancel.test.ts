// Cancel over HTTP: for those who may write, as themselves.
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acme } from '../../local/demo_users.ts'
import { callerFor, refusalOf, type Caller } from '../support/api.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { system } from '../support/running_system.ts'

let admin: Caller, member: Caller, stranger: Caller
let sql: postgres.Sql
let receiver: Receiver
beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  receiver = await startReceiver({ answer: 503 })
  ;[admin, member, stranger] = await Promise.all(['admin@acme.test', 'member@acme.test', 'owner@globex.test'].map(callerFor)) as [Caller, Caller, Caller]
})
afterAll(async () => {
  await sql`delete from public.webhook_configurations where name like 'cancel %'`
  await receiver.close()
  await sql.end()
})

test('an ordered webhook whose first event can never succeed: cancelled, and the second arrives', async () => {
  const { json } = await admin.call('POST', '', { organization_id: acme, name: `cancel ${Date.now()}`, url: receiver.url, events: ['deal.created', 'deal.updated'], ordered: true })
  const id = json.webhook.id as string
  const [deal] = await sql`insert into public.deals (organization_id, title) values (${acme}, 'Poisoned') returning id`
  await receiver.waitForCount(1)
  await sql`update public.deals set title = 'Well' where id = ${deal!.id}`
  const waiting = async () => (await sql`select id, event_type from webhooks.deliveries where webhook_id = ${id} and state = 'pending' order by position`)
  while ((await waiting()).length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  const [head] = await waiting()
  expect(head!.event_type).toBe('deal.created')

  expect(refusalOf(await member.call('POST', `/${id}/cancel`, { delivery_ids: [head!.id] }))).toBe('403 forbidden')
  expect(refusalOf(await stranger.call('POST', `/${id}/cancel`, { delivery_ids: [head!.id] }))).toBe('404 not_found')
  expect(refusalOf(await admin.call('POST', `/${id}/cancel`, { delivery_ids: [] }))).toBe('422 invalid_input delivery_ids')
  receiver.answer(200)
  const answer = await admin.call('POST', `/${id}/cancel`, { delivery_ids: [head!.id] })
  expect([answer.status, answer.json]).toEqual([200, { cancelled: 1, delivery_ids: [head!.id], skipped: { sending: 0, finished: 0, not_found: 0 } }])
  await receiver.waitFor('the second event', (requests) => requests.at(-1)!.headers['x-webhook-event'] === 'deal.updated')
})
