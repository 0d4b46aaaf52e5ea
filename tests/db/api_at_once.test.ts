// Two at the same time, each on a connection of its own: one holds its transaction open until the other waits for it.
import type { TransactionSql } from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseAllowList } from '../../functions/core/address.ts'
import { parseKeyring } from '../../functions/core/seal.ts'
import type { LogLine } from '../../functions/io/log.ts'
import { openPool, type Pool } from '../../functions/io/pool.ts'
import { transformInProcess } from '../../functions/io/transform/in_process.ts'
import { createApp } from '../../functions/webhooks/app.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { until } from '../support/engine.ts'
import { addDeliveries, addFinished, addOrganization, after, claim, noon, record, users } from '../support/factories.ts'

let db: FreshDatabase
let pool: Pool
let app: ReturnType<typeof createApp>
let lines: LogLine[]
let organization: string, id: string

beforeAll(async () => {
  db = await freshDatabase()
  pool = openPool(db.url, { size: 6, name: 'api at once', limitMs: 20_000 })
  app = createApp({
    pool, keyring: parseKeyring(`v1:${Buffer.alloc(32, 7).toString('base64')}`), allow: parseAllowList(''), now: () => new Date(), wait: () => Promise.resolve(),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)), log: (line) => lines.push(line),
    resolve: () => Promise.resolve([{ address: '93.184.215.14', family: 4 }]),
    sender: { send: () => Promise.resolve({ kind: 'response', status: 200, headers: {}, body: '', bodyBytes: 0, bodyTruncated: false, durationMs: 1, errorCode: null }) },
    transform: transformInProcess(() => performance.now()),
    verifyUser: () => Promise.resolve({ id: users.owner, claims: { sub: users.owner, role: 'authenticated' } }),
  })
  organization = await addOrganization(db.sql)
})
afterAll(async () => {
  await pool.close()
  await db.drop()
})
beforeEach(async () => {
  lines = []
  await db.sql`delete from public.webhook_configurations`
  id = (await call('POST', '', { organization_id: organization, name: 'shared', url: 'https://hooks.example.com/x', events: ['*'] })).json.webhook.id as string
})

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any
async function call(method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }> {
  const response = await app.request(`http://localhost/webhooks${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const text = await response.text()
  return { status: response.status, json: text === '' ? null : JSON.parse(text) }
}
const read = async () => (await call('GET', `/${id}`)).json.webhook as Record<string, unknown>
const waiting = () => db.admin`select from pg_stat_activity where datname = current_database() and application_name = 'api at once' and wait_event_type = 'Lock'`

/** What `request` comes to when `first` has been done before it, but is committed only once it waits. */
async function whileHeld<Answer>(first: (tx: TransactionSql) => Promise<unknown>, request: () => Promise<Answer>): Promise<Answer> {
  const { answer } = await db.sql.begin(async (tx) => {
    await first(tx)
    const answer = request()
    await until('the request to wait', waiting, (rows) => rows.length > 0)
    return { answer }
  })
  return answer
}

describe('a webhook that is deleted meanwhile', () => {
  test.each<[string, string, string, unknown?]>([
    ['a change', 'PATCH', '', { name: 'other' }],
    ['a change of what was read', 'PATCH', '', { name: 'other', expected_updated_at: '2026-11-21T09:30:00Z' }],
    ['a change of its headers', 'PATCH', '', { headers: { 'X-One': '1' } }],
    ['a roll', 'POST', '/secret/roll', {}],
    ['the end of an overlap', 'DELETE', '/secret/old'],
    ['another delete', 'DELETE', ''],
  ])('%s finds nothing, and is no fault of ours', async (_, method, path, body) => {
    const { status, json } = await whileHeld((tx) => tx`delete from public.webhook_configurations where id = ${id}`, () => call(method, `/${id}${path}`, body))
    expect(lines).toEqual([])
    // Whoever asks for what is the case already has no reason to hear of it.
    if (method === 'DELETE') expect([204, 404]).toContain(status)
    else expect([status, json.error.code]).toEqual([404, 'not_found'])
  })
})

describe('two changes', () => {
  test('of different settings both stay', async () => {
    const { status } = await whileHeld((tx) => tx`update public.webhook_configurations set timeout_ms = 7000 where id = ${id}`, () => call('PATCH', `/${id}`, { name: 'renamed' }))
    expect(status).toBe(200)
    expect(await read()).toMatchObject({ name: 'renamed', timeout_ms: 7_000 })
  })
  test('of the same setting: the later one stays, and its answer says so', async () => {
    const { json } = await whileHeld((tx) => tx`update public.webhook_configurations set name = 'first' where id = ${id}`, () => call('PATCH', `/${id}`, { name: 'second' }))
    expect(json.webhook.name).toBe('second')
    expect((await read()).name).toBe('second')
  })
  test('of the same moment: the later one is refused, and changes nothing', async () => {
    const { updated_at } = await read()
    const { status, json } = await whileHeld(
      (tx) => tx`update public.webhook_configurations set name = 'first' where id = ${id}`,
      () => call('PATCH', `/${id}`, { name: 'second', timeout_ms: 7_000, headers: { 'X-One': '1' }, expected_updated_at: updated_at }))
    expect([status, json.error.code]).toEqual([409, 'changed_meanwhile'])
    expect(await read()).toMatchObject({ name: 'first', timeout_ms: 5_000, header_names: [] })
  })
  test('of headers: each keeps what the other set', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => call('PATCH', `/${id}`, { headers: { [`X-${n}`]: String(n) } })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
    expect(((await read()).header_names as string[]).sort()).toEqual(['X-0', 'X-1', 'X-2', 'X-3', 'X-4', 'X-5'])
  })
  test('of the name of two webhooks: one of them gets it', async () => {
    const { json: { webhook: other } } = await call('POST', '', { organization_id: organization, name: 'other', url: 'https://hooks.example.com/y', events: ['*'] })
    const answers = await Promise.all([id, other.id as string].map((one) => call('PATCH', `/${one}`, { name: 'wanted' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  })
})

describe('an organization that is deleted meanwhile', () => {
  const before = [
    ['a new webhook', (of: string) => call('POST', '', { organization_id: of, name: 'late', url: 'https://hooks.example.com/x', events: ['*'] })],
    ['a subscription', (of: string) => call('POST', '/hooks', { organization_id: of, event: 'deal.created', target_url: 'https://hooks.example.com/y' })],
    ['an API key', (of: string) => call('POST', '/keys', { organization_id: of, name: 'late' })],
  ] as const
  test.each(before)('%s is refused as if it had never been there', async (_, request) => {
    const gone = await addOrganization(db.sql)
    const { status, json } = await whileHeld((tx) => tx`delete from public.organizations where id = ${gone}`, () => request(gone))
    expect(lines).toEqual([])
    expect([status, json.error]).toEqual([404, { code: 'not_found', message: 'This organization doesn’t exist.', field: 'organization_id' }])
  })
})

test('rolls at once, and ends of overlaps between them: one secret is the current one, at most two are live, and each roll is in the audit log', async () => {
  const rolls = () => call('POST', `/${id}/secret/roll`, {})
  const answers = await Promise.all([rolls(), rolls(), call('DELETE', `/${id}/secret/old`), rolls(), rolls(), call('DELETE', `/${id}/secret/old`)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 204, 204])
  const secrets = await db.sql`select expires_at from webhooks.secrets where webhook_id = ${id} and (expires_at is null or expires_at > clock_timestamp())`
  expect(secrets.filter((row) => row.expires_at === null)).toHaveLength(1)
  expect(secrets.length).toBeLessThanOrEqual(2)
  const { json: { secret } } = await call('GET', `/${id}/secret`)
  expect(answers.map(({ json }) => json?.secret as string)).toContain(secret)
  expect((await read()).secret_hint).toBe((secret as string).slice(-4))
  expect(await db.sql`select from webhooks.audit_log where webhook_id = ${id} and action = 'secret_rolled'`).toHaveLength(4)
})

// Each of these moves the deliveries to the other partition, where Postgres refuses whoever waited for them in the first.
describe('the same deliveries, by two people', () => {
  const resent = (ids: string[]) => (tx: TransactionSql) => tx`select public.webhook_resend(${id}, ${ids}::uuid[])`
  const cancelled = (ids: string[]) => (tx: TransactionSql) => tx`select public.webhook_cancel(${id}, ${ids}::uuid[])`
  const replayed = (tx: TransactionSql) => tx`select public.webhook_replay(${id}, ${after(-60)}, ${after(60)}, '{failed}')`
  const failed = (count: number) => addFinished(db.sql, organization, id, count)

  test('resent while they are resent: queued once, and both hear that they are', async () => {
    const ids = await failed(2)
    expect(await whileHeld(resent(ids), () => call('POST', `/${id}/resend`, { delivery_ids: ids }))).toMatchObject({ status: 200, json: { queued: 2 } })
    expect(await db.sql`select state from webhooks.deliveries where id = any (${ids})`).toEqual([{ state: 'pending' }, { state: 'pending' }])
  })
  test('cancelled while they are cancelled: the later one has nothing to do', async () => {
    const ids = await addDeliveries(db.sql, organization, id, 2)
    expect(await whileHeld(cancelled(ids), () => call('POST', `/${id}/cancel`, { delivery_ids: ids })))
      .toMatchObject({ status: 200, json: { cancelled: 0, skipped: { finished: 2 } } })
  })
  test('cancelled while they are resent: they are', async () => {
    const ids = await failed(2)
    expect(await whileHeld(resent(ids), () => call('POST', `/${id}/cancel`, { delivery_ids: ids }))).toMatchObject({ status: 200, json: { cancelled: 2 } })
  })
  test('replayed while they are resent: those are left out', async () => {
    const ids = await failed(3)
    const replay = () => call('POST', `/${id}/replay`, { from: after(-60), to: after(60), states: ['failed'] })
    expect(await whileHeld(resent(ids.slice(0, 2)), replay)).toMatchObject({ status: 200, json: { total: 1 } })
  })
  test('replayed while they are replayed: one replay at a time', async () => {
    await failed(501) // more than one portion
    const replay = () => call('POST', `/${id}/replay`, { from: after(-60), to: after(60), states: ['failed'] })
    expect(await whileHeld(replayed, replay)).toMatchObject({ status: 409, json: { error: { code: 'replay_running' } } })
  })
  test('stopped while they are resent: what was resent stays in the queue', async () => {
    await failed(501)
    const { json: { replay_id } } = await call('POST', `/${id}/replay`, { from: after(-60), to: after(60), states: ['failed'] })
    const stop = () => db.sql.begin(async (tx) => {
      await tx`set local application_name = 'api at once'`
      return (await tx`select public.webhook_replay_stop(${replay_id as string}) as answer`)[0]!.answer as unknown
    })
    const [left] = await db.sql`select id from webhooks.closed_deliveries where webhook_id = ${id}`
    expect(await whileHeld(resent([left!.id as string]), stop)).toEqual({ stopped: 500 })
    expect(await db.sql`select id from webhooks.open_deliveries where webhook_id = ${id}`).toEqual([left])
  })
  test('the sweep does not wait for a person: it feeds that replay the next time', async () => {
    const ids = await failed(501)
    await call('POST', `/${id}/replay`, { from: after(-60), to: after(60), states: ['failed'] })
    await db.sql`delete from webhooks.open_deliveries`
    await db.sql.begin(async (tx) => {
      await cancelled(ids)(tx)
      await db.dispatcher`select webhooks.sweep()`
      expect(await db.sql`select from webhooks.open_deliveries`).toHaveLength(0)
    })
    await db.dispatcher`select webhooks.sweep()`
    expect(await db.sql`select from webhooks.open_deliveries`).toHaveLength(1)
  })
})

describe('a webhook that is turned off while its deliveries are claimed', () => {
  test('waits for no claim, and neither does the claim for it; what was claimed is recorded, and nothing more is claimed until it is on again', async () => {
    const [sent, failing] = await addDeliveries(db.sql, organization, id, 2)
    const claims = await db.dispatcher.begin(async (tx) => {
      const claimed = await claim(tx, { max: 2 })
      // Or this would wait for the claim, which waits for us.
      expect((await call('PATCH', `/${id}`, { is_active: false })).status).toBe(200)
      return claimed
    })
    expect(claims.map((one) => one.delivery_id).sort()).toEqual([sent, failing].sort())
    const lost = await record(db.dispatcher, [
      { claim: claims.find((one) => one.delivery_id === sent)! },
      { claim: claims.find((one) => one.delivery_id === failing)!, state: 'pending', dueAt: after(5) },
    ], after(1))
    expect(lost).toEqual([])
    expect(await db.sql`select state, count(*)::int as n from webhooks.deliveries where webhook_id = ${id} group by 1 order by 1`).toEqual([{ state: 'pending', n: 1 }, { state: 'succeeded', n: 1 }])
    expect(await claim(db.dispatcher, { at: after(60) })).toEqual([])
    expect((await call('PATCH', `/${id}`, { is_active: true })).status).toBe(200)
    expect((await claim(db.dispatcher, { at: after(60) })).map((one) => one.delivery_id)).toEqual([failing])
  })

  test('deleted while its deliveries are claimed: they are cancelled once, and what came of them is logged', async () => {
    const [delivery] = await addDeliveries(db.sql, organization, id, 1)
    const [claimed] = await claim(db.dispatcher, { at: noon })
    const recorded = () => record(db.dispatcher, [{ claim: claimed! }], after(1))
    // A record that waited for a delivery that was cancelled meanwhile is broken off by Postgres, and tried again as the dispatcher does.
    const [removed, lost] = await Promise.all([call('DELETE', `/${id}`), recorded().catch(recorded)])
    expect(removed.status).toBe(204)
    const [row] = await db.sql`select state from webhooks.deliveries where id = ${delivery!}`
    // Whichever was first; the fence tells the other.
    expect([row!.state, lost]).toEqual(row!.state === 'succeeded' ? ['succeeded', []] : ['cancelled', [delivery]])
    expect(await db.sql`select superseded from public.webhook_logs where delivery_id = ${delivery!}`).toEqual([{ superseded: row!.state === 'cancelled' }])
  })
})
