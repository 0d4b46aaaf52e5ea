// The claim: one statement leases deliveries and hands over all that sending needs. Time is an argument, so nothing here waits.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import {
  addDeliveries, addListener, addOrganization, addWebhook, after, claim, forgetWebhooks, noon, record, type Claimed,
} from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())
beforeEach(() => forgetWebhooks(db.sql))

const ids = (claims: Claimed[]) => claims.map((each) => each.delivery_id).sort()
const delivery = async (id: string) => (await db.sql`select * from webhooks.deliveries where id = ${id}`)[0]!
const release = (claims: Claimed[], at = noon) => db.dispatcher`
  select webhooks.release_deliveries(${claims.map((each) => each.delivery_id)}::uuid[], ${claims.map((each) => each.claim)}::int[], ${at}) as released`
  .then(([row]) => row!.released as number)

test('leases what is due, hands over the event and the webhook, and charges no attempt', async () => {
  const { organization, webhook } = await addListener(db.sql, { format: 'cloudevents' })
  const [id] = await addDeliveries(db.sql, organization, webhook, 1)
  const [claimed] = await claim(db.dispatcher)
  const [event] = await db.sql`select e.id, e.data from webhooks.events e join webhooks.deliveries d on d.event_id = e.id where d.id = ${id!}`
  expect(claimed).toEqual({
    delivery_id: id, claim: 1, attempt: 1, round_attempt: 1, webhook_id: webhook, revision: '1', organization_id: organization, format: 'standard', shape_id: null,
    event_id: event!.id, event_type: 'contact.created', occurred_at: '2026-01-15T12:00:00.000Z', data: event!.data, previous: null, context: null, bytes: Buffer.byteLength(event!.data as string),
  })
  expect(await delivery(id!)).toMatchObject({ state: 'sending', due_at: noon, leased_until: after(60), claim_count: 1, attempt_count: 0, lapse_count: 0 })
})

test('an edit of the webhook shows in the next claim', async () => {
  const { organization, webhook } = await addListener(db.sql)
  await addDeliveries(db.sql, organization, webhook, 2)
  const [first] = await claim(db.sql, { max: 1 })
  await db.sql`update public.webhook_configurations set url = 'https://example.com/elsewhere' where id = ${webhook}`
  const [second] = await claim(db.sql)
  expect([first!.revision, second!.revision]).toEqual(['1', '2'])
})

test('what is due later is left, and taken when it is due', async () => {
  const { organization, webhook } = await addListener(db.sql)
  await addDeliveries(db.sql, organization, webhook, 1, { due_at: after(10) })
  expect(await claim(db.sql, { at: after(9.999) })).toEqual([])
  expect(await claim(db.sql, { at: after(10) })).toHaveLength(1)
})

test('the longest waiting go first', async () => {
  const { organization, webhook } = await addListener(db.sql)
  const [late] = await addDeliveries(db.sql, organization, webhook, 1, { due_at: after(-1) })
  const [early] = await addDeliveries(db.sql, organization, webhook, 1, { due_at: after(-2) })
  expect((await claim(db.sql, { max: 1 }))[0]!.delivery_id).toBe(early)
  expect((await claim(db.sql, { max: 1 }))[0]!.delivery_id).toBe(late)
})

describe('two dispatchers', () => {
  test('never hold the same delivery', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const all = await addDeliveries(db.sql, organization, webhook, 10)
    await db.dispatcher.begin(async (first) => {
      const mine = await claim(first, { max: 4 })
      const theirs = await claim(db.dispatcher, { max: 100 })
      expect(mine).toHaveLength(4)
      expect(ids([...mine, ...theirs])).toEqual([...all].sort())
    })
    expect(await claim(db.dispatcher)).toEqual([])
  })

  test('eight at once share 400 deliveries without a duplicate', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const all = await addDeliveries(db.sql, organization, webhook, 400)
    const taken: Claimed[] = []
    await Promise.all(Array.from({ length: 8 }, async () => {
      for (;;) {
        const claims = await claim(db.dispatcher, { max: 7 })
        taken.push(...claims)
        const [left] = await db.sql`select count(*)::int as n from webhooks.deliveries where state = 'pending'`
        if (claims.length === 0 && left!.n === 0) return
      }
    }))
    expect(ids(taken)).toEqual([...all].sort())
  })
})

describe('a lease', () => {
  test('that lapses makes the delivery due again: a higher claim of the same attempt', async () => {
    const { organization, webhook } = await addListener(db.sql)
    await addDeliveries(db.sql, organization, webhook, 1)
    await claim(db.sql)
    expect(await claim(db.sql, { at: after(59) })).toEqual([])
    const [again] = await claim(db.sql, { at: after(60) })
    expect(again).toMatchObject({ claim: 2, attempt: 1, round_attempt: 1 })
    expect(await delivery(again!.delivery_id)).toMatchObject({ attempt_count: 0, lapse_count: 1, leased_until: after(120) })
  })

  test('that lapses ten times in a row is the last: the sweep gives the delivery up, and says so in the log', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const [id] = await addDeliveries(db.sql, organization, webhook, 1, { last_status_code: 500 })
    const [other] = await addDeliveries(db.sql, organization, webhook, 1, { due_at: after(10_000) })
    for (let lapse = 0; lapse < 10; lapse++) {
      const [sweep] = await db.dispatcher`select webhooks.sweep(${after(lapse * 60)}) as did`
      expect(sweep!.did).toEqual({ abandoned: 0, waiting: true })
      expect(await claim(db.sql, { at: after(lapse * 60) })).toMatchObject([{ claim: lapse + 1, attempt: 1 }])
    }
    expect(await claim(db.sql, { at: after(600) })).toEqual([])
    const [early] = await db.dispatcher`select webhooks.sweep(${after(599)}) as did`
    expect(early!.did.abandoned).toBe(0)
    const [sweep] = await db.dispatcher`select webhooks.sweep(${after(600)}) as did`
    expect(sweep!.did.abandoned).toBe(1)
    expect(await delivery(id!)).toMatchObject({
      state: 'failed', due_at: null, finished_at: after(600), attempt_count: 0, last_error_code: 'abandoned', last_status_code: null,
    })
    expect((await delivery(other!)).state).toBe('pending')
    const logs = await db.sql`select attempt, error_code, status_code, is_test from public.webhook_logs where delivery_id = ${id!}`
    expect(logs).toEqual([{ attempt: 1, error_code: 'abandoned', status_code: null, is_test: false }])
    expect(await db.sql`select answer, attempts::int, failed::int from webhooks.hourly_counts where answer = 'abandoned'`).toEqual([{ answer: 'abandoned', attempts: 1, failed: 1 }])
    await db.dispatcher`select webhooks.sweep(${after(601)})`
    expect(await db.sql`select from public.webhook_logs where delivery_id = ${id!}`).toHaveLength(1)
  })

  test('that lapsed three times is claimed alone: what ends dispatchers takes nothing with it', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const [poison] = await addDeliveries(db.sql, organization, webhook, 1, { due_at: after(-1) })
    const others = await addDeliveries(db.sql, organization, webhook, 30)
    // Each life of a dispatcher claims, records what the claim before brought, and ends with whatever is in hand when it meets the poison.
    let lives = 0
    for (let time = 0; lives < 10; time += 60) {
      lives++
      let inHand: Claimed[] = []
      for (;;) {
        const claims = await claim(db.sql, { max: 10, at: after(time) })
        if (claims.some((one) => one.delivery_id === poison)) break
        await record(db.sql, inHand.map((one) => ({ claim: one })), after(time))
        inHand = claims
        expect(claims.length, 'only the poison ends a life').toBeGreaterThan(0)
      }
    }
    await db.dispatcher`select webhooks.sweep(${after(600)})`
    expect((await delivery(poison!)).last_error_code).toBe('abandoned')
    for (let claims; (claims = await claim(db.sql, { max: 10, at: after(600) })).length > 0;) await record(db.sql, claims.map((one) => ({ claim: one })), after(600))
    for (const id of others) expect(await delivery(id), 'an innocent').toMatchObject({ state: 'succeeded' })
  })

  test('that was given back nine times and lapses, lapses once', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const [id] = await addDeliveries(db.sql, organization, webhook, 1)
    for (let round = 0; round < 9; round++) await release(await claim(db.sql))
    await claim(db.sql)
    await claim(db.sql, { at: after(60) })
    expect(await delivery(id!)).toMatchObject({ lapse_count: 1, claim_count: 11, attempt_count: 0 })
  })

  test('recorded in time forgets the lapses before it', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const [id] = await addDeliveries(db.sql, organization, webhook, 1)
    await claim(db.sql)
    const [again] = await claim(db.sql, { at: after(60) })
    await record(db.sql, [{ claim: again!, state: 'pending' }], after(61))
    expect(await delivery(id!)).toMatchObject({ lapse_count: 0, attempt_count: 1 })
  })
})

describe('release', () => {
  test('gives back at once or later, and costs neither attempt nor lapse', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const [id] = await addDeliveries(db.sql, organization, webhook, 1)
    const claims = await claim(db.sql)
    expect(await release(claims, after(30))).toBe(1)
    expect(await delivery(id!)).toMatchObject({ state: 'pending', due_at: after(30), attempt_count: 0, lapse_count: 0 })
    expect(await claim(db.sql, { at: after(30) })).toMatchObject([{ claim: 2, attempt: 1 }])
  })

  test('is fenced: an older claim gives nothing back, nor does one that was recorded', async () => {
    const { organization, webhook } = await addListener(db.sql)
    await addDeliveries(db.sql, organization, webhook, 1)
    const old = await claim(db.sql)
    const current = await claim(db.sql, { at: after(60) })
    expect(await release(old, after(61))).toBe(0)
    await record(db.sql, [{ claim: current[0]! }], after(61))
    expect(await release(current, after(62))).toBe(0)
  })

  test('keeps a delivery from being given up: a dispatcher that stops in time has not lapsed', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const [id] = await addDeliveries(db.sql, organization, webhook, 1)
    for (let lapse = 0; lapse < 9; lapse++) await claim(db.sql, { at: after(lapse * 60) })
    await release(await claim(db.sql, { at: after(540) }), after(550))
    await db.sql`select webhooks.sweep(${after(700)})`
    expect((await delivery(id!)).state).toBe('pending')
    expect(await claim(db.sql, { at: after(700) })).toHaveLength(1)
  })
})

describe('webhooks that are off', () => {
  test('keep their backlog, which comes when they are turned on', async () => {
    const { organization, webhook } = await addListener(db.sql)
    await addDeliveries(db.sql, organization, webhook, 3)
    const turn = (on: boolean) => db.sql`update public.webhook_configurations set is_active = ${on} where id = ${webhook}`
    await turn(false)
    expect(await claim(db.sql)).toEqual([])
    const [off] = await db.sql`select webhooks.sweep(${noon}) as did`
    expect(off!.did.waiting).toBe(false)
    await turn(true)
    expect(await claim(db.sql)).toHaveLength(3)
  })
})

describe('quotas', () => {
  test('of one webhook: at most so many, less what the caller has in hand; a negative count leaves more', async () => {
    const organization = await addOrganization(db.sql)
    const [a, b] = [await addWebhook(db.sql, organization), await addWebhook(db.sql, organization)]
    await addDeliveries(db.sql, organization, a, 40)
    await addDeliveries(db.sql, organization, b, 40)
    const take = async (busy: Record<string, number>) => {
      const claims = await claim(db.sql, { perWebhook: 8, busy })
      const counts = [a, b].map((id) => claims.filter((each) => each.webhook_id === id).length)
      await release(claims)
      return counts
    }
    expect(await take({})).toEqual([8, 8])
    expect(await take({ [a]: 5 })).toEqual([3, 8])
    expect(await take({ [a]: 8 })).toEqual([0, 8])
    expect(await take({ [a]: 9, [b]: -4 })).toEqual([0, 12])
    expect(await take({ [a]: 8, [b]: 8 })).toEqual([0, 0])
  })

  test('of the whole claim', async () => {
    const organization = await addOrganization(db.sql)
    for (let n = 0; n < 3; n++) await addDeliveries(db.sql, organization, await addWebhook(db.sql, organization), 20)
    expect(await claim(db.sql, { max: 30 })).toHaveLength(30)
    expect(await claim(db.sql, { max: 30 })).toHaveLength(30)
    expect(await claim(db.sql, { max: 30 })).toHaveLength(0)
  })
})

test('100,000 waiting for one webhook do not hold up five for another', async () => {
  const big = await addListener(db.sql), small = await addListener(db.sql)
  await addDeliveries(db.sql, big.organization, big.webhook, 100_000)
  const few = await addDeliveries(db.sql, small.organization, small.webhook, 5, { due_at: after(1) })
  const claims = await claim(db.dispatcher, { max: 100, at: after(1) })
  expect(ids(claims.filter((each) => each.webhook_id === small.webhook))).toEqual([...few].sort())
  expect(claims.filter((each) => each.webhook_id === big.webhook).length).toBeGreaterThanOrEqual(50)
})

test('a claim reads what it takes and not the whole queue, also by a plan that was made when it was empty', async () => {
  // Without the dead entries of the tests before: what counts here is what the plan reads.
  await db.sql`truncate webhooks.open_deliveries`
  const { organization, webhook } = await addListener(db.sql)
  await db.sql.begin(async (sql) => {
    for (let nth = 0; nth < 8; nth++) expect(await claim(sql)).toEqual([])
    await addDeliveries(sql, organization, webhook, 20_000)
    const entriesRead = async () => Number((await sql`
      select sum(pg_stat_get_xact_tuples_returned(indexrelid)) as n from pg_index where indrelid = 'webhooks.open_deliveries'::regclass`)[0]!.n)
    const before = await entriesRead()
    expect(await claim(sql)).toHaveLength(100)
    expect(await entriesRead() - before).toBeLessThan(1_000)
  })
})

test('a retry that waits for a far day does not hide what is due', async () => {
  const { organization, webhook } = await addListener(db.sql)
  await addDeliveries(db.sql, organization, webhook, 200, { due_at: after(86_400) })
  const due = await addDeliveries(db.sql, organization, webhook, 2)
  expect(ids(await claim(db.sql))).toEqual([...due].sort())
})

test('a test that is being sent is claimed by no dispatcher, now or later', async () => {
  const { webhook } = await addListener(db.sql)
  await db.sql`select webhooks.open_test(${webhook}, 'webhook.test', '{}')`
  for (const days of [0, 1, 400]) expect(await claim(db.sql, { at: new Date(Date.now() + days * 86_400_000) })).toEqual([])
})

test('a test whose sender died is given up after five minutes', async () => {
  const { webhook } = await addListener(db.sql)
  const [opened] = await db.sql`select delivery_id from webhooks.open_test(${webhook}, 'webhook.test', '{}')`
  const sweep = async (minutes: number) => (await db.sql`select webhooks.sweep(${new Date(Date.now() + minutes * 60_000)}) as did`)[0]!.did.abandoned
  expect([await sweep(4), await sweep(6), await sweep(7)]).toEqual([0, 1, 0])
  expect(await delivery(opened!.delivery_id)).toMatchObject({ state: 'failed', last_error_code: 'abandoned' })
  expect(await db.sql`select is_test from public.webhook_logs where delivery_id = ${opened!.delivery_id}`).toEqual([{ is_test: true }])
})

