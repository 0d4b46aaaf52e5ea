// API keys over HTTP: made by admins, taken beside user tokens, limited to their organization and their scopes, and gone when revoked.
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newApiKey } from '../../functions/core/api_key.ts'
import { acme, demoUsers, globex } from '../../local/demo_users.ts'
import { caller, callerFor, refusalOf, type Caller, type Json } from '../support/api.ts'
import { connect, signIn, system } from '../support/running_system.ts'

const UNKNOWN = '11111111-2222-4333-8444-555555555555'
const everything = ['read', 'write', 'secrets']
let admin: Caller, member: Caller, stranger: Caller
const nobody = caller(null)
let sql: postgres.Sql
let count = 0

beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  ;[admin, member, stranger] = await Promise.all(['admin@acme.test', 'member@acme.test', 'admin@globex.test'].map(callerFor)) as [Caller, Caller, Caller]
})
beforeEach(() => sql`delete from public.webhook_api_keys`)
afterAll(async () => {
  await sql`delete from public.webhook_api_keys`
  await sql`delete from public.webhook_configurations where name like 'keyed %'`
  await sql.end()
})

const wanted = (changes: Json = {}) => ({ organization_id: acme, name: `key ${++count}`, scopes: everything, ...changes })
async function make(changes: Json = {}, as: Caller = admin): Promise<{ key: Json; token: string; call: Caller['call'] }> {
  const { status, json } = await as.call('POST', '/keys', wanted(changes))
  expect(status).toBe(201)
  return { ...json, call: caller(json.token).call }
}
const webhook = (changes: Json = {}) => ({ name: `keyed ${++count} ${Date.now()}`, url: 'https://example.com/x', events: ['webhook.recovered'], ...changes })

describe('making one', () => {
  test('shows the key once, and keeps nothing that it could be made of again', async () => {
    const { key, token } = await make({ scopes: ['write'], name: '  Zapier ' })
    expect(token).toMatch(/^thk_[0-9a-f]{72}$/)
    expect(key).toMatchObject({ organization_id: acme, name: 'Zapier', scopes: ['read', 'write'], prefix: token.slice(0, 12), last_used_at: null, expires_at: null, revoked_at: null, created_by: demoUsers[1]!.id })
    const { json, text } = await admin.call('GET', `/keys?organization_id=${acme}`)
    expect(json.keys).toEqual([key])
    const stored = await sql`select to_jsonb(k)::text || to_jsonb(h)::text || (select string_agg(a::text, '') from webhooks.audit_log a) as everything from public.webhook_api_keys k join webhooks.api_key_hashes h on h.key_id = k.id`
    for (const hidden of [token, token.slice(12), token.slice(4, 68)]) {
      expect(text).not.toContain(hidden)
      expect(stored[0]!.everything).not.toContain(hidden)
    }
    expect(await sql`select actor, details ->> 'name' as name from webhooks.audit_log where action = 'api_key_created' and details ->> 'api_key' = ${key.id}`)
      .toEqual([{ actor: demoUsers[1]!.id, name: 'Zapier' }])
  })

  test.each<[string, Json, string]>([
    ['no name', { name: ' ' }, '422 invalid_input name'],
    ['a scope that there is not', { scopes: ['admin'] }, '422 invalid_input scopes.0'],
    ['an end that is past', { expires_at: '2020-01-01T00:00:00Z' }, '422 invalid_input expires_at'],
    ['a token of one’s own', { token: 'thk_1' }, '422 invalid_input token'],
    ['no organization', { organization_id: undefined }, '422 invalid_input organization_id'],
    ['an organization that there is not', { organization_id: UNKNOWN }, '404 not_found organization_id'],
    ['another organization', { organization_id: globex }, '404 not_found organization_id'],
  ])('refuses %s', async (_, changes, refusal) => {
    expect(refusalOf(await admin.call('POST', '/keys', wanted(changes)))).toBe(refusal)
    expect(await sql`select from public.webhook_api_keys`).toHaveLength(0)
  })

  test('refuses a name that a live key has', async () => {
    const { key } = await make({ name: 'twice' })
    expect(refusalOf(await admin.call('POST', '/keys', wanted({ name: 'twice' })))).toBe('409 name_taken name')
    await admin.call('DELETE', `/keys/${key.id}`)
    await make({ name: 'twice' })
  })

  test('is for admins who are signed in: no member, nobody else, and no key', async () => {
    const { key, call } = await make()
    const asked: [string, string, Json][] = [['POST', '/keys', wanted()], ['GET', `/keys?organization_id=${acme}`, undefined], ['DELETE', `/keys/${key.id}`, undefined]]
    for (const [method, path, body] of asked) {
      expect(refusalOf(await nobody.call(method, path, body)), method).toBe('401 unauthorized')
      expect(refusalOf(await member.call(method, path, body)), method).toBe('403 forbidden')
      expect(refusalOf(await call(method, path, body)), method).toBe('403 forbidden')
    }
    expect(refusalOf(await stranger.call('DELETE', `/keys/${key.id}`))).toBe('404 not_found')
    expect((await stranger.call('DELETE', `/keys/${key.id}`)).text).toBe((await stranger.call('DELETE', `/keys/${UNKNOWN}`)).text)
    expect((await stranger.call('GET', `/keys?organization_id=${globex}`)).json.keys).toEqual([])
    expect(await sql`select revoked_at from public.webhook_api_keys`).toEqual([{ revoked_at: null }])
  })
})

describe('what a key may do', () => {
  test('the life of a webhook, without saying whose it is', async () => {
    const { call, key } = await make()
    const created = await call('POST', '', webhook())
    expect([created.status, created.json.webhook.organization_id, created.json.webhook.created_by]).toEqual([201, acme, null])
    const id = created.json.webhook.id as string
    expect((await call('GET', '')).json.webhooks.map((one: Json) => one.id)).toContain(id)
    expect((await call('GET', `/${id}/secret`)).json.secret).toBe(created.json.secret)
    expect((await call('PATCH', `/${id}`, { is_active: false, headers: { 'X-A': 'b' } })).json.webhook).toMatchObject({ is_active: false, header_names: ['X-A'] })
    expect((await call('POST', `/${id}/secret/roll`, {})).json.secret).not.toBe(created.json.secret)
    expect((await call('DELETE', `/${id}`)).status).toBe(204)
    const lines = await sql`select distinct actor, actor_key from webhooks.audit_log where webhook_id = ${id}`
    expect(lines).toEqual([{ actor: null, actor_key: key.id }])
  })

  test('as much as each route says, and no more: asked of every route of the description', async () => {
    const { json: document } = await nobody.call('GET', '/openapi.json')
    const keys: Record<string, Caller> = Object.fromEntries(await Promise.all(everything.map(async (scope) => [scope, await make({ scopes: [scope] })] as const)))
    const wrong: string[] = []
    let asked = 0
    for (const [path, operations] of Object.entries(document.paths as Record<string, Record<string, Json>>)) {
      for (const [method, { security }] of Object.entries(operations)) {
        if (security.length === 0) continue
        const needed = security.find((one: Json) => 'api_key' in one)?.api_key[0] as string | undefined
        const url = path.replace('/webhooks', '').replace(/\{\w+\}/g, UNKNOWN)
        for (const [scope, { call }] of Object.entries(keys)) {
          const answer = await call(method.toUpperCase(), url, method === 'post' || method === 'patch' ? {} : undefined)
          const expected = needed === undefined ? '403 forbidden' : needed === 'read' || needed === scope ? null : '403 scope_missing'
          asked++
          if (expected === null ? [401, 403].includes(answer.status) : refusalOf(answer) !== expected) wrong.push(`${method} ${path} with ${scope}: ${refusalOf(answer)}`)
        }
      }
    }
    expect(wrong).toEqual([])
    expect(asked).toBeGreaterThan(60)
  })

  test('nothing of another organization, in the same words as what never was', async () => {
    const { call } = await make()
    const foreign = (await stranger.call('POST', '', webhook({ organization_id: globex }))).json.webhook.id as string
    const routes: [string, string, Json][] = [
      ['GET', '', undefined], ['PATCH', '', { name: 'mine' }], ['DELETE', '', undefined], ['POST', '/test', {}], ['GET', '/secret', undefined], ['POST', '/secret/roll', {}],
      ['DELETE', '/secret/old', undefined], ['POST', '/resend', { delivery_ids: [UNKNOWN] }], ['POST', '/replay', { from: '2026-01-01T00:00:00Z' }],
    ]
    for (const [method, path, body] of routes) {
      const [theirs, none] = [await call(method, `/${foreign}${path}`, body), await call(method, `/${UNKNOWN}${path}`, body)]
      expect(refusalOf(theirs), path).toBe('404 not_found')
      expect(theirs.text).toBe(none.text)
    }
    expect(refusalOf(await call('DELETE', `/hooks/${foreign}`))).toBe('404 not_found')
    for (const path of [`?organization_id=${globex}`, `/hooks/me?organization_id=${globex}`, `/hooks/samples/deal.created?organization_id=${globex}`]) {
      expect(refusalOf(await call('GET', path)), path).toBe('404 not_found organization_id')
    }
    expect(refusalOf(await call('POST', '', webhook({ organization_id: globex })))).toBe('404 not_found organization_id')
    expect((await stranger.call('GET', `/${foreign}`)).json.webhook.name).toMatch(/^keyed/)
  })

  test('thirty looks at secrets an hour, counted apart from those of users', async () => {
    const { call, key } = await make()
    const { id } = (await call('POST', '', webhook())).json.webhook
    await sql`
      insert into webhooks.audit_log (organization_id, webhook_id, actor_key, action) select ${acme}, ${id}, ${key.id}, 'secret_revealed' from generate_series(1, 30)`
    expect(refusalOf(await call('GET', `/${id}/secret`))).toBe('429 rate_limited')
    expect((await admin.call('GET', `/${id}/secret`)).status).toBe(200)
    await sql`delete from webhooks.audit_log where webhook_id = ${id} and action = 'secret_revealed'`
  })
})

describe('how a key ends', () => {
  test('revoked, from the next request on', async () => {
    const { key, call } = await make()
    expect((await call('GET', '')).status).toBe(200)
    expect((await admin.call('DELETE', `/keys/${key.id}`)).status).toBe(204)
    expect(refusalOf(await call('GET', ''))).toBe('401 unauthorized')
    expect((await admin.call('DELETE', `/keys/${key.id}`)).status).toBe(204)
    expect((await admin.call('GET', `/keys?organization_id=${acme}`)).json.keys).toEqual([{ ...key, last_used_at: expect.any(String), revoked_at: expect.any(String) }])
  })

  test('when its time is over', async () => {
    const { key, call } = await make({ expires_at: '2099-01-01T00:00:00+02:00' })
    expect((await call('GET', '')).status).toBe(200)
    await sql`update public.webhook_api_keys set created_at = '2000-01-01', expires_at = now() where id = ${key.id}`
    expect(refusalOf(await call('GET', ''))).toBe('401 unauthorized')
  })

  test('with its organization', async () => {
    const [organization] = await sql<{ id: string }[]>`insert into public.organizations (name) values ('Short-lived') returning id`
    const made = newApiKey(crypto.getRandomValues(new Uint8Array(32)))
    await sql`select webhooks.make_api_key(${organization!.id}, 'n', ${made.prefix}, ${made.hash}, '{read}')`
    const { call } = caller(made.token)
    expect((await call('GET', '/hooks/me')).json).toMatchObject({ organization: { name: 'Short-lived' }, key: { name: 'n', scopes: ['read'] } })
    await sql`delete from public.organizations where id = ${organization!.id}`
    expect(refusalOf(await call('GET', '/hooks/me'))).toBe('401 unauthorized')
  })
})

describe('what is no key', () => {
  test.each<[string, (token: string) => string]>([
    ['the prefix alone', (token) => token.slice(0, 12)],
    ['its hash', (token) => `thk_${token.slice(5)}`],
    ['one character changed', (token) => token.slice(0, 20) + (token[20] === '0' ? '1' : '0') + token.slice(21)],
    ['one that was never made', () => newApiKey(crypto.getRandomValues(new Uint8Array(32))).token],
    ['upper case', (token) => token.toUpperCase()],
    ['SQL', () => `thk_' or true --`],
    ['a million characters', () => `thk_${'0'.repeat(10_000)}`],
  ])('%s', async (_, change) => {
    const { token } = await make()
    expect(refusalOf(await caller(change(token)).call('GET', ''))).toBe('401 unauthorized')
  })

  test('a key in another header, or after another word', async () => {
    const { token } = await make()
    for (const headers of [{ apikey: token }, { 'x-api-key': token }, { authorization: `Basic ${token}` }, { authorization: token }, { cookie: `key=${token}` }]) {
      expect(refusalOf(await nobody.call('GET', '', undefined, headers))).toBe('401 unauthorized')
    }
    expect((await nobody.call('GET', '', undefined, { authorization: `bearer ${token}` })).status).toBe(200)
  })

  test('for REST, Auth and the dispatcher a key is nothing', async () => {
    const { token } = await make()
    const headers = { apikey: system().PUBLISHABLE_KEY, authorization: `Bearer ${token}` }
    for (const path of ['/rest/v1/webhook_configurations?select=*', '/rest/v1/webhook_api_keys?select=*', '/rest/v1/contacts?select=*', '/auth/v1/user']) {
      const answer = await fetch(`${system().API_URL}${path}`, { headers })
      expect(answer.status, path).toBeGreaterThanOrEqual(400)
    }
    expect((await fetch(`${system().API_URL}/rest/v1/webhook_configurations?select=*`, { headers: { apikey: token } })).status).toBeGreaterThanOrEqual(400)
    expect((await fetch(`${system().API_URL}/functions/v1/dispatcher`, { method: 'POST', headers })).status).toBe(401)
    const rpc = await connect(system(), token).rpc('webhook_list', { organization_id: acme })
    expect(rpc.error).toBeTruthy()
  })
})

test('over REST admins see the keys, members none, and nobody a hash or a way to write', async () => {
  const { key } = await make()
  const [boss, person] = await Promise.all([signIn('owner@acme.test'), signIn('member@acme.test')])
  expect((await boss.from('webhook_api_keys').select('id')).data).toEqual([{ id: key.id }])
  expect((await person.from('webhook_api_keys').select('id')).data).toEqual([])
  expect((await boss.from('webhook_api_keys').update({ revoked_at: null }).eq('id', key.id)).error).toBeTruthy()
  expect((await boss.from('webhook_api_keys').insert({ organization_id: acme, name: 'n', prefix: 'p', scopes: ['read'] })).error).toBeTruthy()
  expect((await boss.from('webhook_api_keys').delete().eq('id', key.id)).error).toBeTruthy()
  expect((await person.rpc('webhook_api_key_revoke', { key_id: key.id })).error?.hint).toBe('forbidden')
  expect((await boss.rpc('webhook_api_key_revoke', { key_id: key.id })).error).toBeNull()
})
