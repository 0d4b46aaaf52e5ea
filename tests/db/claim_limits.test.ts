// Limits of a webhook's own: they hold over all dispatchers, because each claim first locks the webhook's lane.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addDeliveries, addListener, after, claim, forgetWebhooks, noon, record, type Claimed } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())
beforeEach(() => forgetWebhooks(db.sql))

const waiting = async (count: number, limits: Record<string, unknown>, values = {}) => {
  const { organization, webhook } = await addListener(db.sql, limits)
  return { organization, webhook, ids: await addDeliveries(db.sql, organization, webhook, count, values) }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!await condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('a rate limit', () => {
  test('of 10 a second lets 10 start at once, then one every tenth of a second, and saves up no more than a second', async () => {
    await waiting(100, { rate_limit: 10 })
    const starts = async (at: number) => (await claim(db.dispatcher, { at: after(at) })).length
    expect(await starts(0)).toBe(10)
    expect(await starts(0)).toBe(0)
    expect(await starts(0.05)).toBe(0)
    expect(await starts(0.1)).toBe(1)
    expect(await starts(0.45)).toBe(3)
    expect(await starts(0.5)).toBe(1)
    expect(await starts(3600)).toBe(10)
  })

  test('never lets more than it allows start in any second, however often one asks', async () => {
    await waiting(100, { rate_limit: 7 })
    let started = 0
    for (let ms = 0; ms < 3000; ms += 50) started += (await claim(db.sql, { at: after(ms / 1000) })).length
    expect(started).toBeGreaterThanOrEqual(7 * 3 - 1)
    expect(started).toBeLessThanOrEqual(7 * 4)
  })

  test('holds across two dispatchers: a lane that one holds is left to it', async () => {
    await waiting(20, { rate_limit: 5 })
    await db.dispatcher.begin(async (first) => {
      expect(await claim(first)).toHaveLength(5)
      expect(await claim(db.dispatcher)).toHaveLength(0)
    })
    expect(await claim(db.dispatcher)).toHaveLength(0)
    expect(await claim(db.dispatcher, { at: after(1) })).toHaveLength(5)
  })

  test('that is raised or lifted counts from the next claim', async () => {
    const { webhook } = await waiting(40, { rate_limit: 1 })
    const limit = (rate: number | null) => db.sql`update public.webhook_configurations set rate_limit = ${rate} where id = ${webhook}`
    expect(await claim(db.sql)).toHaveLength(1)
    await limit(10)
    expect(await claim(db.sql, { at: after(1) })).toHaveLength(10)
    await limit(null)
    expect(await claim(db.sql, { at: after(1) })).toHaveLength(29)
  })

  test('that a webhook gets later has its lane', async () => {
    const { webhook } = await waiting(5, {})
    await db.sql`update public.webhook_configurations set rate_limit = 2 where id = ${webhook}`
    expect(await claim(db.sql)).toHaveLength(2)
  })
})

describe('a concurrency limit', () => {
  test('counts what is being sent, and makes room when it is recorded or its lease lapses', async () => {
    await waiting(10, { max_concurrency: 3 })
    const claims = await claim(db.dispatcher)
    expect(claims).toHaveLength(3)
    expect(await claim(db.dispatcher)).toHaveLength(0)
    await record(db.dispatcher, [{ claim: claims[0]! }, { claim: claims[1]!, state: 'pending' }], after(1))
    expect(await claim(db.dispatcher, { at: after(1) })).toHaveLength(2)
    expect(await claim(db.dispatcher, { at: after(59) })).toHaveLength(0)
    expect(await claim(db.dispatcher, { at: after(60) })).toHaveLength(1)
  })

  test('is hard: a second claim beside an uncommitted first gets nothing', async () => {
    await waiting(10, { max_concurrency: 3 })
    await db.dispatcher.begin(async (first) => {
      expect(await claim(first)).toHaveLength(3)
      expect(await claim(db.dispatcher)).toHaveLength(0)
    })
    expect(await claim(db.dispatcher)).toHaveLength(0)
  })

  test('is hard also for a claim that read the clock before another, and had the lane after it', async () => {
    await waiting(10, { max_concurrency: 3 })
    expect(await claim(db.dispatcher, { at: after(0.005) })).toHaveLength(3)
    expect(await claim(db.dispatcher)).toHaveLength(0)
  })

  test('is hard also when the first commits while the second is about to lock the lane', async () => {
    await waiting(10, { max_concurrency: 3 })
    // A view in the table's place holds up one session between its snapshot and its lock.
    await db.sql.unsafe(`
      alter table webhooks.lanes rename to lanes_behind_a_gate;
      create function webhooks.pass_the_gate() returns boolean language plpgsql volatile as $$
      begin
        if current_setting('test.waits_at_the_gate', true) = 'yes' then perform pg_advisory_xact_lock(1); end if;
        return true;
      end $$;
      create view webhooks.lanes as select * from webhooks.lanes_behind_a_gate where webhooks.pass_the_gate();`)
    try {
      const gate = await db.sql.reserve()
      await gate`select pg_advisory_lock(1)`
      const second = db.sql.begin(async (tx) => {
        await tx`set local test.waits_at_the_gate = 'yes'`
        return claim(tx)
      })
      await until(async () => (await db.sql`select from pg_locks where locktype = 'advisory' and not granted`).length === 1)
      const first = await claim(db.sql)
      await gate`select pg_advisory_unlock(1)`
      gate.release()
      expect(first.length + (await second).length).toBe(3)
    } finally {
      await db.sql.unsafe('drop view webhooks.lanes; alter table webhooks.lanes_behind_a_gate rename to lanes; drop function webhooks.pass_the_gate()')
    }
  })

  test('leaves a test out: it neither waits for room nor takes any, though nobody ever records it', async () => {
    const { webhook } = await waiting(3, { max_concurrency: 1 })
    await db.sql`select webhooks.open_test(${webhook}, 'webhook.test', '{}')`
    expect(await claim(db.sql)).toHaveLength(1)
  })
})

describe('limits of one webhook', () => {
  test('do not slow another', async () => {
    const slow = await waiting(50, { rate_limit: 1 }), narrow = await waiting(50, { max_concurrency: 2 }), free = await waiting(20, {})
    const claims = await claim(db.sql, { max: 90 })
    expect([slow, narrow, free].map(({ webhook }) => claims.filter((each) => each.webhook_id === webhook).length)).toEqual([1, 2, 20])
  })

  test('hold together: the tightest counts', async () => {
    await waiting(50, { rate_limit: 6, max_concurrency: 4 })
    const claims = await claim(db.sql)
    expect(claims).toHaveLength(4)
    await record(db.sql, claims.map((each) => ({ claim: each })))
    expect(await claim(db.sql)).toHaveLength(2)
  })
})

describe('an ordered webhook', () => {
  const next = async (at = noon) => (await claim(db.sql, { at })) as (Claimed & { data: string })[]

  async function records(...keys: string[]) {
    const { organization, webhook } = await addListener(db.sql, { ordered: true })
    const ids: string[] = []
    for (const key of keys) ids.push(...await addDeliveries(db.sql, organization, webhook, 1, { record_key: `public.deals:${key}` }))
    return ids
  }
  const taken = (claims: Claimed[]) => claims.map((each) => each.delivery_id).sort()

  test('gets the events of one record one after another, those of others beside them', async () => {
    const [a1, a2, b1, a3, b2] = await records('a', 'a', 'b', 'a', 'b')
    const first = await next()
    expect(taken(first)).toEqual([a1!, b1!].sort())
    expect(await next()).toEqual([])
    await record(db.sql, [{ claim: first.find((each) => each.delivery_id === a1)! }])
    const second = await next()
    expect(taken(second)).toEqual([a2])
    await record(db.sql, [{ claim: second[0]! }, { claim: first.find((each) => each.delivery_id === b1)! }])
    expect(taken(await next())).toEqual([a3!, b2!].sort())
  })

  test('waits for a retry of the head, and only with that record', async () => {
    const [a1, , , b2] = await records('a', 'a', 'b', 'b')
    const first = await next()
    await record(db.sql, first.map((each) => (each.delivery_id === a1 ? { claim: each, state: 'pending', dueAt: after(300) } : { claim: each })))
    expect(taken(await next(after(1)))).toEqual([b2])
    // b2 once more, because its lease has lapsed.
    expect(taken(await next(after(299)))).toEqual([b2])
    expect(taken(await next(after(300)))).toEqual([a1])
  })

  test('goes on when the head is given up', async () => {
    const [a1, a2] = await records('a', 'a')
    const [head] = await next()
    expect(head!.delivery_id).toBe(a1)
    await record(db.sql, [{ claim: head!, state: 'failed' }])
    expect(taken(await next())).toEqual([a2])
  })

  test('keeps its order across two dispatchers', async () => {
    await records('a', 'a', 'b')
    await db.dispatcher.begin(async (first) => {
      expect(await claim(first, { max: 1 })).toHaveLength(1)
      expect(await claim(db.dispatcher)).toHaveLength(0)
    })
    expect(await claim(db.dispatcher)).toHaveLength(1)
  })

  test('hears the events of one row in commit order', async () => {
    const { organization, webhook } = await addListener(db.sql, { ordered: true, events: ['deal.created', 'deal.updated', 'deal.stage.changed'] })
    const [row] = await db.sql`insert into public.deals (organization_id, title) values (${organization}, 'Pilot') returning id`
    for (const stage of ['qualified', 'proposal', 'won']) await db.sql`update public.deals set stage = ${stage} where id = ${row!.id}`
    const order: string[] = []
    for (let n = 0; n < 7; n++) {
      const claims = await claim(db.sql, { at: new Date(Date.now() + 1000) }) as (Claimed & { event_type: string, data: string })[]
      expect(claims).toHaveLength(1)
      order.push(`${claims[0]!.event_type} ${JSON.parse(claims[0]!.data).stage}`)
      await record(db.sql, [{ claim: claims[0]! }])
    }
    expect(order).toEqual(['deal.created new', ...['qualified', 'proposal', 'won'].flatMap((stage) => [`deal.updated ${stage}`, `deal.stage.changed ${stage}`])])
    const [keys] = await db.sql`select count(distinct record_key)::int as n from webhooks.deliveries where webhook_id = ${webhook}`
    expect(keys!.n).toBe(1)
  })
})
