// What nobody in good faith sends. Whatever comes in, the answer is a refusal that tells nothing about our inside.
import { createHmac } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acme } from '../../local/demo_users.ts'
import { caller, callerFor, refusalOf, type Answer, type Caller, type Json } from '../support/api.ts'
import { connect, signIn, system } from '../support/running_system.ts'

let admin: Caller
let sql: postgres.Sql
let token = ''
beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  admin = await callerFor('admin@acme.test')
  token = (await (await signIn('admin@acme.test')).auth.getSession()).data.session!.access_token
})
afterAll(async () => {
  await sql`delete from public.webhook_configurations where name like 'hostile %'`
  await sql.end()
})

const wanted = (changes: Json = {}) => ({ organization_id: acme, name: `hostile ${Date.now()}`, url: 'https://example.com/x', events: ['*'], ...changes })
const post = (body: unknown) => admin.call('POST', '', body)

/** No refusal may show SQL, a stack, a path of the server, or come back as a page. */
function tellsNothing({ text, headers, json }: Answer): void {
  expect(json?.error?.message).toBeTruthy()
  expect(text).not.toMatch(/select |insert |webhooks\.[a-z]|public\.|pg_|\/functions\/|node_modules|\bat .*:\d+:\d+|PostgresError/i)
  expect(text.length).toBeLessThan(1_000)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
}

describe('bodies', () => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  test.each<[string, string, string]>([
    ['half a JSON', '{"name": ', '400 invalid_json'],
    ['something else', 'name=x', '400 invalid_json'],
    ['XML', '<webhook/>', '400 invalid_json'],
    ['a list', '[]', '422 invalid_input'],
    ['null', 'null', '422 invalid_input'],
    ['a text', '"webhook"', '422 invalid_input'],
    ['a number', '1e999', '422 invalid_input'],
    ['half a megabyte of brackets', deep(250_000), '422 invalid_input 0'],
    ['brackets inside a field', `{"name": ${deep(5_000)}}`, '422 invalid_input name'],
  ])('%s', async (_, body, refusal) => {
    const answer = await post(body)
    expect(refusalOf(answer)).toBe(refusal)
    tellsNothing(answer)
  })

  test.each<[string, Json, string]>([
    ['a NUL in a name', { name: 'a\u0000b' }, '422 invalid_input name'],
    ['a NUL in a filter', { filter: '$.a\u0000' }, '422 invalid_input filter'],
    ['a NUL in an event', { events: ['a\u0000'] }, '422 invalid_input events.0'],
    ['a NUL in the name of a header', { headers: { 'X\u0000': 'a' } }, '422 invalid_input headers'],
    ['a NUL in a secret', { secret: 'sixteen-or-more\u0000chars' }, '422 invalid_input secret'],
    ['a name of half a megabyte', { name: 'n'.repeat(500_000) }, '422 invalid_input name'],
    ['the name of a header of half a megabyte', { headers: { ['x'.repeat(500_000)]: 'a' } }, `422 invalid_header headers.${'x'.repeat(192)}`],
    ['a field of half a megabyte', { ['x'.repeat(500_000)]: 'a' }, `422 invalid_input ${'x'.repeat(100)}`],
    ['a thousand events', { events: Array.from({ length: 1_000 }, (_, i) => `type.n${i}`) }, '422 invalid_input events'],
    ['a line break in a URL', { url: 'https://example.com/\r\nX: y' }, '422 not_a_url url'],
    ['a backslash in a URL', { url: 'https://example.com\\@10.0.0.1/' }, '422 not_a_url url'],
    ['SQL in a name of an event', { events: ["x'; drop table deals; --"] }, '422 invalid_input events.0'],
    ['an object for a URL', { url: { toString: 'https://example.com' } }, '422 invalid_input url'],
  ])('%s', async (_, changes, refusal) => {
    const answer = await post(wanted(changes))
    expect(refusalOf(answer)).toBe(refusal)
    tellsNothing(answer)
  })

  test('more than a megabyte is refused, announced or not', async () => {
    const answer = await post(wanted({ description: 'x'.repeat(1_100_000) }))
    expect(refusalOf(answer)).toBe('413 payload_too_large')
    tellsNothing(answer)
    const chunk = new TextEncoder().encode('x'.repeat(64 * 1024))
    let sent = 0
    const stream = new ReadableStream({ pull(c) { if (sent++ < 20) c.enqueue(chunk); else c.close() } })
    const streamed = await fetch(`${system().API_URL}/functions/v1/webhooks`, {
      method: 'POST', headers: { authorization: `Bearer ${token}` }, body: stream, duplex: 'half',
    } as RequestInit)
    expect(streamed.status).toBe(413)
  })

  test('a key twice: the last one counts; a prototype is only a field there is not', async () => {
    const name = `hostile twice ${Date.now()}`
    const twice = await post(JSON.stringify(wanted()).replace(/}$/, `, "name": ${JSON.stringify(name)}}`))
    expect(twice.json.webhook.name).toBe(name)
    const polluted = await post(JSON.stringify(wanted()).replace(/}$/, ', "__proto__": {"is_active": false}, "constructor": 1}'))
    expect(refusalOf(polluted)).toMatch(/^422 invalid_input (__proto__|constructor)$/)
  })

  test('SQL and markup in a name are only a name', async () => {
    const name = `hostile '); drop table x; -- <script>`
    const answer = await post(wanted({ name }))
    expect([answer.status, answer.json.webhook.name]).toEqual([201, name])
    expect(answer.headers.get('content-type')).toContain('application/json')
  })
})

describe('tokens', () => {
  const forge = (header: Json, claims: Json, key: string) => {
    const part = (json: Json) => Buffer.from(JSON.stringify(json)).toString('base64url')
    const text = `${part(header)}.${part(claims)}`
    return `${text}.${key === '' ? '' : createHmac('sha256', key).update(text).digest('base64url')}`
  }
  const claims = { sub: '00000000-0000-4000-a000-000000000002', role: 'authenticated', aud: 'authenticated', exp: 4_102_444_800 }
  const foreign: [string, () => string][] = [
    ['no signature', () => forge({ alg: 'none', typ: 'JWT', kid: 'local' }, claims, '')],
    ['another key', () => forge({ alg: 'HS256', typ: 'JWT', kid: 'local' }, claims, 'a-key-of-somebody-else')],
    ['an empty key', () => forge({ alg: 'HS256', typ: 'JWT', kid: 'local' }, claims, '\u0000')],
    ['a changed claim', () => {
      const [head, body, signature] = token.split('.')
      const changed = { ...JSON.parse(Buffer.from(body!, 'base64url').toString()) as Json, sub: '00000000-0000-4000-a000-000000000001' }
      return [head, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.')
    }],
    ['a signature cut off', () => token.slice(0, -4)],
    ['the publishable key', () => system().PUBLISHABLE_KEY],
    ['the secret key', () => system().SECRET_KEY],
    ['no token at all', () => 'hello'],
  ]
  test.each(foreign)('%s opens nothing', async (_, make) => {
    const answer = await caller(make()).call('GET', `?organization_id=${acme}`)
    expect(refusalOf(answer)).toBe('401 unauthorized')
    expect(answer.json.error.message).toMatch(/^This access token isn’t a user’s, or has expired\./)
    tellsNothing(answer)
  })

  test('a key alone is nobody, whichever header it comes in', async () => {
    for (const headers of [{ apikey: system().SECRET_KEY }, { authorization: `Basic ${btoa('a:b')}` }, { authorization: 'Bearer ' }, { cookie: `sb-access-token=${token}` }]) {
      expect(refusalOf(await caller(null).call('GET', `?organization_id=${acme}`, undefined, headers))).toBe('401 unauthorized')
    }
  })
})

test('unknown paths are not there, with a token and without; known ones say which methods they take', async () => {
  for (const path of ['/nothing', '/nothing/at/all', '/in', '/../dispatcherx', '/%00', '/%2e%2e%2f', `/${'x'.repeat(4_000)}`, '/00000000-0000-4000-8000-000000000000/nothing']) {
    const answer = await admin.call('GET', path)
    expect(answer.status, path).toBe(404)
  }
  const answer = await caller(null).call('PUT', '')
  expect(refusalOf(answer)).toBe('405 method_not_allowed')
  expect(answer.headers.get('allow')).toBe('POST, GET, HEAD')
  expect(refusalOf(await admin.call('GET', '/check-url'))).toBe('405 method_not_allowed')
  expect(refusalOf(await admin.call('GET', '/00000000-0000-4000-8000-000000000000/test'))).toBe('405 method_not_allowed')
})

test('a slash at the end makes no difference', async () => {
  expect((await admin.call('GET', `/?organization_id=${acme}`)).status).toBe(200)
})

test('browsers of any origin may ask, and read why they have to wait', async () => {
  const preflight = await fetch(`${system().API_URL}/functions/v1/webhooks/00000000-0000-4000-8000-000000000000/secret/roll`, {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example.com', 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization,apikey,content-type,x-client-info' },
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH')
  for (const name of ['authorization', 'apikey', 'content-type', 'x-client-info']) expect(preflight.headers.get('access-control-allow-headers')).toContain(name)
  // The refusal too, or the browser hides it from the page.
  const refused = await caller(null).call('GET', `?organization_id=${acme}`, undefined, { origin: 'https://app.example.com' })
  expect([refused.status, refused.headers.get('access-control-allow-origin'), refused.headers.get('access-control-expose-headers')]).toEqual([401, '*', 'retry-after'])
  expect(refused.headers.get('access-control-allow-credentials')).toBeNull()
})

test('supabase-js reaches the API and reads refusals', async () => {
  const { data, error } = await (await signIn('member@acme.test')).functions.invoke(`webhooks?organization_id=${acme}`, { method: 'GET' })
  expect(error).toBeNull()
  expect(data).toHaveProperty('webhooks')
  const refused = await connect().functions.invoke('webhooks', { body: wanted() })
  expect(refused.error).toBeTruthy()
  expect(await (refused.error as { context: Response }).context.json()).toMatchObject({ error: { code: 'unauthorized' } })
})
