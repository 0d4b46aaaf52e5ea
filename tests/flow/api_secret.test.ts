// Secrets over HTTP: shown to admins with a trace, rolled with an overlap that a receiver's own library can live with.
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { acme, demoUsers, globex } from '../../local/demo_users.ts'
import { callerFor, refusalOf, type Caller, type Json } from '../support/api.ts'
import { signIn, system } from '../support/running_system.ts'
import { startReceiver, verified, type Receiver } from '../support/receiver.ts'

let admin: Caller, stranger: Caller
let sql: postgres.Sql
let receiver: Receiver
let id: string, secret: string

beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  receiver = await startReceiver()
  ;[admin, stranger] = await Promise.all([callerFor('admin@acme.test'), callerFor('owner@globex.test')])
  await forgetReveals()
})
beforeEach(async () => {
  const { json } = await admin.call('POST', '', { organization_id: acme, name: `secret ${Date.now()} ${Math.random()}`, url: receiver.url, events: ['webhook.recovered'] })
  ;({ webhook: { id }, secret } = json)
})
afterAll(async () => {
  await forgetReveals()
  await sql`delete from public.webhook_configurations where name like 'secret %'`
  await receiver.close()
  await sql.end()
})

const roll = (body: Json = {}) => admin.call('POST', `/${id}/secret/roll`, body)
const reveal = () => admin.call('GET', `/${id}/secret`)
const audit = () => sql`select action, actor, details from webhooks.audit_log where webhook_id = ${id} and action like '%secret%' order by id`
const live = () => sql`select expires_at from webhooks.secrets where webhook_id = ${id} and (expires_at is null or expires_at > clock_timestamp())`
const forgetReveals = () => sql`
  delete from webhooks.audit_log where action = 'secret_revealed' and actor in (select id from auth.users where email in ('admin@acme.test', 'owner@globex.test'))`

/** Sends a test and answers with what the receiver got. */
async function delivered() {
  const before = receiver.requests.length
  const { json } = await admin.call('POST', `/${id}/test`)
  expect(json.ok).toBe(true)
  return (await receiver.waitForCount(before + 1))[before]!
}

test('is revealed as it was made, with a line in the audit log and nothing of it there', async () => {
  expect((await reveal()).json).toEqual({ secret, old_secret_expires_at: null })
  expect(await audit()).toEqual([{ action: 'secret_revealed', actor: demoUsers[1]!.id, details: {} }])
  expect((await reveal()).headers.get('cache-control')).toBe('no-store')
})

test('a roll overlaps: both secrets verify until the old one ends', async () => {
  const rolled = await roll({ expire_old_in: 3600 })
  expect(rolled.json.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(rolled.json.secret).not.toBe(secret)
  const minutesLeft = (Date.parse(rolled.json.old_secret_expires_at) - Date.now()) / 60_000
  expect(minutesLeft).toBeGreaterThan(58)
  expect(minutesLeft).toBeLessThan(61)

  const during = await delivered()
  expect(verified(during, secret)).toMatchObject({ event: 'webhook.test' })
  expect(verified(during, rolled.json.secret)).toMatchObject({ event: 'webhook.test' })
  expect(String(during.headers['webhook-signature']).split(' ')).toHaveLength(2)
  // Newest first, and the simple signature is made with the newest.
  expect((await reveal()).json).toEqual(rolled.json)
  expect((await admin.call('GET', `/${id}`)).json.webhook.secret_hint).toBe(rolled.json.secret.slice(-4))

  expect((await admin.call('DELETE', `/${id}/secret/old`)).status).toBe(204)
  const after = await delivered()
  expect(() => verified(after, secret)).toThrow()
  expect(verified(after, rolled.json.secret)).toBeTruthy()
  expect((await reveal()).json.old_secret_expires_at).toBeNull()
  // Nothing left to end: still fine.
  expect((await admin.call('DELETE', `/${id}/secret/old`)).status).toBe(204)
  expect((await audit()).map((row) => row.action)).toEqual(['secret_rolled', 'secret_revealed', 'old_secret_ended', 'secret_revealed'])
})

test('the overlap ends by itself', async () => {
  const { json } = await roll({ expire_old_in: 1 })
  await expect.poll(async () => (await live()).length, { timeout: 10_000 }).toBe(1)
  const after = await delivered()
  expect(() => verified(after, secret)).toThrow()
  expect(verified(after, json.secret)).toBeTruthy()
  expect((await reveal()).json.old_secret_expires_at).toBeNull()
})

test('with 0 the old secret ends at once', async () => {
  const { json } = await roll({ expire_old_in: 0 })
  expect(json.old_secret_expires_at).toBeNull()
  const after = await delivered()
  expect(() => verified(after, secret)).toThrow()
  expect(verified(after, json.secret)).toBeTruthy()
})

test('rolling again ends the earlier overlap: never more than two are live', async () => {
  const second = (await roll()).json.secret
  const third = (await roll()).json.secret
  expect(await live()).toHaveLength(2)
  const request = await delivered()
  expect(() => verified(request, secret)).toThrow()
  expect(verified(request, second)).toBeTruthy()
  expect(verified(request, third)).toBeTruthy()
})

test('two rolls at once end with one current secret, the one that is revealed and that signs', async () => {
  const answers = await Promise.all([roll(), roll(), roll()])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  const current = await sql`select from webhooks.secrets where webhook_id = ${id} and expires_at is null`
  expect(current).toHaveLength(1)
  expect(await live()).toHaveLength(2)
  const { json } = await reveal()
  expect(answers.map((answer) => answer.json.secret)).toContain(json.secret)
  expect(verified(await delivered(), json.secret)).toBeTruthy()
})

test('a secret of the user’s own signs as raw text; an unsigned webhook starts to sign with a roll', async () => {
  expect((await roll({ secret: 'my-own-secret-of-20-chars' })).json.secret).toBe('my-own-secret-of-20-chars')
  expect(verified(await delivered(), 'my-own-secret-of-20-chars')).toBeTruthy()

  const unsigned = await admin.call('POST', '', { organization_id: acme, name: `secret none ${Date.now()}`, url: receiver.url, events: ['webhook.recovered'], secret: null })
  id = unsigned.json.webhook.id
  expect((await delivered()).headers).not.toHaveProperty('webhook-signature')
  const { json } = await roll()
  expect(json.old_secret_expires_at).toBeNull()
  expect(verified(await delivered(), json.secret)).toBeTruthy()
})

test('a roll is known to dispatchers at once', async () => {
  const revision = async () => Number((await sql`select revision from public.webhook_configurations where id = ${id}`)[0]!.revision)
  const before = await revision()
  // Ends like the current one: the hint stays equal, and still the revision must grow.
  await roll({ secret: `another-secret-${secret.slice(-4)}` })
  const between = await revision()
  expect(between).toBeGreaterThan(before)
  await admin.call('DELETE', `/${id}/secret/old`)
  expect(await revision()).toBeGreaterThan(between)
})

test.each<[string, () => Json, string]>([
  ['an overlap of 8 days', () => ({ expire_old_in: 8 * 86_400 }), '422 invalid_input expire_old_in'],
  ['a negative overlap', () => ({ expire_old_in: -1 }), '422 invalid_input expire_old_in'],
  ['an overlap in words', () => ({ expire_old_in: '1h' }), '422 invalid_input expire_old_in'],
  ['a short secret', () => ({ secret: 'short' }), '422 invalid_secret secret'],
  ['null for a secret', () => ({ secret: null }), '422 invalid_input secret'],
  ['the secret in use', () => ({ secret }), '422 invalid_secret secret'],
])('refuses %s', async (_, body, refusal) => {
  const answer = await roll(body())
  expect(refusalOf(answer)).toBe(refusal)
  expect(answer.text).not.toContain(secret)
  expect((await reveal()).json).toEqual({ secret, old_secret_expires_at: null })
})

test('the database alone does not open secrets: no table, view or RPC of a signed-in owner shows one', async () => {
  const owner = await signIn('owner@acme.test')
  for (const table of ['secrets', 'custom_headers', 'audit_log']) {
    expect((await owner.schema('webhooks').from(table).select()).error).toBeTruthy()
    expect((await owner.from(table).select()).error).toBeTruthy()
  }
  const state = await owner.rpc('webhook_secret_state', { webhook_id: id })
  expect(JSON.stringify(state.data)).not.toContain(secret.slice(6))
})

test('thirty reveals an hour for one user, whatever the webhook; others go on', async () => {
  const other = await stranger.call('POST', '', { organization_id: globex, name: `secret ${Date.now()}`, url: receiver.url, events: ['webhook.recovered'] })
  const look = () => stranger.call('GET', `/${other.json.webhook.id}/secret`)
  const user = demoUsers.find(({ email }) => email === 'owner@globex.test')!.id
  // 29 of them an hour ago but for ten minutes.
  await sql`
    insert into webhooks.audit_log (organization_id, webhook_id, actor, action, at)
    select ${globex}, ${other.json.webhook.id}, ${user}, 'secret_revealed', clock_timestamp() - interval '50 minutes' from generate_series(1, 29)`
  const answers = await Promise.all([look(), look(), look()])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429])
  const refused = answers.find(({ status }) => status === 429)!
  expect(refusalOf(refused)).toBe('429 rate_limited')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(500)
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(600)
  expect((await reveal()).status).toBe(200)
  await forgetReveals()
  expect((await look()).status).toBe(200)
})
