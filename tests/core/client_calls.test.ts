// How the client library calls: address, token, repetition, timeouts, and the errors it makes of what comes back.
import { describe, expect, test } from 'vitest'
import { call, type Connection } from '../../client/src/call.ts'
import { ApiError, createClient, type ClientOptions } from '../../client/src/index.ts'

type Sent = { url: string; method: string; headers: Headers; body: unknown }
type Answer = Response | Error | ((signal: AbortSignal) => Promise<Response>)

/** A fetch that answers as told, one after another, and remembers what it was asked. */
function scripted(...answers: [Answer, ...Answer[]]) {
  const sent: Sent[] = []
  const fetch = (async (url: string, init: RequestInit) => {
    sent.push({ url, method: init.method!, headers: new Headers(init.headers), body: init.body === undefined ? undefined : JSON.parse(init.body as string) })
    const answer = answers.length > 1 ? answers.shift()! : answers[0]
    if (answer instanceof Error) throw answer
    return answer instanceof Response ? answer.clone() : answer(init.signal!)
  }) as typeof globalThis.fetch
  return { sent, fetch }
}
const client = (fetch: typeof globalThis.fetch, options: Partial<ClientOptions> = {}) => createClient({ url: 'https://abc.test', apiKey: 'thk_1', fetch, maxRetries: 0, ...options } as ClientOptions)
const refusal = (status: number, error: object, headers: Record<string, string> = {}) => Response.json({ error }, { status, headers })
const errorOf = (work: Promise<unknown>): Promise<ApiError> => work.then(() => { throw new Error('it worked') }, (error: unknown) => {
  expect(error).toBeInstanceOf(ApiError)
  return error as ApiError
})
const id = '11111111-2222-4333-8444-555555555555'

test.each<[string, Record<string, unknown>]>([['a BigInt', { n: 1n }], ['a circle', (() => { const one: Record<string, unknown> = {}; return Object.assign(one, { one }) })()]])(
  'what is no JSON is no fault of the API: %s', async (_, data) => {
    const { sent, fetch } = scripted(Response.json({}))
    await expect(client(fetch).webhooks.test(id, { data })).rejects.toThrow(TypeError)
    expect(sent).toEqual([])
  })

describe('the address', () => {
  test.each([
    ['https://abc.test', 'https://abc.test/functions/v1/webhooks'], ['https://abc.test/', 'https://abc.test/functions/v1/webhooks'],
    ['https://abc.test/functions/v1', 'https://abc.test/functions/v1/webhooks'], ['https://abc.test/functions/v1/webhooks/', 'https://abc.test/functions/v1/webhooks'],
    ['https://api.abc.test/prefix', 'https://api.abc.test/prefix/functions/v1/webhooks'], ['http://127.0.0.1:15320?x=1#y', 'http://127.0.0.1:15320/functions/v1/webhooks'],
  ])('%s', async (url, expected) => {
    const { sent, fetch } = scripted(Response.json({ webhooks: [] }))
    await client(fetch, { url }).webhooks.list()
    expect(sent[0]!.url).toBe(expected)
  })

  test.each(['abc.test', '', 'ftp://abc.test', undefined])('%s is none', (url) => expect(() => client(globalThis.fetch, { url: url as string })).toThrow(TypeError))
})

test('the key goes with every call; a token may be asked for each time', async () => {
  const { sent, fetch } = scripted(Response.json({ webhooks: [] }))
  await client(fetch).webhooks.list()
  let n = 0
  const asUser = createClient({ url: 'https://abc.test', accessToken: () => Promise.resolve(`token ${++n}`), organizationId: 'o', fetch })
  await asUser.webhooks.list()
  await asUser.webhooks.list({ organization_id: 'p' })
  expect(sent.map(({ headers, url }) => [headers.get('authorization'), url.split('?')[1]])).toEqual([['Bearer thk_1', undefined], ['Bearer token 1', 'organization_id=o'], ['Bearer token 2', 'organization_id=p']])
  for (const apiKey of ['', undefined]) expect(() => createClient({ url: 'https://abc.test', apiKey: apiKey as string })).toThrow(/apiKey/)
})

test.each(['', '.', '..'])('an id that is none, “%s”, asks for nothing: it would be another address', async (none) => {
  const { sent, fetch } = scripted(Response.json({ webhooks: [] }))
  const { webhooks, deliveries, eventTypes, listeners } = client(fetch)
  for (const work of [webhooks.get(none), webhooks.delete(none), webhooks.secret(none), webhooks.resend(none, { delivery_ids: [id] }), deliveries.get(none), eventTypes.get(none), listeners.take(none)]) {
    await expect(work).rejects.toThrow(/^The id is empty/)
  }
  expect(sent).toEqual([])
})

describe('create', () => {
  const created = (name: string) => Response.json({ webhook: { id, name }, secret: 'whsec_x' }, { status: 201 })

  test('as a key does: the name is the host of the URL, and the secret is in the answer', async () => {
    const { sent, fetch } = scripted(created('your-app.com'))
    const webhook = await client(fetch).webhooks.create({ url: 'https://your-app.com/webhook', events: ['message.received', 'contact.created'] })
    expect(sent[0]).toMatchObject({ method: 'POST', body: { url: 'https://your-app.com/webhook', events: ['message.received', 'contact.created'], name: 'your-app.com' } })
    expect(sent[0]!.body).not.toHaveProperty('organization_id')
    expect(webhook).toEqual({ id, name: 'your-app.com', secret: 'whsec_x' })
  })

  test('a name of ours that is taken gets a number; a name of theirs does not', async () => {
    const { sent, fetch } = scripted(refusal(409, { code: 'name_taken', message: 'Taken.' }), refusal(409, { code: 'name_taken', message: 'Taken.' }), created('x'))
    await client(fetch).webhooks.create({ url: `https://${'a'.repeat(80)}.test/`, events: ['*'] })
    expect(sent.map(({ body }) => (body as { name: string }).name)).toEqual(['a'.repeat(64), `${'a'.repeat(62)} 2`, `${'a'.repeat(62)} 3`])
    const taken = scripted(refusal(409, { code: 'name_taken', message: 'Taken.', field: 'name' }))
    expect(await errorOf(client(taken.fetch).webhooks.create({ url: 'https://a.test', events: ['*'], name: 'mine' }))).toMatchObject({ code: 'name_taken', field: 'name', status: 409 })
    expect(taken.sent).toHaveLength(1)
    expect(await errorOf(client(taken.fetch).webhooks.create({ url: 'https://a.test', events: ['*'] }))).toMatchObject({ code: 'name_taken' })
  })

  test('what is no URL is left for the API to refuse', async () => {
    const { sent, fetch } = scripted(refusal(422, { code: 'not_a_url', message: 'Enter a full address.', field: 'url' }))
    expect(await errorOf(client(fetch).webhooks.create({ url: 'nonsense', events: ['*'] }))).toMatchObject({ code: 'not_a_url', field: 'url' })
    expect(sent[0]!.body).toMatchObject({ name: 'webhook' })
  })
})

test('every method asks what docs/api.md says', async () => {
  const { sent, fetch } = scripted(Response.json({
    webhook: {}, requests: [], listener: { token: 't' }, ok: true, secret: 's', queued: 0, total: 0, deliveries: [], delivery: {}, attempts: [], event_type: {},
  }))
  const { webhooks, deliveries, eventTypes, listeners } = client(fetch)
  const at = new Date('2026-11-21T00:00:00Z')
  await webhooks.get(id)
  await webhooks.update(id, { is_active: false })
  await webhooks.delete(id)
  await webhooks.test(id, { event_type: 'deal.created' })
  await webhooks.secret(id)
  await webhooks.rollSecret(id, { expire_old_in: 0 })
  await webhooks.endOldSecret(id)
  await webhooks.resend(id, { delivery_ids: [id] })
  await webhooks.replay(id, { from: at, dry_run: true })
  await webhooks.checkUrl('https://a.test')
  await deliveries.page({ webhook_id: id, state: ['failed', 'retrying'], from: at })
  await deliveries.get('a/b')
  await deliveries.attempts({ limit: 5 })
  await eventTypes.get('deal.created')
  await listeners.open()
  await listeners.take(id, { after: '7' })
  await listeners.close(id)
  expect(sent.map(({ method, url, body }) => [method, url.replace('https://abc.test/functions/v1/webhooks', ''), body])).toEqual([
    ['GET', `/${id}`, undefined], ['PATCH', `/${id}`, { is_active: false }], ['DELETE', `/${id}`, undefined], ['POST', `/${id}/test`, { event_type: 'deal.created' }],
    ['GET', `/${id}/secret`, undefined], ['POST', `/${id}/secret/roll`, { expire_old_in: 0 }], ['DELETE', `/${id}/secret/old`, undefined],
    ['POST', `/${id}/resend`, { delivery_ids: [id] }], ['POST', `/${id}/replay`, { from: '2026-11-21T00:00:00.000Z', dry_run: true }], ['POST', '/check-url', { url: 'https://a.test' }],
    ['GET', `/deliveries?webhook_id=${id}&state=failed%2Cretrying&from=2026-11-21T00%3A00%3A00.000Z`, undefined], ['GET', '/deliveries/a%2Fb', undefined], ['GET', '/attempts?limit=5', undefined],
    ['GET', '/events/deal.created', undefined], ['POST', '/listeners', {}], ['POST', `/listeners/${id}/take`, { after: '7' }], ['DELETE', `/listeners/${id}`, undefined],
  ])
})

test('the list of deliveries fetches a page when the one before is used up, and no more', async () => {
  const page = (ids: string[], next: string | null) => Response.json({ deliveries: ids.map((one) => ({ id: one })), next_cursor: next })
  const { sent, fetch } = scripted(page(['1', '2'], 'c1'), page([], 'c2'), page(['3'], null))
  const seen: string[] = []
  const list = client(fetch).deliveries.list({ state: 'failed', pageSize: 2 })
  expect(sent).toHaveLength(0)
  for await (const delivery of list) {
    seen.push(delivery.id)
    if (delivery.id === '2') expect(sent).toHaveLength(1)
  }
  expect(seen).toEqual(['1', '2', '3'])
  expect(sent.map(({ url }) => new URL(url).searchParams.toString())).toEqual(['state=failed&limit=2', 'state=failed&cursor=c1&limit=2', 'state=failed&cursor=c2&limit=2'])
})

describe('repetition', () => {
  const busy = (status: number, headers: Record<string, string> = {}) => refusal(status, { code: 'unavailable', message: 'Later.' }, headers)
  async function waits(method: string, maxRetries: number, ...answers: [Answer, ...Answer[]]) {
    const waited: number[] = []
    const { sent, fetch } = scripted(...answers)
    const connection: Connection = { base: 'https://abc.test', token: () => 't', fetch, timeoutMs: 1_000, maxRetries, wait: (ms) => { waited.push(ms); return Promise.resolve() }, random: () => 0.5 }
    const outcome = await call(connection, method, '/x').then(() => 'worked', (error: ApiError) => error.code)
    return { outcome, waited, calls: sent.length }
  }
  const ok = Response.json({})

  test('a GET is repeated after 429, 503 and no answer at all, each time after longer', async () => {
    expect(await waits('GET', 3, busy(503), busy(429), new TypeError('fetch failed'), ok)).toEqual({ outcome: 'worked', waited: [375, 750, 1_500], calls: 4 })
  })
  test('Retry-After is honored, as seconds and as a date', async () => {
    expect(await waits('GET', 1, busy(503, { 'retry-after': '7' }), ok)).toMatchObject({ outcome: 'worked', waited: [7_000] })
    const { waited } = await waits('GET', 1, busy(429, { 'retry-after': new Date(Date.now() + 9_000).toUTCString() }), ok)
    expect(waited[0]).toBeGreaterThan(7_000)
    expect(waited[0]).toBeLessThanOrEqual(9_000)
  })
  test('who asks for more than a minute is told to the caller instead', async () => {
    expect(await waits('GET', 2, busy(429, { 'retry-after': '61' }), ok)).toEqual({ outcome: 'unavailable', waited: [], calls: 1 })
  })
  test('only so often', async () => expect(await waits('GET', 2, busy(503))).toMatchObject({ outcome: 'unavailable', calls: 3 }))
  test.each(['POST', 'PATCH', 'DELETE'])('%s is never repeated', async (method) => expect(await waits(method, 2, busy(503))).toMatchObject({ calls: 1 }))
  test.each([400, 401, 404, 500])('nor a GET after %i', async (status) => expect(await waits('GET', 2, busy(status))).toMatchObject({ calls: 1 }))
})

describe('errors', () => {
  test('of the API have its code, field and sentence', async () => {
    const { fetch } = scripted(refusal(422, { code: 'private_address', message: 'Not public.', field: 'url' }, { 'sb-request-id': 'r1' }))
    expect(await errorOf(client(fetch).webhooks.get(id))).toMatchObject({ name: 'ApiError', status: 422, code: 'private_address', message: 'Not public.', field: 'url', requestId: 'r1' })
  })
  test('name the reference that is in the log, and when to come back', async () => {
    const { fetch } = scripted(refusal(500, { code: 'internal', message: 'Something went wrong on our side. (Reference 00ff12ab34cd)' }), refusal(429, { code: 'rate_limited', message: 'Later.' }, { 'retry-after': '30' }))
    expect(await errorOf(client(fetch).webhooks.get(id))).toMatchObject({ requestId: '00ff12ab34cd' })
    expect(await errorOf(client(fetch).webhooks.get(id))).toMatchObject({ retryAfter: 30 })
  })
  test.each<[string, Response, string]>([
    ['a page instead of an answer', new Response('<html>', { status: 200 }), 'unexpected_answer'], ['a page instead of a refusal', new Response('<html>', { status: 404 }), 'unexpected_answer'],
    ['a proxy that has nobody behind it', new Response('Bad gateway', { status: 502 }), 'unavailable'], ['another envelope', Response.json({ message: 'no' }, { status: 403 }), 'unexpected_answer'],
  ])('%s', async (_, response, code) => expect(await errorOf(client(scripted(response).fetch).webhooks.get(id))).toMatchObject({ code, status: response.status }))
  test.each<[string, Response]>([['of another API', Response.json({ hello: 1 })], ['that is a list', Response.json([])], ['that is nothing', Response.json(null)]])('an answer %s', async (_, response) => {
    const { webhooks, deliveries, eventTypes, listeners, whoAmI } = client(scripted(response).fetch)
    const works = [
      webhooks.list(), webhooks.get(id), webhooks.create({ url: 'https://a.test', events: ['*'] }), webhooks.update(id, {}), webhooks.test(id), webhooks.secret(id), webhooks.rollSecret(id),
      webhooks.resend(id, { delivery_ids: [id] }), webhooks.replay(id, { from: new Date() }), webhooks.checkUrl('https://a.test'), deliveries.page(), deliveries.get(id), deliveries.attempts(),
      deliveries.list().next(), eventTypes.list(), eventTypes.get('a'), listeners.open(), listeners.take(id), whoAmI(),
    ]
    for (const work of works) expect(await errorOf(work)).toMatchObject({ code: 'unexpected_answer', status: 200 })
  })
  test.each<[string, Response, RegExp]>([
    ['a function that is not there', Response.json({ code: 'NOT_FOUND', message: 'Requested function was not found' }, { status: 404 }), /no function “webhooks”.*functions deploy webhooks/],
    ['a function that lets only its own users’ tokens through', Response.json({ code: 401, message: 'Invalid JWT' }, { status: 401 }), /401.*“Invalid JWT”.*verify_jwt = false/],
  ])('what Supabase answers for %s, with what to do', async (_, response, said) => {
    const error = await errorOf(client(scripted(response).fetch).webhooks.list())
    expect(error).toMatchObject({ code: 'unexpected_answer', status: response.status })
    expect(error.message).toMatch(said)
  })
  test('without an answer, why', async () => {
    const { fetch } = scripted(Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) }))
    const error = await errorOf(client(fetch).webhooks.get(id))
    expect(error).toMatchObject({ status: 0, code: 'unreachable' })
    expect(error.message).toContain('ECONNREFUSED')
  })
})

describe('the end of patience', () => {
  const never = (signal: AbortSignal) => new Promise<Response>((_, reject) => { signal.addEventListener('abort', () => reject(signal.reason as Error)) })
  test('a timeout, of the client or of one call', async () => {
    expect(await errorOf(client(scripted(never).fetch, { timeoutMs: 20 }).webhooks.get(id))).toMatchObject({ code: 'timeout', status: 0 })
    expect(await errorOf(client(scripted(never).fetch).webhooks.get(id, { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' })
  })
  test('a signal: the call fails with its reason, also before it began and while it waits', async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const under = client(scripted(never).fetch).webhooks.get(id, { signal: controller.signal })
    const waiting = client(scripted(refusal(503, { code: 'unavailable', message: 'Later.' }, { 'retry-after': '60' })).fetch, { maxRetries: 2 }).webhooks.get(id, { signal: controller.signal })
    const both = Promise.all([expect(under).rejects.toBe(reason), expect(waiting).rejects.toBe(reason)])
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort(reason)
    await both
    await expect(client(scripted(never).fetch).webhooks.get(id, { signal: controller.signal })).rejects.toBe(reason)
  })
})
