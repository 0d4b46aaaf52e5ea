// Alerts in the database: what is worth telling, to whom, how much of it at once, and who may send it.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { demoUsers } from '../../local/demo_users.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())
afterEach(async () => {
  await db.sql`truncate public.webhook_configurations cascade`
  await db.sql`delete from public.organizations`
})

const START = new Date('2026-11-21T12:00:00Z')
const after = (minutes: number) => new Date(START.getTime() + minutes * 60_000)

/** Organizations with so many webhooks each. Answers with the webhooks' ids in order. */
async function addWebhooks(organizations: number, each: number): Promise<string[]> {
  const rows = await withoutGuards(() => db.sql`
    with o as (insert into public.organizations (name) select 'o ' || i from generate_series(1, ${organizations}) i returning id)
    insert into public.webhook_configurations (organization_id, name, url, events)
    select o.id, 'w ' || i, 'https://example.com/' || i, '{contact.created}' from o cross join generate_series(1, ${each}) i returning id`)
  return rows.map((row) => row.id as string)
}

/** What keeps a person from making thousands of webhooks only takes time here. */
async function withoutGuards<Result>(work: () => Promise<Result>): Promise<Result> {
  await db.sql`alter table public.webhook_configurations disable trigger user`
  const result = await work()
  await db.sql`alter table public.webhook_configurations enable trigger user`
  return result
}

/** Tells of all webhooks at once, as the record does at each change. */
async function tellAll(event: 'webhook.failing' | 'webhook.disabled' | 'webhook.recovered', reason: string | null, at: Date): Promise<void> {
  await withoutGuards(() => db.sql`
    update public.webhook_configurations w
    set is_active = ${event !== 'webhook.disabled'}, consecutive_failures = ${event === 'webhook.failing' ? 3 : 0}, failing_since = ${event === 'webhook.failing' ? at.toISOString() : null}`)
  await db.sql`select count(webhooks.tell(${event}, w, ${reason}, 3, ${at})) from public.webhook_configurations w`
}

async function judge(ids: readonly string[], states: readonly string[], at: Date, gone = false): Promise<void> {
  const pairs = ids.flatMap((id) => states.map((state) => [id, state] as const))
  await db.sql`
    select webhooks.judge_health(${pairs.map(([id]) => id)}::uuid[], ${pairs.map(([, state]) => state)}, array(
      select case when ${gone} then w.revision end
      from unnest(${pairs.map(([id]) => id)}::uuid[]) with ordinality asked(id, nth) join public.webhook_configurations w using (id) order by nth), ${at})`
}
const fail = (ids: readonly string[], at: Date) => judge(ids, ['pending', 'pending', 'pending'], at)
const recover = (ids: readonly string[], at: Date) => judge(ids, ['succeeded'], at)
const turnOff = (ids: readonly string[], at: Date) => judge(ids, ['failed'], at, true)

const claim = (at: Date, max = 100) => db.dispatcher`select * from webhooks.claim_alerts(${max}, '2 minutes', ${at})`
async function record(digests: readonly Record<string, unknown>[], state: string, at: Date): Promise<number> {
  const [row] = await db.dispatcher`
    select webhooks.record_alerts(${digests.map((digest) => digest.digest_id as string)}::uuid[], ${digests.map(() => state)},
      ${digests.map(() => state === 'pending' ? new Date(at.getTime() + 60_000).toISOString() : null)}::timestamptz[],
      ${digests.map(() => null)}::text[], ${at}) as n`
  return row!.n as number
}
const rows = () => db.sql`select kind, state from webhooks.alerts order by id`
/** Claims and records as sent. Answers with the kinds that were told, one text per message. */
async function tell(at: Date): Promise<string[]> {
  const digests = await claim(at)
  await record(digests, 'sent', at)
  return digests.map((digest) => (digest.alerts as { kind: string }[]).map((alert) => alert.kind).join())
}

test('10,000 webhooks of 200 organizations fail at once: 200 messages, and no other within ten minutes', async () => {
  await addWebhooks(200, 50)
  await tellAll('webhook.failing', null, START)
  expect(await claim(after(0.9))).toHaveLength(0)

  const sizes: number[] = []
  for (let digests = await claim(after(1)); digests.length > 0; digests = await claim(after(1))) {
    for (const digest of digests) sizes.push((digest.totals as { failing: number }).failing)
    await record(digests, 'sent', after(1))
  }
  expect(sizes).toEqual(Array.from({ length: 200 }, () => 50))

  await tellAll('webhook.recovered', null, after(2))
  for (const minute of [3, 5, 10.9]) expect(await claim(after(minute), 1_000)).toHaveLength(0)
  const next = await claim(after(11), 1_000)
  expect(next).toHaveLength(200)
  expect(next[0]!.totals).toEqual({ recovered: 50 })
})

test('10,000 webhooks of one organization: one message, with twenty in full and the rest as a number', async () => {
  await addWebhooks(1, 10_000)
  await withoutGuards(() => db.sql`update public.webhook_configurations set is_active = false`)
  // Not through tell(), which looks at each of the 10,000 for each of them.
  await db.sql`select count(webhooks.queue_alert('webhook.disabled', w, 'gone', 1, ${START})) from public.webhook_configurations w`
  const digests = await claim(after(1))
  expect(digests).toHaveLength(1)
  expect(digests[0]!.totals).toEqual({ disabled: 10_000 })
  expect(digests[0]!.alerts).toHaveLength(20)
  expect(await record(digests, 'sent', after(1))).toBe(10_000)
})

test('what fails and is well again before anybody was told is never told', async () => {
  const [flapping, failing] = await addWebhooks(1, 2) as [string, string]
  await fail([flapping], START)
  await recover([flapping], after(0.5))
  await fail([failing], after(0.5))
  const digests = await claim(after(2))
  expect(digests).toHaveLength(1)
  expect((digests[0]!.alerts as { webhook_id: string }[]).map((alert) => alert.webhook_id)).toEqual([failing])
})

test('a receiver that comes and goes is told of once an hour, and its last state is what people know', async () => {
  const [id] = await addWebhooks(1, 1) as [string]
  const told: [number, string][] = []
  for (let minute = 0; minute < 180; minute++) {
    if (minute % 6 === 0) await fail([id], after(minute))
    if (minute % 6 === 3 && minute < 170) await recover([id], after(minute))
    for (const kinds of await tell(after(minute))) told.push([minute, kinds])
  }
  const failing = told.filter(([, kinds]) => kinds === 'failing').map(([minute]) => minute)
  expect(failing.length).toBeGreaterThan(1)
  expect(failing.length).toBeLessThanOrEqual(4)
  expect(told.length).toBeLessThanOrEqual(8)
  failing.slice(1).forEach((minute, index) => expect(minute - failing[index]!).toBeGreaterThanOrEqual(59))

  // Still failing at the end: whatever was put off comes.
  for (let minute = 180; minute < 300; minute++) for (const kinds of await tell(after(minute))) told.push([minute, kinds])
  expect(told.at(-1)![1]).toBe('failing')
})

test('turned off takes the place of failing; turned on again by hand, it is not told at all', async () => {
  const [stays, back] = await addWebhooks(1, 2) as [string, string]
  await fail([stays, back], START)
  await turnOff([stays, back], after(0.5))
  await db.sql`update public.webhook_configurations set is_active = true where id = ${back}`
  const digests = await claim(after(2))
  expect((digests[0]!.alerts as { kind: string, webhook_id: string }[]).map(({ kind, webhook_id }) => [kind, webhook_id])).toEqual([['disabled', stays]])
  expect((await rows()).map((row) => row.state).sort()).toEqual(['sending', 'skipped', 'skipped', 'skipped'])
})

test('two dispatchers: one message to one organization at a time, and a lapsed lease cannot be recorded', async () => {
  const ids = await addWebhooks(1, 2)
  await fail(ids.slice(0, 1), START)
  const first = await claim(after(1))
  await fail(ids.slice(1), after(1))
  expect(await claim(after(2.5))).toHaveLength(0) // the first is under way
  const second = await claim(after(3.5)) // its sender died
  expect(second).toHaveLength(1)
  expect(second[0]!.totals).toEqual({ failing: 2 })
  expect(await record(first, 'sent', after(3.6))).toBe(0)
  expect(await record(second, 'sent', after(3.6))).toBe(2)

  // At the very same moment: the second finds the lock taken.
  await fail(await addWebhooks(1, 1), after(4))
  await db.sql.begin(async (tx) => {
    expect(await tx`select * from webhooks.claim_alerts(10, '2 minutes', ${after(5)})`).toHaveLength(1)
    expect(await claim(after(5))).toHaveLength(0)
  })
})

test('tried in vain: with the next try it takes along what came since, and after a day it is given up', async () => {
  const ids = await addWebhooks(1, 2)
  await fail(ids.slice(0, 1), START)
  await record(await claim(after(1)), 'pending', after(1))
  expect(await claim(after(1.5))).toHaveLength(0)
  await fail(ids.slice(1), after(1))
  const again = await claim(after(2.5))
  expect(again).toMatchObject([{ attempt: 2, totals: { failing: 2 } }])
  await record(again, 'pending', after(2.5))
  expect(await claim(after(24 * 60 + 5))).toHaveLength(0)
  expect((await rows()).map((row) => row.state)).toEqual(['failed', 'failed'])
})

test('where nobody sends mail: the sweep stops waking after two minutes, the upkeep gives up after a day and deletes after the retention', async () => {
  const ids = await addWebhooks(1, 1)
  await fail(ids, START)
  const due = async (at: Date) => (await db.sql`select webhooks.alerts_are_due(${at}) as due`)[0]!.due as boolean
  expect([await due(after(0.5)), await due(after(1.5)), await due(after(4))]).toEqual([false, true, false])
  await db.sql`select webhooks.maintain(${after(24 * 60 - 5)})`
  expect(await rows()).toMatchObject([{ state: 'pending' }])
  await db.sql`select webhooks.maintain(${after(24 * 60 + 5)})`
  expect(await rows()).toMatchObject([{ state: 'failed' }])
  await db.sql`select webhooks.maintain(${after(32 * 24 * 60)})`
  expect(await rows()).toHaveLength(0)
})

test('recipients: confirmed owners and admins of that organization', async () => {
  await addWebhooks(1, 1)
  const [{ id } = { id: '' }] = await db.sql`select id from public.organizations`
  for (const user of demoUsers) await db.sql`insert into public.organization_members (organization_id, user_id, role) values (${id as string}, ${user.id}, ${user.role})`
  const read = async () => (await db.sql`select webhooks.alert_recipients(${id as string}) as email`).map((row) => row.email as string)
  expect(await read()).toEqual(['owner@acme.test', 'owner@globex.test', 'admin@acme.test', 'admin@globex.test'])
  await db.admin`update auth.users set email_confirmed_at = null where email like '%globex%'`
  expect(await read()).toEqual(['owner@acme.test', 'admin@acme.test'])
  await db.admin`update auth.users set email_confirmed_at = now() where email like '%globex%'`
})

test('a message names the cause: the last answer that was no success, and no test', async () => {
  const [id] = await addWebhooks(1, 1) as [string]
  const log = (at: Date, values: { status_code: number | null, error_code: string | null, is_test?: boolean }) => db.sql`
    insert into public.webhook_logs ${db.sql({
      organization_id: '00000000-0000-4000-8000-000000000001', webhook_id: id, delivery_id: crypto.randomUUID(), event_id: crypto.randomUUID(), event_type: 'contact.created',
      attempt: 1, duration_ms: 1, created_at: at, ...values,
    })}`
  await log(after(-3), { status_code: 500, error_code: 'http_error' })
  await log(after(-2), { status_code: null, error_code: 'timeout' })
  await log(after(-1), { status_code: 404, error_code: 'http_error', is_test: true })
  await log(after(-1), { status_code: 200, error_code: null })
  await fail([id], START)
  const [digest] = await claim(after(1))
  expect(digest!.alerts).toMatchObject([{ status_code: null, error_code: 'timeout', failures: 3, name: 'w 1' }])
  const [alert] = digest!.alerts as { failing_since: string, turns_off_at: string }[]
  expect(new Date(alert!.turns_off_at).getTime() - new Date(alert!.failing_since).getTime()).toBe(5 * 86_400_000)
})
