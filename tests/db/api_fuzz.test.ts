// Any request that the description of the API allows, and many that it does not: never a fault of ours, never an answer that is not
// described, and nothing of another organization. In this process, on a real database; the same requests each time.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAllowList } from '../../functions/core/address.ts'
import { newApiKey } from '../../functions/core/api_key.ts'
import { writeCursor } from '../../functions/core/delivery_query.ts'
import { REFUSALS } from '../../functions/core/refusal.ts'
import { parseKeyring } from '../../functions/core/seal.ts'
import type { LogLine } from '../../functions/io/log.ts'
import { openPool, type Pool } from '../../functions/io/pool.ts'
import { transformInProcess } from '../../functions/io/transform/in_process.ts'
import { createApp } from '../../functions/webhooks/app.ts'
import type { Deps } from '../../functions/webhooks/deps.ts'
import { openApi } from '../../functions/webhooks/openapi.ts'
import { acme, demoUsers, globex } from '../../local/demo_users.ts'
import { requestsTo, type ApiRequest } from '../support/api_requests.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { Described } from '../support/described.ts'
import { addFinished, addWebhook, attempt } from '../support/factories.ts'

/** Stands in all that is the other organization's. */
const FOREIGN = 'PRIVATE-OF-GLOBEX'
const SEED = Number(process.env.FC_SEED ?? 20261122)
const REQUESTS = Number(process.env.FC_RUNS ?? 1_000)
const TIME_MS = REQUESTS * 18

let db: FreshDatabase
let pool: Pool
let app: ReturnType<typeof createApp>
const lines: LogLine[] = []
const ids: Record<string, string[]> = {}
const callers: (string | null)[] = []

beforeAll(async () => {
  db = await freshDatabase()
  await db.sql.unsafe(readFileSync(new URL('../../supabase/seed.sql', import.meta.url), 'utf8'))
  pool = openPool(db.url, { size: 2, name: 'api under fuzz', limitMs: 20_000 })
  app = createApp({
    pool, keyring: parseKeyring(`v1:${Buffer.alloc(32, 7).toString('base64')}`), allow: parseAllowList(''), now: () => new Date(), wait: () => Promise.resolve(),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)), log: (line) => lines.push(line),
    resolve: () => Promise.resolve([{ address: '93.184.215.14', family: 4 }]),
    sender: { send: () => Promise.resolve({ kind: 'response', status: 200, headers: { a: 'b' }, body: 'ok', bodyBytes: 2, bodyTruncated: false, durationMs: 1, errorCode: null }) },
    transform: transformInProcess(() => performance.now()),
    verifyUser: (request) => {
      const [, id] = /^Bearer user-(\S+)$/.exec(request.headers.get('authorization') ?? '') ?? []
      return Promise.resolve(id === undefined ? null : { id, claims: { sub: id, role: 'authenticated' } })
    },
  })
  await restock()

  const of = (organization: string, role: string) => `Bearer user-${demoUsers.find((one) => one.organization_id === organization && one.role === role)!.id}`
  const key = async (scopes: string[]) => {
    const { token, prefix, hash } = newApiKey(new Uint8Array(32).fill(scopes.length))
    await db.sql`select webhooks.make_api_key(${acme}, ${scopes.join()}, ${prefix}, ${hash}, ${db.sql.array(scopes)}, null, ${demoUsers[0]!.id})`
    return `Bearer ${token}`
  }
  callers.push(...Array.from({ length: 8 }, () => of(acme, 'owner')), of(acme, 'admin'), of(acme, 'member'), await key(['read', 'write', 'secrets']), await key(['read']), 'Bearer thk_nonsense', 'Basic eDp5', null)
})
afterAll(async () => {
  await pool.close()
  await db.drop()
})

/** What requests use up: webhooks to change, and deliveries of both organizations. */
async function restock(): Promise<void> {
  await db.sql`delete from public.webhook_configurations where organization_id = ${acme}`
  if (ids.foreign === undefined) {
    const webhook = await addWebhook(db.sql, globex, { name: `${FOREIGN} name`, url: `https://globex.example/${FOREIGN}`, description: FOREIGN })
    const deliveries = await addFinished(db.sql, globex, webhook, 2)
    await attempt(db.sql, deliveries[0]!, { state: 'failed', body: FOREIGN }, new Date())
    await db.sql`update webhooks.events set data = ${JSON.stringify({ note: FOREIGN })} where organization_id = ${globex}`
    const seeded = await db.sql`select id from public.webhook_configurations where organization_id = ${globex}`
    ids.foreign = [...new Set([webhook, ...deliveries, ...seeded.map((row) => row.id as string)])]
  }
  const webhooks = [await addWebhook(db.sql, acme), await addWebhook(db.sql, acme, { payload: 'thin' }), await addWebhook(db.sql, acme, { is_active: false, transformation: '{"a": data.n}' })]
  const deliveries: string[] = []
  for (const webhook of webhooks) deliveries.push(...await addFinished(db.sql, acme, webhook, 3))
  for (const delivery of deliveries.slice(0, 4)) await attempt(db.sql, delivery, { state: 'failed', body: 'x' }, new Date())
  await db.sql`delete from public.webhook_api_keys where name = 'to revoke'`
  await db.sql`delete from webhooks.listeners`
  const { webhook } = await asOwner('', { organization_id: acme, name: 'with a secret', url: 'https://hooks.example.com/x', events: ['*'] })
  const { listener } = await asOwner('/listeners', { organization_id: acme })
  const { key } = await asOwner('/keys', { organization_id: acme, name: 'to revoke' })
  Object.assign(ids, { webhook: [webhook!.id], delivery: await addFinished(db.sql, acme, webhook!.id, 2), listener: [listener!.id], token: [listener!.token!], key: [key!.id] })
}

async function asOwner(path: string, body: unknown): Promise<Record<string, { id: string, token?: string }>> {
  const answer = await app.request(`http://localhost/webhooks${path}`, { method: 'POST', headers: { authorization: `Bearer user-${demoUsers[0]!.id}` }, body: JSON.stringify(body) })
  return await answer.json() as Record<string, { id: string, token?: string }>
}

/** Read when a request is made, since what there is changes. */
const known = (name: string): readonly unknown[] => {
  switch (name) {
    case 'webhook_id': return [...Array.from({ length: 20 }, () => 'mine:webhook'), ...ids.foreign!]
    case 'listeners.id': return [...Array.from({ length: 20 }, () => 'mine:listener'), ...ids.foreign!]
    case 'keys.id': return [...Array.from({ length: 20 }, () => 'mine:key'), ...ids.foreign!]
    case 'deliveries.id': case 'delivery_ids': return [...Array.from({ length: 20 }, () => 'mine:delivery'), ...ids.foreign!]
    case 'organization_id': return [acme, acme, acme, acme, acme, acme, globex]
    case 'event_type': case 'events': case 'event_types': case 'event': return ['deal.created', 'contact.created', 'contact.created', 'webhook.test', 'message.received', 'deal.updated', 'insight.topic', 'deal.assigned', 'contact.updated', 'no.such']
    case 'url': case 'target_url': case 'hookUrl': return ['https://hooks.example.com/x', 'https://hooks.example.com/y', 'https://hooks.example.com/z', 'http://hooks.example.com', 'https://127.0.0.1/', 'https://user:pw@example.com/']
    case 'cursor': return [writeCursor({ createdAt: '2026-01-15T12:00:00.000001Z', id: ids.foreign![0]! }), writeCursor({ createdAt: '2026-01-15T12:00:00Z', id: 'x' }), 'eHg', '====']
    case 'filter': return ['$.new.value > 10', '$.new ==', null]
    case 'transformation': return ['{"a": data.id}', '{', null]
    case 'token': return ['mine:token', 'mine:token', 'x'.repeat(43)]
    case 'secret': return ['correct-horse-battery-staple', null]
    case 'included_fields': case 'excluded_fields': return ['id', 'contact.email', 'a..b']
    default: return []
  }
}
/** Names such as mine:webhook stand for one of those that are there now. */
const filledIn = (request: string) => request.replace(/mine(?::|%3A)(webhook|delivery|listener|key|token)/g, (_, kind: string) => ids[kind]![0]!)

const bodyless = new Set(['GET', 'HEAD'])

async function send(request: ApiRequest) {
  const path = filledIn(request.path)
  const body = typeof request.body === 'string' ? filledIn(request.body) : request.body
  const sentBody = bodyless.has(request.method) || body === null ? undefined : body
  const response = await app.request(new Request(`http://localhost/functions/v1${path}`, { method: request.method, headers: request.headers, ...(sentBody === undefined ? {} : { body: sentBody }) }))
  return { path, sentBody, status: response.status, headers: response.headers, text: await response.text() }
}

function expectRefusal(status: number, text: string): void {
  const { error, ...rest } = JSON.parse(text) as { error: { code: keyof typeof REFUSALS, message: string, field?: string } }
  expect(rest).toEqual({})
  expect(Object.keys(error).filter((name) => !['code', 'message', 'field'].includes(name))).toEqual([])
  expect(REFUSALS[error.code]).toBe(status)
  expect(error.message, 'a sentence of ours').toMatch(/^(?!Invalid (input|string|option)|Too (big|small)|Unrecognized).+[.!?)]$/s)
  expect(text).not.toMatch(/\b(select|insert into|update) .*\b(from|set|values)\b|node_modules|PostgresError|\bat .*:\d+:\d+/i)
  expect(text.length).toBeLessThan(2_000)
}

test('every answer is described, none is a fault of ours, and none tells of another organization', async () => {
  const document = openApi(createApp({} as Deps))
  const described = new Described(JSON.parse(JSON.stringify(document)))
  const answered: Record<string, Record<string, number>> = {}
  let sent = 0
  const began = performance.now()
  await fc.assert(fc.asyncProperty(requestsTo(document, known, callers), async (request) => {
    if (sent++ % 50 === 49) await restock()
    const { path, sentBody, status, headers, text } = await send(request)
    const counts = answered[request.operation] ??= {}
    const group = `${Math.floor(status / 100)}xx`
    counts[group] = (counts[group] ?? 0) + 1

    expect(status, JSON.stringify(lines.at(-1))).toBeLessThan(500)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    if (status >= 400 && request.method !== 'HEAD') expectRefusal(status, text)
    if (!['HEAD', 'OPTIONS'].includes(request.method)) {
      const body = sentBody === undefined || status >= 300 ? undefined : parsed(sentBody)
      const problem = described.problem({ method: request.method, path: path.replace(/\?.*$/s, ''), body, status, text, type: headers.get('content-type') })
      // A path that is none of ours may be refused with any code.
      if (status < 400 || problem !== 'no such operation') expect(problem).toBeNull()
    }
    expect(text).not.toContain(FOREIGN)
    const named = `${path} ${typeof sentBody === 'string' ? sentBody : ''}`
    for (const id of [globex, ...ids.foreign!]) if (!named.includes(id)) expect(text).not.toContain(id)
  }), { numRuns: REQUESTS, seed: SEED, endOnFailure: true, interruptAfterTimeLimit: TIME_MS, markInterruptAsFailure: false })
  if (process.env.FC_SHOW) console.log(`${sent} requests in ${Math.round(performance.now() - began)} ms`, answered)
  expect(lines).toEqual([])
  // Or nothing was tried.
  const never = Object.keys(answered).filter((operation) => !operation.startsWith('inbox') && answered[operation]!['2xx'] === undefined)
  if (sent >= REQUESTS) expect(never).toEqual([])
})

/** As the API reads it; undefined for none. Where no body is asked for, anything may come. */
function parsed(body: string | Uint8Array): unknown {
  const text = new TextDecoder().decode(typeof body === 'string' ? new TextEncoder().encode(body) : body)
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
