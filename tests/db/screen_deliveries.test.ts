// What the list of deliveries and the panel of one read.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import {
  acmeAdmin, acmeMember, addAttempt, addDeliveries, addDelivery, addOrganizations, addWebhook, call, globexOwner,
} from '../support/webhook_rows.ts'

let db: FreshDatabase
let webhook: string
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganizations(db)
})
afterAll(() => db.drop())
beforeEach(async () => {
  await db.sql`delete from public.webhook_configurations`
  await db.sql`truncate webhooks.deliveries, webhooks.events, public.webhook_logs`
  webhook = await addWebhook(db)
})

type Delivery = Record<string, unknown> & { id: string, created_at: string }
type Page = { rows: Delivery[], more: boolean }
type Filter = Record<string, unknown>
const page = (filter: Filter = {}, user: string | null = acmeMember) => call<Page>(db, user, 'webhook_delivery_page', { webhook_id: webhook, ...filter })
const ids = async (filter?: Filter) => (await page(filter)).rows.map((row) => row.id)

/** Every page, as the screen walks them: the last row of one is where the next begins. */
async function walk(filter: Filter, page_size: number): Promise<string[]> {
  const seen: string[] = []
  let from: Filter = {}
  for (;;) {
    const { rows, more } = await page({ ...filter, ...from, page_size })
    if (seen.length > 0) expect(rows, 'a page that was promised').not.toEqual([])
    seen.push(...rows.map((row) => row.id))
    if (!more) return seen
    expect(rows).toHaveLength(page_size)
    from = { before_created_at: rows.at(-1)!.created_at, before_id: rows.at(-1)!.id }
  }
}

describe('a row', () => {
  test('is the row of webhook_deliveries, with max_attempts and on_resend', async () => {
    const id = await addDelivery(db, webhook, { state: 'succeeded', attempt_count: 1, last_status_code: 200 })
    const [row] = await db.as(acmeMember, (sql) => sql`select to_jsonb(d) as row from public.webhook_deliveries d where id = ${id}`)
    expect((await page()).rows).toEqual([{ ...row!.row, max_attempts: 10, on_resend: false }])
  })

  test.each([
    ['standard', {}, 10],
    ['three', {}, 4],
    ['none', {}, 1],
    ['three', { is_test: true }, 1],
    ['three', { attempt_count: 6, round_started_at_attempt: 4 }, 8],
    ['none', { state: 'failed', attempt_count: 10 }, 10],
  ])('with retry policy %s and %o has at most %i attempts', async (retry_policy, row, max_attempts) => {
    await db.sql`update public.webhook_configurations set retry_policy = ${retry_policy} where id = ${webhook}`
    await addDelivery(db, webhook, row)
    expect((await page({ tests: true })).rows[0]).toMatchObject({ max_attempts })
  })

  test('was delivered on a resend only when it succeeded after it', async () => {
    const resent_at = '2026-11-20T12:00:00Z'
    await addDeliveries(db, webhook, [
      { created_at: '2026-11-20T11:03:00Z', state: 'succeeded', resent_at, finished_at: '2026-11-20T12:00:01Z' },
      { created_at: '2026-11-20T11:02:00Z', state: 'failed', resent_at, finished_at: '2026-11-20T12:00:01Z' },
      { created_at: '2026-11-20T11:01:00Z', state: 'succeeded' },
    ])
    expect((await page()).rows.map((row) => row.on_resend)).toEqual([true, false, false])
  })
})

describe('filters', () => {
  test('by state tell waiting from retrying, and take several', async () => {
    const [waiting, retrying, sending, succeeded, failed, cancelled] = await addDeliveries(db, webhook, [
      {}, { attempt_count: 1 }, { state: 'sending', attempt_count: 3 }, { state: 'succeeded', attempt_count: 1 }, { state: 'failed', attempt_count: 10 }, { state: 'cancelled' },
    ])
    for (const [state, id] of Object.entries({ waiting, retrying, sending, succeeded, failed, cancelled })) {
      expect(await ids({ states: [state] }), state).toEqual([id])
    }
    expect(new Set(await ids({ states: ['failed', 'waiting'] }))).toEqual(new Set([failed, waiting]))
    expect(await ids({ states: ['lost'] })).toEqual([])
    expect(await ids({ states: [] })).toHaveLength(6)
  })

  test('by event type take names, and beginnings with .*', async () => {
    const types = ['message.sent', 'message.status.changed', 'messages.sent', 'message', 'my_app.done', 'myXapp.done', 'deal.created']
    const made = await addDeliveries(db, webhook, types.map((event_type) => ({ event_type, state: 'succeeded' })))
    const matched = async (...event_types: string[]) => {
      const found = await ids({ event_types })
      return types.filter((_, index) => found.includes(made[index]!))
    }
    expect(await matched('message.sent')).toEqual(['message.sent'])
    expect(await matched('message.*')).toEqual(['message.sent', 'message.status.changed'])
    expect(await matched('my_app.*', 'deal.created')).toEqual(['my_app.done', 'deal.created'])
    expect(await matched('%')).toEqual([])
    expect(await matched('mess%.*')).toEqual([])
  })

  test('by answer take classes, none, and one code', async () => {
    const last_attempt_at = '2026-11-20T12:00:00Z'
    const [ok, redirect, gone, broken, timeout, untried, cutOff] = await addDeliveries(db, webhook, [
      { state: 'succeeded', last_status_code: 204, last_attempt_at }, { attempt_count: 1, last_status_code: 301, last_error_code: 'redirect', last_attempt_at },
      { state: 'failed', last_status_code: 410, last_error_code: 'http_error', last_attempt_at }, { attempt_count: 2, last_status_code: 503, last_error_code: 'http_error', last_attempt_at },
      { state: 'failed', last_error_code: 'timeout', last_attempt_at }, {}, { attempt_count: 1, last_status_code: 200, last_error_code: 'timeout', last_attempt_at },
    ])
    const matched = async (...answers: string[]) => new Set(await ids({ answers }))
    expect(await matched('2xx')).toEqual(new Set([ok, cutOff]))
    expect(await matched('3xx')).toEqual(new Set([redirect]))
    expect(await matched('4xx', '5xx')).toEqual(new Set([gone, broken]))
    expect(await matched('none')).toEqual(new Set([timeout]))
    expect(await matched('204', 'timeout')).toEqual(new Set([ok, timeout, cutOff])) // as they are counted in hourly_counts
    expect(await matched('200', '410')).toEqual(new Set([gone]))
    expect(await matched('2xx', 'none')).toEqual(new Set([ok, cutOff, timeout]))
    expect(await ids()).toContain(untried)
  })

  test('by time take the beginning of the span and not its end', async () => {
    const [, second] = await addDeliveries(db, webhook, ['2026-11-20T09:00:00Z', '2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z'].map((created_at) => ({ created_at })))
    const span = { from_at: '2026-11-20T10:00:00Z', to_at: '2026-11-20T11:00:00Z' }
    expect(await ids(span)).toEqual([second])
    expect(await ids({ ...span, before_created_at: '2026-11-20T12:00:00Z', before_id: second })).toEqual([second])
    expect(await ids({ ...span, before_created_at: '2026-11-20T11:00:00Z', before_id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' })).toEqual([second])
  })

  test('leave tests out until they are asked for', async () => {
    const [real, trial] = await addDeliveries(db, webhook, [{ state: 'succeeded' }, { state: 'succeeded', is_test: true }])
    expect(await ids()).toEqual([real])
    expect(await ids({ states: ['succeeded'] })).toEqual([real])
    expect(new Set(await ids({ tests: true }))).toEqual(new Set([real, trial]))
  })

  test('search finds a delivery by its id or its event, a test too, and nothing by anything else', async () => {
    const other = await addWebhook(db)
    const event_id = '00000000-0000-4000-b000-00000000000e'
    const idFor = async (of: string) => (await db.sql`select webhooks.delivery_id(${event_id}, ${of}) as id`)[0]!.id as string
    const [mine, trial] = await addDeliveries(db, webhook, [{ event_id, id: await idFor(webhook) }, { is_test: true, state: 'succeeded' }])
    const [theirs] = await addDeliveries(db, other, [{ event_id, id: await idFor(other) }])
    expect(await ids({ search: mine })).toEqual([mine])
    expect(await ids({ search: ` ${mine!.toUpperCase()} ` })).toEqual([mine])
    expect(await ids({ search: event_id })).toEqual([mine])
    expect(await ids({ search: trial })).toEqual([trial])
    expect(await ids({ search: mine, states: ['failed'] })).toEqual([])
    for (const search of [theirs, 'evt_1', mine!.slice(0, 8), `${mine}0`, `{${mine}}`, "'; drop table webhooks.deliveries", '%']) {
      expect(await page({ search }), search).toEqual({ rows: [], more: false })
    }
    expect(await ids({ search: '  ' })).toEqual([mine])
  })
})

describe('paging', () => {
  // Three moments for 120 rows, one of them with microseconds: most neighbours differ by id alone.
  const moments = ['2026-11-20T12:00:00.000001Z', '2026-11-20T12:00:00Z', '2026-11-20T11:00:00Z']
  const states = ['pending', 'sending', 'succeeded', 'failed', 'cancelled']
  const types = ['message.sent', 'message.read', 'deal.created']
  const rows = Array.from({ length: 120 }, (_, i) => {
    const attempt_count = i % 3
    return {
      created_at: moments[i % 4 % 3]!, state: states[i % 5]!, event_type: types[i % 7 % 3]!, attempt_count, is_test: i % 11 === 0,
      last_status_code: attempt_count === 0 ? null : states[i % 5] === 'succeeded' ? 200 : [500, 404][i % 2]!,
      last_error_code: null, last_attempt_at: attempt_count === 0 ? null : '2026-11-20T12:00:00Z',
    }
  })
  const shown = (row: (typeof rows)[number]) => (row.state !== 'pending' ? row.state : row.attempt_count > 0 ? 'retrying' : 'waiting')

  const filters: [string, Filter, (row: (typeof rows)[number]) => boolean][] = [
    ['none', {}, () => true],
    ['succeeded', { states: ['succeeded'] }, (row) => row.state === 'succeeded'],
    ['all that is open', { states: ['waiting', 'retrying', 'sending'] }, (row) => ['pending', 'sending'].includes(row.state)],
    ['retrying and failed', { states: ['retrying', 'failed'] }, (row) => ['retrying', 'failed'].includes(shown(row))],
    ['message.*', { event_types: ['message.*'] }, (row) => row.event_type.startsWith('message.')],
    ['deal.created that wait', { event_types: ['deal.created'], states: ['waiting'] }, (row) => row.event_type === 'deal.created' && shown(row) === 'waiting'],
    ['4xx', { answers: ['4xx'] }, (row) => row.last_status_code === 404],
    ['2xx and 4xx of message.*', { answers: ['2xx', '4xx'], event_types: ['message.*'] }, (row) => [200, 404].includes(row.last_status_code ?? 0) && row.event_type.startsWith('message.')],
    ['the first moment', { to_at: moments[1] }, (row) => row.created_at === moments[2]],
  ]
  test.each(filters)('walks each match once, newest first: %s', async (_, filter, matches) => {
    const made = await addDeliveries(db, webhook, rows)
    await addDeliveries(db, await addWebhook(db), rows)
    const expected = rows.map((row, i) => ({ ...row, id: made[i]! })).filter((row) => !row.is_test && matches(row))
      .sort((a, b) => moments.indexOf(a.created_at) - moments.indexOf(b.created_at) || (a.id < b.id ? 1 : -1)).map((row) => row.id)
    expect(expected.length).toBeGreaterThan(1)
    for (const size of [2, 7, expected.length, 200]) expect(await walk(filter, size)).toEqual(expected)
  })

  test('finds what waits among more than can be read at once', async () => {
    await db.sql`
      insert into webhooks.deliveries (id, organization_id, webhook_id, event_id, event_type, format, attempt_count, due_at, created_at)
      select gen_random_uuid(), organization_id, id, gen_random_uuid(), 'contact.created', 'standard', case when i > 9500 then 1 else 0 end,
             timestamptz '2026-11-20T13:00:00Z', timestamptz '2026-11-20T13:00:00Z'
      from public.webhook_configurations, generate_series(1, 11000) i where id = ${webhook}`
    const [first, last] = await addDeliveries(db, webhook, [
      { created_at: '2026-11-20T14:00:00Z', event_type: 'deal.created' }, { created_at: '2026-11-20T12:00:00Z', event_type: 'deal.created', state: 'sending' },
    ])
    expect(await ids({ event_types: ['deal.*'] })).toEqual([first, last])
    expect(await ids({ states: ['sending'] })).toEqual([last])
    expect(await walk({ states: ['waiting'] }, 1000)).toHaveLength(9501)
    expect(await walk({ states: ['retrying'] }, 1000)).toHaveLength(1500)
  })

  test('has pages of 1 to 1,000 rows, 50 unless said otherwise', async () => {
    await addDeliveries(db, webhook, Array.from({ length: 1001 }, () => ({})))
    expect((await page()).rows).toHaveLength(50)
    expect((await page({ page_size: 0 })).rows).toHaveLength(1)
    expect(await page({ page_size: 5000 })).toMatchObject({ more: true, rows: { length: 1000 } })
  })
})

test('only members see a page, also when the webhook is gone', async () => {
  const id = await addDelivery(db, webhook, { state: 'succeeded' })
  for (const happens of [async () => {}, () => db.sql`delete from public.webhook_configurations where id = ${webhook}`]) {
    await happens()
    expect((await page({}, acmeMember)).rows.map((row) => row.id)).toEqual([id])
    expect(await page({}, globexOwner)).toEqual({ rows: [], more: false })
    await expect(page({}, null)).rejects.toMatchObject({ code: '42501' })
  }
})

describe('one delivery', () => {
  const one = (delivery_id: string, user: string | null = acmeAdmin) => call<Record<string, never>>(db, user, 'webhook_delivery', { delivery_id })
  const event_id = '00000000-0000-4000-b000-00000000000e'
  const addEvent = () => db.sql`
    insert into webhooks.events (id, organization_id, type, occurred_at, data, previous)
    select ${event_id}, organization_id, 'deal.updated', '2026-11-20T11:59:59Z', '{"z":1,  "a":2}', '{"z":0}' from public.webhook_configurations where id = ${webhook}`

  test('comes with its webhook, its event as it was captured, and its attempts, newest first', async () => {
    await addEvent()
    const id = await addDelivery(db, webhook, { event_id, event_type: 'deal.updated', format: 'cloudevents', attempt_count: 2 })
    const first = await addAttempt(db, webhook, {
      delivery_id: id, created_at: '2026-11-20T12:00:01Z', status_code: 500, error_code: 'http_error', response_headers: { server: 'x' }, response_body: 'oops', response_bytes: 4,
    })
    const second = await addAttempt(db, webhook, { delivery_id: id, attempt: 2, created_at: '2026-11-20T12:05:01Z', status_code: null, error_code: 'timeout', error_detail: 'slow', superseded: true })
    await addAttempt(db, webhook)
    const [row] = (await page()).rows
    expect(await one(id)).toEqual({
      delivery: { ...row, format: 'cloudevents', is_shaped: false },
      webhook: { id: webhook, name: webhook, url: 'https://example.com/', is_active: true, timeout_ms: 5000, retry_policy: 'standard' },
      event: { id: event_id, type: 'deal.updated', occurred_at: '2026-11-20T11:59:59+00:00', data: '{"z":1,  "a":2}', previous: '{"z":0}', context: null },
      attempts: [
        {
          id: second, attempt: 2, status_code: null, error_code: 'timeout', error_detail: 'slow', response_headers: null, response_body: null, response_bytes: 0,
          duration_ms: 100, superseded: true, created_at: '2026-11-20T12:05:01+00:00',
        },
        {
          id: first, attempt: 1, status_code: 500, error_code: 'http_error', error_detail: null, response_headers: { server: 'x' }, response_body: 'oops', response_bytes: 4,
          duration_ms: 100, superseded: false, created_at: '2026-11-20T12:00:01+00:00',
        },
      ],
      can_read_payload: true, previous_id: null, next_id: null,
    })
  })

  test('keeps the bodies from those who may not read them, and shows the rest', async () => {
    await addEvent()
    const id = await addDelivery(db, webhook, { event_id })
    const capabilities = await call<{ read_payload: boolean }>(db, acmeMember, 'webhook_capabilities', {
      organization_id: (await db.sql`select organization_id from public.webhook_configurations where id = ${webhook}`)[0]!.organization_id as string,
    })
    expect(capabilities.read_payload).toBe(false)
    expect(await one(id, acmeMember)).toMatchObject({ can_read_payload: false, event: { id: event_id, type: 'deal.updated', data: null, previous: null } })
  })

  test('knows its neighbours in the list, past those with the same time, and past tests', async () => {
    const at = '2026-11-20T12:00:00Z'
    await addDeliveries(db, webhook, [{ created_at: at }, { created_at: at }, { created_at: at }, { created_at: '2026-11-20T11:00:00Z' }, { created_at: '2026-11-20T13:00:00Z' }])
    await addDeliveries(db, webhook, [{ created_at: at, is_test: true, state: 'succeeded' }, { created_at: '2026-11-20T11:30:00Z', is_test: true, state: 'succeeded' }])
    await addDeliveries(db, await addWebhook(db), [{ created_at: at }])
    const shown = await ids()
    expect(shown).toHaveLength(5)
    for (const [index, id] of shown.entries()) {
      expect(await one(id)).toMatchObject({ previous_id: shown[index - 1] ?? null, next_id: shown[index + 1] ?? null })
    }
  })

  test('shows the newest hundred attempts of one that was resent for ever', async () => {
    const id = await addDelivery(db, webhook, { attempt_count: 120 })
    await db.sql`
      insert into public.webhook_logs (organization_id, webhook_id, delivery_id, event_id, event_type, attempt, status_code, duration_ms, created_at)
      select organization_id, webhook_id, id, event_id, event_type, i, 500, 1, created_at + i * interval '1 second' from webhooks.deliveries, generate_series(1, 120) i where id = ${id}`
    const attempts = (await one(id)).attempts as unknown as { attempt: number }[]
    expect(attempts).toHaveLength(100)
    expect([attempts[0]!.attempt, attempts[99]!.attempt]).toEqual([120, 21])
  })

  test('outlives its webhook, and exists for members only', async () => {
    const id = await addDelivery(db, webhook, { state: 'failed', attempt_count: 3 })
    expect(await one(id, globexOwner)).toBeNull()
    await expect(one(id, null)).rejects.toMatchObject({ code: '42501' })
    expect(await one('00000000-0000-4000-b000-000000000000')).toBeNull()
    await db.sql`delete from public.webhook_configurations where id = ${webhook}`
    expect(await one(id, acmeMember)).toMatchObject({ delivery: { id, max_attempts: 3 }, webhook: null, event: null })
    expect(await one(id, globexOwner)).toBeNull()
  })
})
