// What people do by hand: resend some deliveries, replay a span of them, stop a replay.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import {
  addDeliveries, addFinished, addListener, addWebhook, after, attempt, claim, forgetWebhooks, noon, record, users, type Values,
} from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())
beforeEach(() => forgetWebhooks(db.sql))

type Result = { queued: number, delivery_ids: string[], skipped: { delivered: number, sending: number, not_found: number } }
const resend = (user: string | null, webhook: string, ids: (string | undefined)[], includeDelivered = false) => db.as(user, async (sql) => {
  const [row] = await sql`select public.webhook_resend(${webhook}, ${ids as string[]}::uuid[], ${includeDelivered}) as result`
  return row!.result as Result
})
const replay = (user: string | null, webhook: string, { from = after(-3600), to = after(3600), states = ['failed'], types = null as string[] | null, dryRun = false } = {}) =>
  db.as(user, async (sql) => {
    const [row] = await sql`select public.webhook_replay(${webhook}, ${from}, ${to}, ${states}::text[], ${types}::text[], ${dryRun}) as result`
    return row!.result as { dry_run: boolean, total: number, replay_id?: string }
  })
const advance = (portion = 500) => db.sql`select webhooks.advance_replays(clock_timestamp(), ${portion})`
const delivery = async (id: string | undefined) => (await db.sql`select * from webhooks.deliveries where id = ${id!}`)[0] as Values & { due_at: Date | null }
const states = async (ids: string[]) => (await Promise.all(ids.map(delivery))).map((row) => row.state)
const audits = async (webhook: string) => (await db.sql`
  select actor, action, details from webhooks.audit_log where webhook_id = ${webhook} and action in ('resent', 'replayed') order by id`)
const soon = () => new Date(Date.now() + 60_000)

const refused = {
  forMembers: { code: '42501', hint: 'forbidden' },
  asUnknown: { code: 'PT404', hint: 'not_found' },
  whenOff: { code: 'PT409', hint: 'webhook_off' },
  asInvalid: { hint: 'invalid_input' },
}

describe('resend', () => {
  test('queues what failed for now, with a new round of retries and the next attempt number', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const [id] = await addFinished(db.sql, organization, webhook, 1, { attempt_count: 10, claim_count: 11 })
    expect(await resend(users.admin, webhook, [id])).toEqual({ queued: 1, delivery_ids: [id], skipped: { delivered: 0, sending: 0, not_found: 0 } })
    expect(await delivery(id)).toMatchObject({ state: 'pending', finished_at: null, attempt_count: 10, round_started_at_attempt: 10 })
    expect(await claim(db.sql, { at: soon() })).toMatchObject([{ delivery_id: id, attempt: 11, round_attempt: 1, claim: 12 }])
  })

  test('queues what succeeded only when asked to', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const [id] = await addFinished(db.sql, organization, webhook, 1, { state: 'succeeded' })
    expect(await resend(users.owner, webhook, [id])).toEqual({ queued: 0, delivery_ids: [], skipped: { delivered: 1, sending: 0, not_found: 0 } })
    expect((await delivery(id)).state).toBe('succeeded')
    expect(await resend(users.owner, webhook, [id], true)).toMatchObject({ queued: 1, skipped: { delivered: 0 } })
    expect((await delivery(id)).state).toBe('pending')
  })

  test('makes a waiting retry due now, within its round', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const [id] = await addDeliveries(db.sql, organization, webhook, 1, { due_at: new Date(Date.now() + 3_600_000), attempt_count: 2, claim_count: 2 })
    await resend(users.admin, webhook, [id])
    const row = await delivery(id)
    expect(row).toMatchObject({ state: 'pending', attempt_count: 2, round_started_at_attempt: 0 })
    expect(row.due_at!.getTime()).toBeLessThanOrEqual(Date.now() + 1000)
  })

  test('sends the same body again', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const [id] = await addFinished(db.sql, organization, webhook, 1)
    const [event] = await db.sql`select e.id, e.data from webhooks.events e join webhooks.deliveries d on d.event_id = e.id where d.id = ${id!}`
    await resend(users.admin, webhook, [id])
    expect(await claim(db.sql, { at: soon() })).toMatchObject([{ event_id: event!.id, data: event!.data }])
  })

  test('counts what it skips: delivered, being sent, not found, a test; each once', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const other = await addWebhook(db.sql, organization)
    const stranger = await addListener(db.sql)
    const [failed, cancelled] = [...await addFinished(db.sql, organization, webhook, 1), ...await addFinished(db.sql, organization, webhook, 1, { state: 'cancelled' })]
    const [done] = await addFinished(db.sql, organization, webhook, 1, { state: 'succeeded' })
    const [sending] = await addDeliveries(db.sql, organization, webhook, 1, { state: 'sending', claim_count: 1 })
    const [tested] = await addFinished(db.sql, organization, webhook, 1, { is_test: true })
    const [elsewhere] = await addFinished(db.sql, organization, other, 1)
    const [foreign] = await addFinished(db.sql, stranger.organization, stranger.webhook, 1)
    const ids = [failed, cancelled, done, sending, tested, elsewhere, foreign, '00000000-0000-4000-8000-000000000000', failed]
    const result = await resend(users.admin, webhook, ids)
    expect(result).toMatchObject({ queued: 2, skipped: { delivered: 1, sending: 1, not_found: 4 } })
    expect([...result.delivery_ids].sort()).toEqual([failed, cancelled].sort())
    expect(await states([sending!, tested!, elsewhere!, foreign!])).toEqual(['sending', 'failed', 'failed', 'failed'])
  })

  test('writes who did it, and nothing when nothing was queued', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const ids = await addFinished(db.sql, organization, webhook, 3)
    await resend(users.admin, webhook, ids)
    await db.sql`update webhooks.deliveries set state = 'succeeded', due_at = null, finished_at = now()`
    await resend(users.owner, webhook, ids)
    expect(await audits(webhook)).toEqual([{ actor: users.admin, action: 'resent', details: { deliveries: 3 } }])
  })

  test('is refused to members, to strangers as if nothing were there, and while the webhook is off', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const [id] = await addFinished(db.sql, organization, webhook, 1)
    await expect(resend(users.member, webhook, [id])).rejects.toMatchObject(refused.forMembers)
    await expect(resend(users.stranger, webhook, [id])).rejects.toMatchObject(refused.asUnknown)
    await expect(resend(users.admin, id!, [id])).rejects.toMatchObject(refused.asUnknown)
    await expect(resend(null, webhook, [id])).rejects.toMatchObject({ code: '42501' })
    await expect(resend(users.admin, webhook, [])).rejects.toMatchObject(refused.asInvalid)
    await expect(resend(users.admin, webhook, Array(1001).fill(id))).rejects.toMatchObject(refused.asInvalid)
    await db.sql`update public.webhook_configurations set is_active = false where id = ${webhook}`
    await expect(resend(users.admin, webhook, [id])).rejects.toMatchObject(refused.whenOff)
    expect((await delivery(id)).state).toBe('failed')
  })
})

describe('replay', () => {
  test('takes the deliveries of the span, these states and these types, oldest first, and says how many before', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const make = (seconds: number, values: Values = {}) => addFinished(db.sql, organization, webhook, 1, { created_at: after(seconds), ...values }).then(([id]) => id!)
    await make(-3601)
    const first = await make(-3600), second = await make(3599)
    await make(3600)
    await make(0, { is_test: true })
    const done = await make(10, { state: 'succeeded' }), deal = await make(20, { event_type: 'deal.created' })
    await addDeliveries(db.sql, organization, webhook, 1)
    const cases: [Parameters<typeof replay>[2], string[]][] = [
      [{ states: ['succeeded'] }, [done]],
      [{ types: ['deal.created'] }, [deal]],
      [{ states: ['cancelled'] }, []],
      [{}, [first, deal, second]],
    ]
    for (const [options, ids] of cases) {
      expect(await replay(users.admin, webhook, { ...options, dryRun: true })).toEqual({ dry_run: true, total: ids.length })
      const before = await db.sql`select id from webhooks.deliveries where replay_id is not null`
      const { total, replay_id } = await replay(users.admin, webhook, options)
      expect(total).toBe(ids.length)
      expect(before).toHaveLength(0)
      const taken = await db.sql`select id, state from webhooks.deliveries where replay_id = ${replay_id!} order by created_at`
      expect(taken).toEqual(ids.map((id) => ({ id, state: 'pending' })))
      await db.sql`update webhooks.deliveries set state = case when id = ${done} then 'succeeded' else 'failed' end, due_at = null, finished_at = now(), replay_id = null
                   where replay_id is not null`
    }
  })

  test('feeds the queue in portions, and every delivery once though many share a moment', async () => {
    const { organization, webhook } = await addListener(db.sql)
    await addFinished(db.sql, organization, webhook, 40)
    await addFinished(db.sql, organization, webhook, 20, { created_at: after(1) })
    await db.sql`update webhooks.replays set finished_at = now()`
    const [job] = await db.sql`
      insert into webhooks.replays (organization_id, webhook_id, from_at, to_at, states, total, cursor_at)
      values (${organization}, ${webhook}, ${noon}, ${after(2)}, '{failed}', 60, ${noon}) returning id`
    const sent: string[] = []
    for (let round = 0; round < 9; round++) {
      await advance(7)
      const [waiting] = await db.sql`select count(*)::int as n from webhooks.deliveries where state = 'pending'`
      expect(waiting!.n).toBeLessThanOrEqual(7)
      const claims = await claim(db.sql, { at: soon() })
      sent.push(...claims.map((each) => each.delivery_id))
      // They fail again, and the replay must not take them a second time.
      await record(db.sql, claims.map((each) => ({ claim: each, state: 'failed' as const })))
      expect(claims).toHaveLength(round < 8 ? 7 : 4)
    }
    await advance(7)
    expect(await claim(db.sql, { at: soon() })).toEqual([])
    expect(new Set(sent).size).toBe(60)
    expect((await db.sql`select queued::int, finished_at is not null as finished from webhooks.replays where id = ${job!.id}`)[0]).toEqual({ queued: 60, finished: true })
  })

  test('leaves what fails meanwhile and came after the span, and takes nothing twice', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const old = await addFinished(db.sql, organization, webhook, 5)
    const { replay_id } = await replay(users.admin, webhook, { to: after(1) })
    const fresh = await addFinished(db.sql, organization, webhook, 5, { created_at: after(1) })
    for (const id of old) await attempt(db.sql, id, { state: 'failed' })
    for (let n = 0; n < 3; n++) await advance()
    expect(await db.sql`select id from webhooks.deliveries where state = 'pending'`).toEqual([])
    expect(await states([...old, ...fresh])).toEqual(Array(10).fill('failed'))
    expect((await db.sql`select queued::int from webhooks.replays where id = ${replay_id!}`)[0]!.queued).toBe(5)
  })

  test('is fed on by the sweep', async () => {
    const { organization, webhook } = await addListener(db.sql)
    await addFinished(db.sql, organization, webhook, 510)
    const { total } = await replay(users.admin, webhook)
    expect(total).toBe(510)
    const waiting = async () => (await db.sql`select count(*)::int as n from webhooks.deliveries where state = 'pending'`)[0]!.n
    expect(await waiting()).toBe(500)
    const claims = await claim(db.sql, { max: 500, perWebhook: 500, at: soon() })
    await record(db.sql, claims.map((each) => ({ claim: each })))
    await db.dispatcher`select webhooks.sweep()`
    expect(await waiting()).toBe(10)
  })

  test('is refused to members, to strangers, while off, while another runs, and for a span or states that make no sense', async () => {
    const { organization, webhook } = await addListener(db.sql)
    await addFinished(db.sql, organization, webhook, 501)
    await expect(replay(users.member, webhook, { dryRun: true })).rejects.toMatchObject(refused.forMembers)
    await expect(replay(users.stranger, webhook, { dryRun: true })).rejects.toMatchObject(refused.asUnknown)
    await expect(replay(null, webhook)).rejects.toMatchObject({ code: '42501' })
    await expect(replay(users.admin, webhook, { from: noon, to: noon })).rejects.toMatchObject(refused.asInvalid)
    await expect(replay(users.admin, webhook, { states: [] })).rejects.toMatchObject(refused.asInvalid)
    await expect(replay(users.admin, webhook, { states: ['sending'] })).rejects.toMatchObject(refused.asInvalid)
    await replay(users.admin, webhook)
    await expect(replay(users.admin, webhook)).rejects.toMatchObject({ code: 'PT409', hint: 'replay_running' })
    expect(await replay(users.admin, webhook, { dryRun: true })).toMatchObject({ dry_run: true })
    await db.sql`update public.webhook_configurations set is_active = false where id = ${webhook}`
    await expect(replay(users.admin, webhook)).rejects.toMatchObject(refused.whenOff)
  })

  test('writes who did it; a dry run writes nothing', async () => {
    const { organization, webhook } = await addListener(db.sql)
    await addFinished(db.sql, organization, webhook, 2)
    await replay(users.admin, webhook, { dryRun: true })
    expect(await audits(webhook)).toEqual([])
    await replay(users.owner, webhook)
    expect(await audits(webhook)).toMatchObject([{ actor: users.owner, action: 'replayed', details: { states: ['failed'], total: 2 } }])
  })

  test('of a webhook that is deleted meanwhile queues nothing more', async () => {
    const { organization, webhook } = await addListener(db.sql)
    await addFinished(db.sql, organization, webhook, 600, { state: 'cancelled' })
    await replay(users.admin, webhook, { states: ['cancelled'] })
    await db.sql`delete from public.webhook_configurations where id = ${webhook}`
    await advance()
    expect(await db.sql`select from webhooks.deliveries where state <> 'cancelled'`).toHaveLength(0)
  })
})

describe('stop', () => {
  const stop = (user: string | null, id: string) => db.as(user, async (sql) => (await sql`select public.webhook_replay_stop(${id}) as result`)[0]!.result as { stopped: number })

  async function running() {
    const { organization, webhook } = await addListener(db.sql)
    const failed = await addFinished(db.sql, organization, webhook, 2, { created_at: after(1) })
    const done = await addFinished(db.sql, organization, webhook, 1, { created_at: after(2), state: 'succeeded' })
    const never = await addFinished(db.sql, organization, webhook, 1, {
      created_at: after(3), state: 'cancelled', attempt_count: 0, last_attempt_at: null, last_status_code: null, last_error_code: null,
    })
    await addFinished(db.sql, organization, webhook, 500, { created_at: after(4) })
    const { replay_id } = await replay(users.admin, webhook, { states: ['failed', 'succeeded', 'cancelled'] })
    return { webhook, id: replay_id!, ids: [...failed, ...done, ...never] }
  }

  test('puts back what nobody has sent yet, as it was, and queues nothing more', async () => {
    const { id, ids, webhook } = await running()
    await attempt(db.sql, ids[0]!, {})
    expect(await stop(users.admin, id)).toEqual({ stopped: 499 })
    expect(await states(ids)).toEqual(['succeeded', 'failed', 'succeeded', 'cancelled'])
    await advance()
    expect(await db.sql`select from webhooks.deliveries where state = 'pending'`).toHaveLength(0)
    expect(await replay(users.admin, webhook, { dryRun: true })).toMatchObject({ total: 501 })
    expect((await replay(users.admin, webhook)).total).toBe(501)
  })

  test('leaves what is being sent, and what waits for a retry of its own', async () => {
    const { id, ids } = await running()
    await db.sql`update webhooks.deliveries set state = 'sending', leased_until = now() + interval '1 minute', claim_count = 2 where id = ${ids[0]!}`
    await attempt(db.sql, ids[1]!, { state: 'pending' })
    await stop(users.admin, id)
    expect((await states(ids)).slice(0, 2)).toEqual(['sending', 'pending'])
  })

  test('of a replay that was stopped before touches nothing that was resent since', async () => {
    const { id, ids, webhook } = await running()
    await stop(users.admin, id)
    await resend(users.admin, webhook, [ids[0]])
    expect(await stop(users.admin, id)).toEqual({ stopped: 0 })
    expect(await states(ids.slice(0, 1))).toEqual(['pending'])
  })

  test('leaves what somebody has resent by hand: what waited for the replay, and what it had sent', async () => {
    const { id, ids, webhook } = await running()
    await attempt(db.sql, ids[1]!, { state: 'failed' })
    expect(await resend(users.admin, webhook, ids.slice(0, 2))).toMatchObject({ queued: 2 })
    expect(await stop(users.admin, id)).toEqual({ stopped: 498 })
    expect(await states(ids)).toEqual(['pending', 'pending', 'succeeded', 'cancelled'])
  })

  test('of a replay that has queued everything marks it as stopped', async () => {
    const { organization, webhook } = await addListener(db.sql)
    await addFinished(db.sql, organization, webhook, 3)
    const { replay_id } = await replay(users.admin, webhook)
    expect(await stop(users.admin, replay_id!)).toEqual({ stopped: 3 })
    const [row] = await db.sql`select stopped_at is not null as stopped from webhooks.replays`
    expect(row).toEqual({ stopped: true })
  })

  test('is refused to members and strangers', async () => {
    const { id } = await running()
    await expect(stop(users.member, id)).rejects.toMatchObject(refused.forMembers)
    const nobodys = (user: string) => stop(user, '00000000-0000-4000-8000-000000000000')
    await expect(nobodys(users.admin)).rejects.toMatchObject(refused.asUnknown)
    const said = await nobodys(users.stranger).catch((error: Error) => error.message)
    await expect(stop(users.stranger, id)).rejects.toMatchObject({ ...refused.asUnknown, message: said })
    await expect(stop(null, id)).rejects.toMatchObject({ code: '42501' })
  })
})
