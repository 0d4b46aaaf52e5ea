// Deliveries, attempts and the catalog over HTTP: pages that miss nothing and repeat nothing, filters, and who sees what.
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acme, globex } from '../../local/demo_users.ts'
import { EVENT_TYPES } from '../../functions/core/event_types.ts'
import { caller, callerFor, refusalOf, type Caller, type Json } from '../support/api.ts'
import { addFinished, addWebhook } from '../support/factories.ts'
import { signIn, system } from '../support/running_system.ts'

const UNKNOWN = '11111111-2222-4333-8444-555555555555'
let admin: Caller, member: Caller, stranger: Caller
const nobody = caller(null)
let sql: postgres.Sql
let one: string, two: string, foreign: string
let failed: string[], succeeded: string[]

beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  ;[admin, member, stranger] = await Promise.all(['admin@acme.test', 'member@acme.test', 'admin@globex.test'].map(callerFor)) as [Caller, Caller, Caller]
  // Off, so that no dispatcher touches what is made here.
  ;[one, two, foreign] = [await addWebhook(sql, acme, { name: `pages 1 ${Date.now()}`, is_active: false, events: ['contact.created'] }),
    await addWebhook(sql, acme, { name: `pages 2 ${Date.now()}`, is_active: false, events: ['contact.created'] }),
    await addWebhook(sql, globex, { name: `pages ${Date.now()}`, is_active: false, events: ['contact.created'] })]
  // All at one moment: the id alone must tell them apart.
  const moments = { created_at: new Date(), finished_at: new Date(), last_attempt_at: new Date() }
  failed = await addFinished(sql, acme, one, 25, moments)
  succeeded = await addFinished(sql, acme, two, 7, { ...moments, state: 'succeeded', event_type: 'deal.created' })
  await addFinished(sql, globex, foreign, 3, moments)
})
afterAll(async () => {
  await sql`delete from webhooks.deliveries where webhook_id in ${sql([one, two, foreign])}`
  await sql`delete from public.webhook_configurations where id in ${sql([one, two, foreign])}`
  await sql.end()
})

/** All pages, one after another. */
async function pages(who: Caller, query: string, name: 'deliveries' | 'attempts' = 'deliveries'): Promise<Json[][]> {
  const all: Json[][] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { json, status, text } = await who.call('GET', `/${name}?${query}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    expect(status, text).toBe(200)
    all.push(json[name])
    cursor = json.next_cursor
  }
  return all
}
const idsOf = (rows: Json[]) => rows.map(({ id }) => id as string)

describe('deliveries', () => {
  test('of one webhook, page by page, nothing missed and nothing twice', async () => {
    const all = await pages(member, `webhook_id=${one}&limit=10`)
    expect(all.map((page) => page.length)).toEqual([10, 10, 5])
    expect(idsOf(all.flat()).sort()).toEqual([...failed].sort())
    expect(all.flat()[0]).toMatchObject({ webhook_id: one, organization_id: acme, state: 'failed', last_status_code: 500, event_type: 'contact.created', attempt_count: 1, is_test: false })
  })

  test('of all webhooks of the organization, in one order, and of no other organization', async () => {
    const since = new Date(Date.now() - 600_000).toISOString()
    const all = await pages(member, `organization_id=${acme}&limit=9&from=${since}`)
    const ours = all.flat().filter(({ webhook_id: id }) => id === one || id === two)
    expect(idsOf(ours).sort()).toEqual([...failed, ...succeeded].sort())
    expect(all.flat().every(({ organization_id: id }) => id === acme)).toBe(true)
    const moments = all.flat().map(({ created_at: at }) => Date.parse(at))
    expect(moments).toEqual([...moments].sort((a, b) => b - a))
    // Without naming an organization: those of the caller.
    expect(idsOf((await pages(stranger, `limit=200&from=${since}`)).flat())).not.toContain(failed[0])
  })

  test('by state, event type and time', async () => {
    const count = async (query: string) => (await pages(member, query)).flat().filter(({ webhook_id: id }) => id === one || id === two).length
    expect(await count(`webhook_id=${one}&state=succeeded`)).toBe(0)
    expect(await count(`webhook_id=${two}&state=succeeded,failed`)).toBe(7)
    expect(await count(`webhook_id=${two}&event_type=deal.*`)).toBe(7)
    expect(await count(`webhook_id=${two}&event_type=contact.created`)).toBe(0)
    expect(await count(`webhook_id=${one}&to=${new Date(Date.now() - 3_600_000).toISOString()}`)).toBe(0)
    expect(await count(`organization_id=${acme}&state=failed&from=${new Date(Date.now() - 600_000).toISOString()}`)).toBe(25)
  })

  test('a test is in the list only when asked for', async () => {
    const { json } = await admin.call('POST', `/${two}/test`)
    const list = async (more: string) => idsOf((await pages(member, `webhook_id=${two}${more}`)).flat())
    expect(await list('')).not.toContain(json.delivery_id)
    expect(await list('&tests=true')).toContain(json.delivery_id)
  })

  test('one, with its event and attempts; the body is for those who may read it', async () => {
    const asAdmin = await admin.call('GET', `/deliveries/${succeeded[0]}`)
    expect(asAdmin.json).toMatchObject({ delivery: { id: succeeded[0], format: 'standard' }, webhook: { id: two }, event: { type: 'deal.created', data: '{"n":1}' } })
    expect(Object.keys(asAdmin.json).sort()).toEqual(['attempts', 'delivery', 'event', 'webhook'])
    expect((await member.call('GET', `/deliveries/${succeeded[0]}`)).json.event.data).toBeNull()
    const answers = await Promise.all([stranger.call('GET', `/deliveries/${succeeded[0]}`), member.call('GET', `/deliveries/${UNKNOWN}`), member.call('GET', '/deliveries/x')])
    expect(answers.map(refusalOf)).toEqual(['404 not_found', '404 not_found', '404 not_found'])
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  })

  test.each<[string, string]>([
    [`webhook_id=${UNKNOWN}`, '404 not_found'], [`organization_id=${globex}`, '404 not_found organization_id'], [`organization_id=${UNKNOWN}`, '404 not_found organization_id'],
    ['webhook_id=x', '422 invalid_input webhook_id'], ['state=pending', '422 invalid_input state.0'], ['limit=1000', '422 invalid_input limit'], ['cursor=x', '422 invalid_input cursor'],
    ['from=yesterday', '422 invalid_input from'], ['states=failed', '422 invalid_input states'], [`event_type=${encodeURIComponent("x' or 1=1 --")}`, '422 invalid_input event_type.0'],
  ])('refuses ?%s', async (query, refusal) => expect(refusalOf(await member.call('GET', `/deliveries?${query}`))).toBe(refusal))

  test('another organization’s webhook is one that never was; nobody sees nothing', async () => {
    const answers = [await member.call('GET', `/deliveries?webhook_id=${foreign}`), await member.call('GET', `/deliveries?webhook_id=${UNKNOWN}`)]
    expect(answers.map(refusalOf)).toEqual(['404 not_found', '404 not_found'])
    expect(answers[0]!.text).toBe(answers[1]!.text)
    for (const path of ['/deliveries', '/attempts', '/events', `/deliveries/${failed[0]}`]) expect(refusalOf(await nobody.call('GET', path))).toBe('401 unauthorized')
  })
})

describe('attempts', () => {
  test('of all deliveries, page by page, with the state of the delivery', async () => {
    const webhook = await addWebhook(sql, acme, { name: `attempts ${Date.now()}`, is_active: false, events: ['contact.created'] })
    const sent: string[] = []
    for (let n = 0; n < 5; n++) sent.push((await admin.call('POST', `/${webhook}/test`, { event_type: 'contact.created' })).json.delivery_id)
    const all = await pages(member, `webhook_id=${webhook}&limit=2`, 'attempts')
    expect(all.map((page) => page.length)).toEqual([2, 2, 1])
    expect(all.flat().map(({ delivery_id: id }) => id)).toEqual(sent.reverse())
    expect(all.flat()[0]).toMatchObject({ webhook_id: webhook, attempt: 1, is_test: true, event_type: 'contact.created', state: expect.stringMatching(/failed|succeeded/) as string })
    const ofAll = (await pages(member, `organization_id=${acme}&from=${new Date(Date.now() - 60_000).toISOString()}`, 'attempts')).flat()
    expect(ofAll.map(({ delivery_id: id }) => id)).toEqual(expect.arrayContaining(sent))
    const theirs = (await pages(stranger, `from=${new Date(Date.now() - 60_000).toISOString()}`, 'attempts')).flat()
    expect(theirs.filter(({ delivery_id: id }) => sent.includes(id))).toEqual([])
    expect(refusalOf(await stranger.call('GET', `/attempts?webhook_id=${webhook}`))).toBe('404 not_found')
    await sql`delete from public.webhook_configurations where id = ${webhook}`
  })
})

describe('the catalog', () => {
  test('has every type with schema and sample, as REST has it', async () => {
    const { json } = await member.call('GET', '/events')
    const names = json.event_types.map(({ name }: Json) => name)
    expect(names).toEqual(expect.arrayContaining(EVENT_TYPES.map(({ name }) => name)))
    const { data } = await (await signIn('member@acme.test')).from('webhook_event_types').select().eq('name', 'deal.created').single()
    const found = await member.call('GET', '/events/deal.created')
    expect({ ...found.json.event_type, created_at: null }).toEqual({ ...data, created_at: null })
    expect(refusalOf(await member.call('GET', '/events/deal.exploded'))).toBe('404 not_found')
  })
})
