// A webhook's health: failures in a row, the two events that are told once, and the ways in which it is turned off.
import type { TransactionSql } from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { until } from '../support/engine.ts'
import { addDeliveries, addListener, addWebhook, after, attempt, claim, forgetWebhooks, heardBy, record, typesHeardBy, type Report } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())
beforeEach(() => forgetWebhooks(db.sql))

const DAY = 86_400
const failed = { state: 'pending' } as const
const succeeded = { state: 'succeeded' } as const
const gone = { state: 'failed', status: 410, gone: true } as const

/** A webhook under test, and one of the same organization that is told about it. */
async function watched() {
  const { organization, webhook } = await addListener(db.sql, { events: ['contact.created'], name: 'CRM sync', url: 'https://example.com/crm' })
  const witness = await addWebhook(db.sql, organization, { events: ['webhook.failing', 'webhook.recovered', 'webhook.disabled'] })
  return {
    organization, webhook, witness,
    told: () => typesHeardBy(db.sql, witness),
    health: async () => (await db.sql`
      select is_active, disabled_reason, disabled_at, consecutive_failures, failing_since from public.webhook_configurations where id = ${webhook}`)[0]!,
    /** One attempt each, at one delivery of its own, `at` seconds after noon. */
    answer: async (report: Omit<Report, 'claim'>, at = 0) => {
      const [id] = await addDeliveries(db.sql, organization, webhook, 1)
      return attempt(db.sql, id!, report, after(at))
    },
  }
}

describe('failures in a row', () => {
  test('are counted over retries and deliveries, since the first of them', async () => {
    const { answer, health, organization, webhook } = await watched()
    const [id] = await addDeliveries(db.sql, organization, webhook, 1)
    await attempt(db.sql, id!, failed, after(1))
    await attempt(db.sql, id!, { state: 'failed' }, after(2))
    await answer(failed, 3)
    expect(await health()).toMatchObject({ is_active: true, consecutive_failures: 3, failing_since: after(1) })
  })

  test('are forgotten with the first success', async () => {
    const { answer, health } = await watched()
    await answer(failed)
    await answer(failed)
    await answer(succeeded)
    expect(await health()).toMatchObject({ consecutive_failures: 0, failing_since: null })
    await answer(failed, 9)
    expect(await health()).toMatchObject({ consecutive_failures: 1, failing_since: after(9) })
  })

  test.each<[string, Omit<Report, 'claim'>[], number, string[]]>([
    ['failures before a success do not count', [failed, failed, failed, succeeded], 0, []],
    ['failures after a success do', [succeeded, failed, failed], 2, []],
    ['three after a success are three', [failed, succeeded, failed, failed, failed], 3, ['webhook.failing']],
    ['all of a batch count', [failed, failed, failed, failed, failed], 5, ['webhook.failing']],
  ])('within one batch: %s', async (_, reports, failures, events) => {
    const { organization, webhook, health, told } = await watched()
    await addDeliveries(db.sql, organization, webhook, reports.length)
    const claims = await claim(db.sql)
    await record(db.sql, reports.map((report, n) => ({ claim: claims[n]!, ...report })))
    expect((await health()).consecutive_failures).toBe(failures)
    expect(await told()).toEqual(events)
  })

  test('count also when two dispatchers record at once', async () => {
    const { organization, webhook, health, told } = await watched()
    await addDeliveries(db.sql, organization, webhook, 20)
    const claims = await claim(db.sql)
    await Promise.all(claims.map((each) => record(db.dispatcher, [{ claim: each, ...failed }])))
    expect((await health()).consecutive_failures).toBe(20)
    expect(await told()).toEqual(['webhook.failing'])
  })
})

describe('judged while somebody changes many webhooks in one statement', () => {
  // The statement takes them in an order of its own: here first one, then the other.
  test.each(['first', 'last'])('neither is broken off, whichever it takes first: the %s', async (which) => {
    const { organization, webhook } = await addListener(db.sql)
    const ids = [webhook, await addWebhook(db.sql, organization), await addWebhook(db.sql, organization)].sort()
    for (const id of ids) await addDeliveries(db.sql, organization, id, 1)
    const claims = await claim(db.sql)
    const busy = () => db.admin`select from pg_stat_activity where datname = current_database() and usename = 'tablehook_dispatcher' and wait_event_type = 'Lock'`
    const change = (id: string) => (tx: TransactionSql) => tx`update public.webhook_configurations set timeout_ms = 9000 where id = ${id}`
    const [taken, wanted] = which === 'first' ? [ids[0]!, ids.slice(1)] : [ids[2]!, ids.slice(0, 2)]
    const { recorded } = await db.sql.begin(async (tx) => {
      await change(taken)(tx)
      const recorded = record(db.dispatcher, claims.map((each) => ({ claim: each, ...failed })))
      await until('the record to wait', busy, (rows) => rows.length > 0)
      for (const id of wanted) await change(id)(tx)
      return { recorded }
    })
    expect(await recorded).toEqual([])
    expect(await db.sql`select distinct consecutive_failures, timeout_ms from public.webhook_configurations`).toEqual([{ consecutive_failures: 1, timeout_ms: 9000 }])
  })
})

describe('what other webhooks are told', () => {
  test('failing once, at the third failure in a row, and recovered once, at the first success after it', async () => {
    const { answer, told } = await watched()
    const steps: [Omit<Report, 'claim'>, string[]][] = [
      [failed, []], [failed, []], [succeeded, []],
      [failed, []], [failed, []], [failed, ['webhook.failing']], [failed, ['webhook.failing']],
      [succeeded, ['webhook.failing', 'webhook.recovered']], [succeeded, ['webhook.failing', 'webhook.recovered']],
      [failed, ['webhook.failing', 'webhook.recovered']],
    ]
    for (const [report, events] of steps) {
      await answer(report)
      expect(await told()).toEqual(events)
    }
  })

  test('says which webhook, and never its secret', async () => {
    const { answer, witness, webhook } = await watched()
    for (let n = 0; n < 3; n++) await answer(failed, n)
    const [event] = await heardBy(db.sql, witness)
    expect(JSON.parse(event!.data)).toEqual({
      webhook_id: webhook, name: 'CRM sync', url: 'https://example.com/crm', reason: null, consecutive_failures: 3, at: '2026-01-15T12:00:02+00:00',
    })
  })

  test('never reaches the webhook itself, nor another organization', async () => {
    const other = await addListener(db.sql)
    const { organization, webhook } = await addListener(db.sql)
    const witness = await addWebhook(db.sql, organization)
    for (const report of [failed, failed, failed, succeeded, gone]) {
      const [id] = await addDeliveries(db.sql, organization, webhook, 1)
      await attempt(db.sql, id!, report)
    }
    expect(await typesHeardBy(db.sql, witness)).toEqual(['webhook.failing', 'webhook.recovered', 'webhook.disabled'])
    expect(new Set(await typesHeardBy(db.sql, webhook))).toEqual(new Set(['contact.created']))
    expect(await typesHeardBy(db.sql, other.webhook)).toEqual([])
  })
})

describe('turned off', () => {
  test('by 410, at once; what waits stays', async () => {
    const { answer, health, told, organization, webhook, witness } = await watched()
    const [waiting] = await addDeliveries(db.sql, organization, webhook, 1)
    await answer(gone, 5)
    expect(await health()).toMatchObject({ is_active: false, disabled_reason: 'gone', disabled_at: after(5) })
    expect(await told()).toEqual(['webhook.disabled'])
    expect(JSON.parse((await heardBy(db.sql, witness))[0]!.data)).toMatchObject({ webhook_id: webhook, reason: 'gone' })
    expect((await db.sql`select state from webhooks.deliveries where id = ${waiting!}`)[0]!.state).toBe('pending')
    await answer(gone, 6)
    expect(await told()).toEqual(['webhook.disabled'])
    expect((await health()).disabled_at).toEqual(after(5))
  })

  test('after five days without a success, and not a second before', async () => {
    const { answer, health, told } = await watched()
    await answer(failed, 0)
    await answer(failed, 5 * DAY - 1)
    expect((await health()).is_active).toBe(true)
    await answer(failed, 5 * DAY)
    expect(await health()).toMatchObject({ is_active: false, disabled_reason: 'failing', disabled_at: after(5 * DAY), consecutive_failures: 3 })
    expect(await told()).toEqual(['webhook.failing', 'webhook.disabled'])
  })

  test('not when a success came within the five days', async () => {
    const { answer, health } = await watched()
    await answer(failed, 0)
    await answer(succeeded, 4 * DAY)
    await answer(failed, 4 * DAY + 1)
    await answer(failed, 6 * DAY)
    expect((await health()).is_active).toBe(true)
  })

  test('after as long as the operator says', async () => {
    await db.sql`update webhooks.settings set turn_off_after = '1 hour'`
    try {
      const { answer, health } = await watched()
      await answer(failed, 0)
      await answer(failed, 3_600)
      expect((await health()).disabled_reason).toBe('failing')
    } finally {
      await db.sql`update webhooks.settings set turn_off_after = '5 days'`
    }
  })

  test('by hand, with that reason; turned on again it is judged afresh', async () => {
    const { answer, health, told, webhook } = await watched()
    const turn = (on: boolean) => db.sql`update public.webhook_configurations set is_active = ${on} where id = ${webhook}`
    for (let n = 0; n < 4; n++) await answer(failed)
    await turn(false)
    expect(await health()).toMatchObject({ is_active: false, disabled_reason: 'by_hand', consecutive_failures: 4 })
    await turn(true)
    expect(await health()).toMatchObject({ is_active: true, disabled_reason: null, disabled_at: null, consecutive_failures: 0, failing_since: null })
    await answer(failed, 9 * DAY)
    expect(await health()).toMatchObject({ is_active: true, consecutive_failures: 1, failing_since: after(9 * DAY) })
    expect(await told()).toEqual(['webhook.failing'])
  })

  test('by us and then on and off by hand, it has the newest reason', async () => {
    const { answer, health, webhook } = await watched()
    await answer(gone)
    await db.sql`update public.webhook_configurations set is_active = true where id = ${webhook}`
    await db.sql`update public.webhook_configurations set is_active = false where id = ${webhook}`
    expect((await health()).disabled_reason).toBe('by_hand')
  })

  test('tells nothing more of failures that come in afterwards', async () => {
    const { organization, webhook, told, health } = await watched()
    await addDeliveries(db.sql, organization, webhook, 4)
    const claims = await claim(db.sql)
    await db.sql`update public.webhook_configurations set is_active = false where id = ${webhook}`
    await record(db.sql, claims.map((each) => ({ claim: each, ...failed })))
    expect(await told()).toEqual([])
    expect((await health()).disabled_reason).toBe('by_hand')
  })

  test('leaves an audit row without an actor', async () => {
    const { answer, webhook } = await watched()
    await answer(gone)
    const rows = await db.sql`select actor, action, details from webhooks.audit_log where webhook_id = ${webhook} order by id`
    expect(rows.at(-1)).toMatchObject({ actor: null, action: 'turned_off', details: { is_active: { from: true, to: false }, disabled_reason: { to: 'gone' } } })
  })
})

test('two webhooks that fail and hear of each other do not feed each other for ever', async () => {
  const { organization, webhook } = await addListener(db.sql)
  const other = await addWebhook(db.sql, organization)
  for (let round = 0; round < 6; round++) {
    for (const id of [webhook, other]) await addDeliveries(db.sql, organization, id, 1)
    const claims = await claim(db.sql, { at: new Date(Date.now() + 1000) })
    await record(db.sql, claims.map((each) => ({ claim: each, state: 'failed' as const })))
  }
  const events = await db.sql`select type from webhooks.events where type like 'webhook.%'`
  expect(events.map((event) => event.type)).toEqual(['webhook.failing', 'webhook.failing'])
})
