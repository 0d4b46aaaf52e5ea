// Test addresses in SQL: whose they are, what they keep, and when they go.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acme, demoUsers, globex } from '../../local/demo_users.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

let db: FreshDatabase
const user = (email: string) => demoUsers.find((one) => one.email === email)!.id
const [owner, admin, member, stranger] = ['owner@acme.test', 'admin@acme.test', 'member@acme.test', 'owner@globex.test'].map(user) as [string, string, string, string]

beforeAll(async () => {
  db = await freshDatabase()
  await db.sql`insert into public.organizations (id, name) values (${acme}, 'Acme'), (${globex}, 'Globex') on conflict do nothing`
  await db.sql`
    insert into public.organization_members (organization_id, user_id, role)
    select organization_id, id, role from jsonb_to_recordset(${db.sql.json(demoUsers)}) as u (organization_id uuid, id uuid, role text) on conflict do nothing`
})
beforeEach(async () => { await db.sql`delete from webhooks.inboxes` })
afterAll(() => db.drop())

type Inbox = { id: string; token: string; expires_at: string; answer_status: number; answer_delay_ms: number; answer_body: string; requests: number }
type Kept = { body: string; received_at: string; webhook_name: string | null }

/** Calls a function of `public` with named arguments, as that user. A time goes as text: the driver would cut its microseconds. */
async function call<Value>(who: string | null, name: string, values: Record<string, unknown>): Promise<Value> {
  const names = Object.keys(values)
  return db.as(who, async (tx) => {
    const [row] = await tx.unsafe(`select public.${name}(${names.map((one, i) => `${one} => $${i + 1}${one === 'after' ? '::text::timestamptz' : ''}`).join(', ')}) as value`, Object.values(values) as never[])
    return row!.value as Value
  })
}
const openInbox = (who = owner, organization = acme) => call<Inbox>(who, 'webhook_inbox_open', { organization_id: organization })
const requests = (who: string, inbox: Inbox, after: string | null = null) => call<Kept[]>(who, 'webhook_inbox_requests', { inbox_id: inbox.id, after })
const keep = (inbox: Inbox, body: string, at: Date | null = null) => db.sql`
  select webhooks.keep_inbox_request(${inbox.id}, 'POST', '{"a": "b"}', ${body}, ${body.length}, 'deal.created', 'unsigned', null, null, ${at})`
const refusal = (work: Promise<unknown>) => work.then(() => 'accepted', (error: { hint?: string; detail?: string; code: string }) => [error.hint ?? error.code, error.detail].filter(Boolean).join(' '))

test('an inbox has a token that nobody guesses, and lives for 7 days', async () => {
  const inboxes = await Promise.all([openInbox(), openInbox(admin)])
  for (const inbox of inboxes) {
    expect(inbox.token).toMatch(/^[\w-]{43}$/)
    expect(inbox).toMatchObject({ answer_status: 200, answer_delay_ms: 0, answer_body: '', requests: 0 })
    expect(Date.parse(inbox.expires_at) - Date.now()).toBeGreaterThan(6.99 * 86_400_000)
  }
  expect(inboxes[0]!.token).not.toBe(inboxes[1]!.token)
})

describe('who may', () => {
  const reads: [string, (inbox: Inbox) => Record<string, unknown>][] = [
    ['webhook_inbox_requests', ({ id }) => ({ inbox_id: id })],
    ['webhook_inbox_set', ({ id }) => ({ inbox_id: id, answer_status: 500 })],
    ['webhook_inbox_clear', ({ id }) => ({ inbox_id: id })],
  ]
  test.each(reads)('every member uses %s, nobody else learns that the inbox is there', async (name, values) => {
    const inbox = await openInbox()
    for (const who of [owner, admin, member]) expect(await refusal(call(who, name, values(inbox)))).toBe('accepted')
    expect(await refusal(call(stranger, name, values(inbox)))).toBe('not_found')
    expect(await refusal(call(stranger, name, values({ ...inbox, id: '11111111-2222-4333-8444-555555555555' })))).toBe('not_found')
    expect(await refusal(call(null, name, values(inbox)))).toBe('42501')
  })

  test('admins open and delete; members do not', async () => {
    const inbox = await openInbox()
    expect(await refusal(openInbox(member))).toBe('forbidden')
    expect(await refusal(openInbox(stranger))).toBe('not_found organization_id')
    expect(await refusal(call(null, 'webhook_inbox_open', { organization_id: acme }))).toBe('42501')
    expect(await refusal(call(member, 'webhook_inbox_delete', { inbox_id: inbox.id }))).toBe('forbidden')
    expect(await refusal(call(stranger, 'webhook_inbox_delete', { inbox_id: inbox.id }))).toBe('not_found')
    await keep(inbox, 'x')
    await call(admin, 'webhook_inbox_delete', { inbox_id: inbox.id })
    expect(await db.sql`select from webhooks.inbox_requests`).toHaveLength(0)
    expect(await refusal(requests(owner, inbox))).toBe('not_found')
  })

  test('the list is of one organization, oldest first', async () => {
    const [first, second] = [await openInbox(), await openInbox()]
    await openInbox(stranger, globex)
    const list = (who: string) => call<Inbox[]>(who, 'webhook_inboxes', { organization_id: acme })
    expect((await list(member)).map(({ id }) => id)).toEqual([first.id, second.id])
    expect(await list(stranger)).toEqual([])
  })

  test.each(['inboxes', 'inbox_requests'])('no API role reads webhooks.%s', async (table) => {
    for (const who of [owner, null]) expect(await refusal(db.as(who, (tx) => tx.unsafe(`select * from webhooks.${table}`)))).toBe('42501')
  })
})

test('twenty for one organization, also when two ask at once', async () => {
  for (let i = 0; i < 19; i++) await openInbox()
  const last = await Promise.all([refusal(openInbox()), refusal(openInbox())])
  expect(last.sort()).toEqual(['accepted', 'too_many_inboxes'])
  // One that is over makes room.
  await db.sql`update webhooks.inboxes set created_at = created_at - interval '8 days', expires_at = expires_at - interval '8 days' where id in (select id from webhooks.inboxes limit 1)`
  expect(await refusal(openInbox())).toBe('accepted')
})

test('says how it answers; what is not named stays', async () => {
  const inbox = await openInbox()
  const set = (values: Record<string, unknown>) => call<Inbox>(member, 'webhook_inbox_set', { inbox_id: inbox.id, ...values })
  expect(await set({ answer_status: 503, answer_delay_ms: 10_000, answer_body: 'later' })).toMatchObject({ answer_status: 503, answer_delay_ms: 10_000, answer_body: 'later' })
  expect(await set({ answer_body: '' })).toMatchObject({ answer_status: 503, answer_delay_ms: 10_000, answer_body: '' })
  expect(await refusal(set({ answer_status: 418 }))).toBe('invalid_input answer_status')
  expect(await refusal(set({ answer_delay_ms: 10_001 }))).toBe('invalid_input answer_delay_ms')
  expect(await refusal(set({ answer_delay_ms: -1 }))).toBe('invalid_input answer_delay_ms')
  expect(await refusal(set({ answer_body: 'x'.repeat(10_001) }))).toBe('invalid_input answer_body')
})

test('keeps the newest 100 requests, newest first, and tells what came after a moment', async () => {
  const inbox = await openInbox()
  for (let i = 1; i <= 103; i++) await keep(inbox, String(i))
  const all = await requests(member, inbox)
  expect(all.map(({ body }) => body)).toEqual(Array.from({ length: 100 }, (_, i) => String(103 - i)))
  expect((await requests(member, inbox, all[2]!.received_at)).map(({ body }) => body)).toEqual(['103', '102'])
  expect((await call<Inbox[]>(member, 'webhook_inboxes', { organization_id: acme }))[0]!.requests).toBe(100)
  await call(member, 'webhook_inbox_clear', { inbox_id: inbox.id })
  expect(await requests(member, inbox)).toEqual([])
})

test('requests at once are all counted', async () => {
  const inbox = await openInbox()
  await Promise.all(Array.from({ length: 130 }, (_, i) => keep(inbox, String(i))))
  expect(await db.sql`select from webhooks.inbox_requests`).toHaveLength(100)
})

test('a request for an inbox that was deleted meanwhile is dropped', async () => {
  const inbox = await openInbox()
  await call(owner, 'webhook_inbox_delete', { inbox_id: inbox.id })
  await keep(inbox, 'late')
  expect(await db.sql`select from webhooks.inbox_requests`).toHaveLength(0)
})

test('forgets requests after 24 hours, shows none that upkeep has not reached, and inboxes a day after their end', async () => {
  const [inbox, other] = [await openInbox(), await openInbox()]
  const hours = (n: number) => new Date(Date.now() - n * 3_600_000)
  await keep(inbox, 'old', hours(24.01))
  await keep(inbox, 'young', hours(23.9))
  expect((await requests(member, inbox)).map(({ body }) => body)).toEqual(['young'])
  expect((await call<Inbox[]>(member, 'webhook_inboxes', { organization_id: acme }))[0]!.requests).toBe(1)
  const maintain = (at: Date) => db.sql`select webhooks.maintain_inboxes(${at})`
  await maintain(new Date())
  expect((await db.sql`select body from webhooks.inbox_requests`).map(({ body }) => body)).toEqual(['young'])

  const end = Date.parse(other.expires_at)
  await maintain(new Date(end + 86_000_000))
  expect(await db.sql`select from webhooks.inboxes where id = ${other.id}`).toHaveLength(1)
  await maintain(new Date(end + 86_500_000))
  expect(await db.sql`select from webhooks.inboxes`).toHaveLength(0)
})

describe('find_inbox', () => {
  const find = (token: string, at = new Date()) => db.sql`select * from webhooks.find_inbox(${token}, ${at})`

  test('knows live tokens only', async () => {
    const { token, id, expires_at } = await openInbox()
    expect(await find(token)).toMatchObject([{ inbox_id: id, answer_status: 200, webhook_ids: [], sealed_secrets: [] }])
    expect(await find(token.slice(0, -1))).toHaveLength(0)
    expect(await find(token, new Date(Date.parse(expires_at) + 1))).toHaveLength(0)
  })

  test('brings the live secrets of the webhooks of its organization that point at it, newest first', async () => {
    const { token } = await openInbox()
    const add = async (name: string, organization: string, url: string) =>
      (await db.sql`insert into public.webhook_configurations (organization_id, name, url, events) values (${organization}, ${name}, ${url}, '{*}') returning id`)[0]!.id as string
    const here = await add('here', acme, `https://example.com/functions/v1/webhooks/in/${token}`)
    const elsewhere = await add('elsewhere', acme, 'https://example.com/webhooks/in/other')
    const foreign = await add('foreign', globex, `https://example.com/functions/v1/webhooks/in/${token}`)
    const seal = (id: string, sealed: string, createdAt: string, expiresAt: string | null) =>
      db.sql`insert into webhooks.secrets (webhook_id, sealed, created_at, expires_at) values (${id}, ${sealed}, ${createdAt}, ${expiresAt})`
    await seal(here, 'v1.over', '2026-01-01', '2026-01-02')
    await seal(here, 'v1.old', '2026-01-03', '2999-01-01')
    await seal(here, 'v1.new', '2026-01-04', null)
    await seal(elsewhere, 'v1.elsewhere', '2026-01-01', null)
    await seal(foreign, 'v1.foreign', '2026-01-01', null)
    expect(await find(token)).toMatchObject([{ webhook_ids: [here, here], sealed_secrets: ['v1.new', 'v1.old'] }])
  })
})
