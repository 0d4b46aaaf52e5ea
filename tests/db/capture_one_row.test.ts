// A statement that writes one row takes a shorter way than one that writes many. Both must say the same of each row.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addListener, addOrganization, addRow, addWebhook, users, type Database } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
  await db.sql.unsafe(`
    create table public.badges (id int generated always as identity primary key, organization_id uuid, title text);
    select webhooks.attach('public.badges')`)
})
afterAll(() => db.drop())

type Place = { organization: string, webhooks: string[] }

/** An organization with webhooks of every kind that capture tells apart. */
async function makePlace(): Promise<Place> {
  const { organization, webhook } = await addListener(db.sql)
  const more = [
    { ordered: true },
    { events: ['message.delivered', 'deal.stage.changed'] },
    { filter: '$.new ? (@.stage == "won" || @.status == "read")' },
    { filter: '$.changed ? (@ == "title")' },
    { is_active: false, disabled_reason: 'by_hand', disabled_at: new Date() },
    { format: 'whatsable', events: ['message.received', 'message.sent'] },
  ]
  const webhooks = [webhook]
  for (const values of more) webhooks.push(await addWebhook(db.sql, organization, values))
  return { organization, webhooks }
}

/** All that capture wrote for a place, without what differs between places by nature: ids and times. */
async function written({ organization, webhooks }: Place) {
  const unlike = new Set(['id', 'organization_id', 'created_at', 'updated_at', 'conversation_id', 'contact_id', 'deal_id'])
  const alike = (text: string | null) => text === null ? null : Object.fromEntries(Object.entries(JSON.parse(text) as object).filter(([key]) => !unlike.has(key)))
  const rows = await db.sql`
    select d.event_type, d.webhook_id, d.format, d.state, d.due_at = e.occurred_at as due_at_once, d.created_at = e.occurred_at as made_at_once,
           d.id = webhooks.delivery_id(e.id, d.webhook_id) as named_after_both, d.record_key is not null as in_order, split_part(e.record_key, ':', 1) as record_of,
           e.type, e.data, e.previous, e.context is not null as with_context, split_part(e.once_key, ':', 2) as once
    from webhooks.deliveries d join webhooks.events e on e.id = d.event_id where d.organization_id = ${organization} order by d.position`
  const missed = await db.sql`select webhook_id, sum(events)::int as events from webhooks.missed_events where webhook_id = any (${webhooks}) group by webhook_id`
  const place = (id: string) => webhooks.indexOf(id)
  return {
    told: rows.map(({ webhook_id, data, previous, ...row }) => JSON.stringify({ ...row, to: place(webhook_id as string), data: alike(data as string), previous: alike(previous as string | null) })).sort(),
    missed: missed.map((row) => ({ to: place(row.webhook_id as string), events: row.events as number })),
  }
}

/** A write to one row of a place. `others` are rows of a place where nobody listens, to be written by the same statement. */
type Write = (sql: Database, ids: string[]) => Promise<unknown>

const everywhere = (column: string): Write => (sql, ids) => sql.unsafe(`update public.deals set ${column} where organization_id = any ($1)`, [ids])
const messages = (change: string): Write => (sql, ids) => sql.unsafe(`update public.messages set ${change} where organization_id = any ($1)`, [ids])
const writes: [string, Write][] = [
  ['insert a deal', (sql, ids) => sql`insert into public.deals (organization_id, title, stage) select o, 'Pilot', 'new' from unnest(${ids}::uuid[]) o`],
  ['assign it and move it on at once', everywhere(`stage = 'proposal', assigned_to = '${users.member}'`)],
  ['change nothing', everywhere('stage = stage')],
  ['change only what is ignored', everywhere('updated_at = now()')],
  ['win it', everywhere(`stage = 'won', title = 'Pilot 2'`)],
  ['take the assignment back', everywhere('assigned_to = null')],
  ['change its key', everywhere('id = gen_random_uuid()')],
  ['make a badge', (sql, ids) => sql`insert into public.badges (organization_id, title) select o, 'title' from unnest(${ids}::uuid[]) o`],
  ['delete it', (sql, ids) => sql`delete from public.badges where organization_id = any (${ids})`],
  ['insert an assigned deal', (sql, ids) => sql`insert into public.deals (organization_id, title, stage, assigned_to) select o, 'Rollout', 'won', ${users.admin} from unnest(${ids}::uuid[]) o`],
  ['send a message', (sql, ids) => sql`insert into public.messages (organization_id, direction, status, content) select o, 'outbound', 'sent', 'a “quoted” — text' from unnest(${ids}::uuid[]) o`],
  ['deliver it', messages(`status = 'delivered'`)],
  ['read it', messages(`status = 'read'`)],
  ['deliver it again: each status is told once', messages(`status = 'delivered'`)],
  ['receive one', (sql, ids) => sql`insert into public.messages (organization_id, direction, status, content) select o, 'inbound', 'delivered', 'b' from unnest(${ids}::uuid[]) o`],
]

test('one row alone and the same row among others: the same events, deliveries and missed ones', async () => {
  const alone = await makePlace()
  const among = await makePlace()
  const silent = await addOrganization(db.sql)
  const seen = new Set<string>()
  for (const [name, write] of writes) {
    const before = (await written(alone)).told.length
    await write(db.sql, [alone.organization])
    await write(db.sql, [among.organization, silent])
    const [short, long] = [await written(alone), await written(among)]
    expect(short, name).toEqual(long)
    if (short.told.length > before) seen.add(name)
  }
  // Each write that should be told was told, so that the two are not equal by being empty.
  expect([...seen]).toEqual(writes.map(([name]) => name).filter((name) => !['change nothing', 'change only what is ignored', 'deliver it again: each status is told once'].includes(name)))
  const { told, missed } = await written(alone)
  expect(new Set(told.map((each) => (JSON.parse(each) as { to: number }).to))).toEqual(new Set([0, 1, 2, 3, 4, 6]))
  expect(missed).toEqual([{ to: 5, events: expect.any(Number) as number }])
  expect(told.every((each) => /"due_at_once":true,"made_at_once":true,"named_after_both":true/.test(each))).toBe(true)
})

test('a row that moves to another organization alone is created there and deleted here', async () => {
  const from = await addListener(db.sql)
  const to = await addListener(db.sql)
  const { id } = await addRow(db.sql, 'badges', { organization_id: from.organization, title: 'A' })
  await db.sql`update public.badges set organization_id = ${to.organization}, title = 'B' where id = ${id as number}`
  const types = async (organization: string) => (await db.sql`
    select e.type, e.data::jsonb ->> 'title' as title, e.previous from webhooks.events e where e.organization_id = ${organization} order by e.occurred_at, e.type`).map((row) => ({ ...row }))
  expect(await types(from.organization)).toEqual([{ type: 'badge.created', title: 'A', previous: null }, { type: 'badge.deleted', title: 'A', previous: null }])
  expect(await types(to.organization)).toEqual([{ type: 'badge.created', title: 'B', previous: null }])
})
