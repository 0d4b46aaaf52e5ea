// Upkeep: log partitions come and go by the day, and what is older than the retention is removed.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addDeliveries, addFinished, addListener, addRow, attempt, forgetWebhooks } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())
beforeEach(() => forgetWebhooks(db.sql))

const DAY = 86_400_000
// The template was maintained when it was made: these tests live in a week of their own, later.
const today = new Date(`${new Date(Date.now() + 100 * DAY).toISOString().slice(0, 10)}T12:00:00Z`)
const daysAgo = (days: number) => new Date(today.getTime() - days * DAY)
const maintain = async (at = today) => (await db.dispatcher`select webhooks.maintain(${at}) as did`)[0]!.did
const partitions = async () => (await db.sql`
  select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'public.webhook_logs'::regclass and c.relname ~ '[0-9]'
  order by 1`).map((row) => row.relname as string)
const nameOf = (day: Date) => `logs_${day.toISOString().slice(0, 10).replaceAll('-', '')}`
const partitionOf = async (delivery: string) => (await db.sql`select tableoid::regclass::text as name from public.webhook_logs where delivery_id = ${delivery}`)[0]?.name

const present = async (ids: string[]) => (await db.sql`
  select d.id, exists (select from webhooks.events e where e.id = d.event_id) as event from webhooks.deliveries d where d.id = any (${ids})`)

async function logged(at: Date): Promise<string> {
  const { organization, webhook } = await addListener(db.sql)
  const [id] = await addDeliveries(db.sql, organization, webhook, 1)
  await attempt(db.sql, id!, {}, at)
  return id!
}

describe('partitions', () => {
  test('are made from yesterday to a week ahead, once', async () => {
    const before = await partitions()
    expect((await maintain()).partitions_created).toBe(9)
    expect((await partitions()).filter((name) => !before.includes(name))).toEqual([1, 0, -1, -2, -3, -4, -5, -6, -7].map((days) => nameOf(daysAgo(days))))
    expect((await maintain()).partitions_created).toBe(0)
    expect((await maintain(daysAgo(-1))).partitions_created).toBe(1)
  })

  test('take the rows of their day, in UTC, wherever the caller is', async () => {
    await maintain()
    const midnight = new Date(`${today.toISOString().slice(0, 10)}T00:00:00Z`)
    expect(await partitionOf(await logged(midnight))).toBe(`webhooks.${nameOf(today)}`)
    expect(await partitionOf(await logged(new Date(midnight.getTime() - 1)))).toBe(`webhooks.${nameOf(daysAgo(1))}`)
  })

  test('take over the rows that came before them', async () => {
    const day = new Date(today.getTime() + 30 * DAY)
    const early = await logged(day)
    expect(await partitionOf(early)).toBe('webhooks.logs_default')
    await maintain(day)
    expect(await partitionOf(early)).toBe(`webhooks.${nameOf(day)}`)
    expect(await db.sql`select from webhooks.logs_default`).toHaveLength(0)
  })

  test('are dropped whole once they are older than the retention; a row of that day elsewhere goes too', async () => {
    const start = new Date(today.getTime() + 200 * DAY)
    await maintain(start)
    const old = await logged(start)
    const stray = await logged(new Date(start.getTime() - 20 * DAY))
    expect(await partitionOf(stray)).toBe('webhooks.logs_default')
    const later = (days: number) => new Date(start.getTime() + days * DAY)
    await maintain(later(30))
    expect(await partitionOf(old)).toBe(`webhooks.${nameOf(start)}`)
    expect(await partitionOf(stray)).toBeUndefined()
    const { partitions_dropped } = await maintain(later(31))
    expect(partitions_dropped).toBeGreaterThanOrEqual(1)
    expect(await partitionOf(old)).toBeUndefined()
    expect(await partitions()).not.toContain(nameOf(start))
  })

  test('keep their row-level security', async () => {
    await maintain()
    expect(await db.sql`
      select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'public.webhook_logs'::regclass and not c.relrowsecurity`).toHaveLength(0)
  })
})

describe('what is older than the retention', () => {
  test('is removed when it is over, with its event, and younger rows stay', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const finish = (days: number) => addFinished(db.sql, organization, webhook, 1, { created_at: daysAgo(days), finished_at: daysAgo(days) })
    const [young] = await finish(30), [old] = await finish(31)
    expect(await maintain()).toMatchObject({ rows_removed: 2, deliveries_expired: 0 })
    expect(await present([young!, old!])).toEqual([{ id: young, event: true }])
    expect(await db.sql`select from webhooks.events where organization_id = ${organization}`).toHaveLength(1)
  })

  test('is removed only when its last delivery is, and what is being sent is left alone', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const [old] = await addFinished(db.sql, organization, webhook, 1, { created_at: daysAgo(40), finished_at: daysAgo(40) })
    const [sending] = await addDeliveries(db.sql, organization, webhook, 1, { state: 'sending', claim_count: 1, created_at: daysAgo(40), due_at: daysAgo(-1) })
    await db.sql`update webhooks.deliveries set webhook_id = gen_random_uuid(), event_id = (select event_id from webhooks.deliveries where id = ${old!}) where id = ${sending!}`
    await maintain()
    expect(await present([old!, sending!])).toEqual([{ id: sending, event: true }])
    expect(await db.sql`select state from webhooks.deliveries`).toEqual([{ state: 'sending' }])
  })

  test('expires when it still waits, can be seen as expired for a day, and is then removed', async () => {
    const { organization, webhook } = await addListener(db.sql, { is_active: false })
    const [waiting] = await addDeliveries(db.sql, organization, webhook, 1, { due_at: daysAgo(31), last_status_code: 500 })
    const [lapsed] = await addDeliveries(db.sql, organization, webhook, 1, { state: 'sending', claim_count: 1, due_at: daysAgo(31) })
    const [young] = await addDeliveries(db.sql, organization, webhook, 1, { due_at: daysAgo(30) })
    expect(await maintain()).toMatchObject({ deliveries_expired: 2 })
    const rows = await db.sql`select id, state, last_error_code, finished_at from webhooks.deliveries where webhook_id = ${webhook} order by position`
    expect(rows).toEqual([
      ...[waiting, lapsed].map((id) => ({ id, state: 'cancelled', last_error_code: 'expired', finished_at: today })),
      { id: young, state: 'pending', last_error_code: null, finished_at: null },
    ])
    await maintain(new Date(today.getTime() + DAY + 1))
    expect(await present([waiting!, lapsed!])).toEqual([])
  })

  test('is removed of counts, replays and audits as well', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const hour = (days: number) => new Date(Math.floor(daysAgo(days).getTime() / 3_600_000) * 3_600_000)
    for (const days of [30, 31]) {
      await addRow(db.sql, 'webhooks.hourly_counts', { organization_id: organization, webhook_id: webhook, hour: hour(days), event_type: 'x', answer: '200' })
      await addRow(db.sql, 'webhooks.replays', {
        organization_id: organization, webhook_id: webhook, from_at: daysAgo(days + 1), to_at: daysAgo(days), states: ['failed'], total: 0,
        cursor_at: daysAgo(days), created_at: daysAgo(days), finished_at: daysAgo(days),
      })
    }
    for (const days of [364, 367]) await addRow(db.sql, 'webhooks.audit_log', { organization_id: organization, webhook_id: webhook, action: 'resent', at: daysAgo(days) })
    await maintain()
    expect(await db.sql`select from webhooks.hourly_counts`).toHaveLength(1)
    expect(await db.sql`select from webhooks.replays`).toHaveLength(1)
    expect(await db.sql`select from webhooks.audit_log where action = 'resent'`).toHaveLength(1)
  })

  test('is as old as the operator says', async () => {
    await db.sql`update webhooks.settings set retention_days = 7`
    try {
      const { organization, webhook } = await addListener(db.sql)
      const [old] = await addFinished(db.sql, organization, webhook, 1, { created_at: daysAgo(8), finished_at: daysAgo(8) })
      await maintain()
      expect(await present([old!])).toEqual([])
    } finally {
      await db.sql`update webhooks.settings set retention_days = 30`
    }
  })
})

test('requests of test addresses are forgotten with the rest', async () => {
  const inbox = await addRow(db.sql, 'webhooks.inboxes', { organization_id: (await addListener(db.sql)).organization, token: 'x'.repeat(43), created_at: daysAgo(3), expires_at: daysAgo(-4) })
  for (const days of [0.5, 2]) {
    await addRow(db.sql, 'webhooks.inbox_requests', { inbox_id: inbox.id, received_at: daysAgo(days), method: 'POST', headers: {}, body: '', body_bytes: 0, signature: 'unsigned' })
  }
  await maintain()
  expect(await db.sql`select from webhooks.inbox_requests`).toHaveLength(1)
})

test('who asked for previews is forgotten after an hour', async () => {
  for (const hours of [0.5, 2]) {
    await addRow(db.sql, 'webhooks.previews', { organization_id: (await addListener(db.sql)).organization, minute: new Date(today.getTime() - hours * 3_600_000), count: 1 })
  }
  await maintain()
  expect(await db.sql`select from webhooks.previews`).toHaveLength(1)
})

test('two at once do not get in each other\'s way: the second has nothing to do', async () => {
  await db.sql.begin(async (first) => {
    await first`select webhooks.maintain(${today})`
    expect(await maintain()).toEqual({ skipped: true })
  })
  expect(await maintain()).toMatchObject({ partitions_created: 0 })
})

describe('goes on, and lets others go on,', () => {
  test('while somebody has read the log in a transaction that is still open, such as pg_dump: no record waits behind it', async () => {
    const start = new Date(today.getTime() + 400 * DAY)
    await maintain(start)
    const { organization, webhook } = await addListener(db.sql)
    const [old] = await addFinished(db.sql, organization, webhook, 1, { created_at: start, finished_at: start })
    const later = new Date(start.getTime() + 31 * DAY)
    const [waiting] = await addDeliveries(db.sql, organization, webhook, 1, { due_at: later })
    const did = await db.sql.begin(async (dump) => {
      await dump`select count(*) from public.webhook_logs`
      const upkeep = maintain(later)
      await new Promise((resolve) => setTimeout(resolve, 100))
      const recorded = await Promise.race([attempt(db.sql, waiting!, {}, later).then(() => 'recorded'), new Promise((resolve) => setTimeout(() => resolve('still waiting'), 5_000))])
      expect(recorded).toBe('recorded')
      return upkeep
    })
    expect(did).toMatchObject({ partitions_dropped: 0, partitions_postponed: true })
    expect(await present([old!])).toEqual([])
    expect(await partitions()).toContain(nameOf(start))
    expect(await maintain(later)).toMatchObject({ partitions_postponed: false })
    expect(await partitions()).not.toContain(nameOf(start))
  })

  test('when as many expire in a day as one webhook can have waiting', async () => {
    const { organization, webhook } = await addListener(db.sql, { is_active: false })
    await addDeliveries(db.sql, organization, webhook, 200_000, { due_at: daysAgo(40) })
    await db.sql`analyze webhooks.deliveries, webhooks.events`
    const began = performance.now()
    expect(await maintain()).toMatchObject({ deliveries_expired: 200_000 })
    // Measured: 3 s.
    expect(performance.now() - began).toBeLessThan(20_000)
  })
})

test('what a write captured for a webhook that was deleted before the write ended is cancelled', async () => {
  const { organization, webhook } = await addListener(db.sql)
  await db.sql.begin(async (app) => {
    await app`insert into public.contacts (organization_id, first_name) values (${organization}, 'Ada')`
    await db.sql`delete from public.webhook_configurations where id = ${webhook}`
  })
  expect(await db.sql`select state from webhooks.deliveries where webhook_id = ${webhook}`).toEqual([{ state: 'pending' }])
  await db.dispatcher`select webhooks.maintain()`
  expect(await db.sql`select state, finished_at is not null as finished from webhooks.deliveries where webhook_id = ${webhook}`).toEqual([{ state: 'cancelled', finished: true }])
})

describe('schedules', () => {
  afterEach(() => db.sql`drop schema if exists cron cascade`)
  /** As much of pg_cron as is asked; `refuses` is a schedule that it does not know. */
  const pretendPgCron = (refuses: string) => db.sql.unsafe(`
    create schema cron;
    create table cron.job (jobname text primary key, schedule text, command text);
    create function cron.schedule(name text, schedule text, command text) returns void language plpgsql as $$
    begin
      if schedule = '${refuses}' then raise invalid_parameter_value using message = 'invalid schedule: ' || schedule; end if;
      insert into cron.job values (name, schedule, command) on conflict (jobname) do update set schedule = excluded.schedule, command = excluded.command;
    end $$`)
  const installed = async () => (await db.sql`select webhooks.install_schedules() as said`)[0]!.said as string
  const jobs = async () => (await db.sql`select j.jobname, j.schedule, j.command from cron.job j order by 1`).map((job) => Object.values(job).join(' | '))
  const upkeep = 'tablehook-maintain | 7 * * * * | select webhooks.maintain()'

  test('are left to the dispatcher where pg_cron is not there', async () => expect(await installed()).toContain('pg_cron is not installed'))

  test('are on pg_cron, once', async () => {
    await pretendPgCron('none')
    for (let time = 0; time < 2; time++) expect(await installed()).toContain('every 30 seconds')
    expect(await jobs()).toEqual([upkeep, 'tablehook-sweep | 30 seconds | select webhooks.sweep()'])
  })

  test('are by the minute with a pg_cron before 1.5, which knows no seconds', async () => {
    await pretendPgCron('30 seconds')
    expect(await installed()).toContain('every minute')
    expect(await jobs()).toEqual([upkeep, 'tablehook-sweep | * * * * * | select webhooks.sweep()'])
  })
})
