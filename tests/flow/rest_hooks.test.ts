// REST hooks as a platform uses them: test the connection, subscribe, map fields with samples, get events, unsubscribe, or answer 410.
import type { SupabaseClient } from '@supabase/supabase-js'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acme, globex } from '../../local/demo_users.ts'
import { caller, callerFor, refusalOf, type Caller, type Json } from '../support/api.ts'
import { startReceiver, verified, type Receiver } from '../support/receiver.ts'
import { signIn, system } from '../support/running_system.ts'

let sql: postgres.Sql
let admin: Caller, zapier: Caller, reader: Caller
let member: SupabaseClient
let receiver: Receiver

beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  receiver = await startReceiver()
  admin = await callerFor('admin@acme.test')
  member = await signIn('member@acme.test')
  ;[zapier, reader] = await Promise.all([makeKey('Zapier', ['write']), makeKey('Reader', ['read'])]) as [Caller, Caller]
})
beforeEach(async () => {
  await unsubscribeAll()
  receiver.answer(200)
})
afterAll(async () => {
  await unsubscribeAll()
  await sql`delete from public.webhook_api_keys`
  await receiver.close()
  await sql.end()
})

const unsubscribeAll = () => sql`delete from public.webhook_configurations where url like ${`${receiver.url}%`} or name like 'deal.created (%'`
async function makeKey(name: string, scopes: string[]): Promise<Caller> {
  await sql`delete from public.webhook_api_keys where name = ${name}`
  return caller((await admin.call('POST', '/keys', { organization_id: acme, name, scopes })).json.token)
}
const subscribe = (changes: Json = {}, as: Caller = zapier) => as.call('POST', '/hooks', { target_url: receiver.url, event: 'contact.created', ...changes })
const addContact = async (first_name: string) => {
  const { error } = await member.from('contacts').insert({ organization_id: acme, first_name })
  if (error) throw error
}

test('the connection test names the organization', async () => {
  expect((await zapier.call('GET', '/hooks/me')).json).toEqual({ organization: { id: acme, name: 'Acme' }, key: { id: expect.any(String), name: 'Zapier', scopes: ['read', 'write'] } })
  expect((await admin.call('GET', `/hooks/me?organization_id=${acme}`)).json).toEqual({ organization: { id: acme, name: 'Acme' }, key: null })
  expect(refusalOf(await admin.call('GET', '/hooks/me'))).toBe('422 invalid_input organization_id')
})

describe('subscribing', () => {
  test.each(['target_url', 'targetUrl', 'hookUrl'])('makes a webhook, with the address as %s', async (name) => {
    const answer = await zapier.call('POST', '/hooks', { [name]: receiver.url, event: 'contact.created', zap_id: 7 })
    expect(answer.status).toBe(201)
    expect(answer.json).toEqual({
      id: expect.any(String), event: 'contact.created', target_url: receiver.url, organization_id: acme, is_active: true, created_at: expect.any(String), secret: expect.stringMatching(/^whsec_/),
    })
    expect((await admin.call('GET', `/${answer.json.id}`)).json.webhook).toMatchObject({ name: 'contact.created (Zapier)', events: ['contact.created'], url: receiver.url, format: 'standard' })
  })

  test('twice is once; another address or event is another webhook with a name of its own', async () => {
    const first = await subscribe()
    const again = await subscribe()
    expect([again.status, again.json]).toEqual([200, { ...first.json, secret: undefined }])
    const ids = [first, await subscribe({ target_url: `${receiver.url}/2` }), await subscribe({ event: 'contact.updated' })].map(({ json }) => json.id as string)
    expect(new Set(ids).size).toBe(3)
    const names = await sql`select name from public.webhook_configurations where id = any (${sql.array(ids, 2950)}) order by name`
    expect(names.map(({ name }) => name as string)).toEqual(['contact.created (Zapier)', 'contact.created (Zapier) 2', 'contact.updated (Zapier)'])
  })

  test('at once, it is once all the same', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => subscribe()))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201])
    expect(new Set(answers.map(({ json }) => json.id as string)).size).toBe(1)
  })

  test('turns a subscription on that is off', async () => {
    const { id } = (await subscribe()).json
    await admin.call('PATCH', `/${id}`, { is_active: false })
    expect((await subscribe()).json).toMatchObject({ id, is_active: true })
  })

  test.each<[string, Json, string]>([
    ['no address', { target_url: undefined }, '422 invalid_input target_url'],
    ['no event', { event: undefined }, '422 invalid_input event'],
    ['all events', { event: '*' }, '422 invalid_input event'],
    ['an event that there is not', { event: 'no.such' }, '422 unknown_event_type event'],
    ['a private address', { target_url: 'https://10.0.0.1/x' }, '422 private_address target_url'],
    ['plain http', { target_url: 'http://example.com/x' }, '422 insecure_url target_url'],
    ['another organization', { organization_id: globex }, '404 not_found organization_id'],
  ])('is refused with %s', async (_, changes, refusal) => {
    expect(refusalOf(await subscribe(changes))).toBe(refusal)
  })

  test('needs a key that may write; a member may not, an admin may', async () => {
    expect(refusalOf(await subscribe({}, reader))).toBe('403 scope_missing')
    const person = await callerFor('member@acme.test')
    expect(refusalOf(await subscribe({ organization_id: acme }, person))).toBe('403 forbidden')
    expect((await subscribe({ organization_id: acme }, admin)).status).toBe(201)
    const [made] = await sql`select name from public.webhook_configurations where url = ${receiver.url}`
    expect(made!.name).toBe('contact.created (REST hook)')
  })

  test('a long name of a key is cut, and stays unique', async () => {
    const long = await makeKey('n'.repeat(64), ['write'])
    const ids = [(await subscribe({}, long)).json.id, (await subscribe({ target_url: `${receiver.url}/2` }, long)).json.id] as string[]
    const names = await sql<{ name: string }[]>`select name from public.webhook_configurations where id = any (${sql.array(ids, 2950)}) order by name`
    expect(names.map(({ name }) => name)).toEqual([expect.stringMatching(/^contact\.created \(n+$/), expect.stringMatching(/^contact\.created \(n+ 2$/)])
  })
})

test('unsubscribing deletes the webhook; a second time it is not there', async () => {
  const { id } = (await subscribe()).json
  expect(refusalOf(await reader.call('DELETE', `/hooks/${id}`))).toBe('403 scope_missing')
  expect((await zapier.call('DELETE', `/hooks/${id}`)).status).toBe(204)
  expect(refusalOf(await zapier.call('DELETE', `/hooks/${id}`))).toBe('404 not_found')
  expect(await sql`select from public.webhook_configurations where id = ${id}`).toHaveLength(0)
})

describe('samples', () => {
  test('without events are the catalog’s, in the body of a delivery', async () => {
    const { json } = await zapier.call('GET', '/hooks/samples/zoom.recording.completed')
    const [row] = await sql`select sample from public.webhook_event_types where name = 'zoom.recording.completed'`
    expect(json).toEqual([{ id: expect.any(String), event: 'zoom.recording.completed', timestamp: expect.any(String), data: row!.sample.data, previous: row!.sample.previous }])
    expect(refusalOf(await zapier.call('GET', '/hooks/samples/no.such'))).toBe('404 not_found')
  })

  test('are what was really delivered, byte for byte, newest first', async () => {
    const { secret } = (await subscribe()).json
    const before = receiver.requests.length
    for (const name of ['One', 'Two', 'Three', 'Four']) {
      await addContact(name)
      await receiver.waitForCount(before + ['One', 'Two', 'Three', 'Four'].indexOf(name) + 1)
    }
    const delivered = receiver.requests.slice(before)
    for (const request of delivered) expect(verified(request, secret)).toMatchObject({ event: 'contact.created' })
    const newest = delivered.map(({ body }) => body).reverse().slice(0, 3)
    await expect.poll(async () => (await zapier.call('GET', '/hooks/samples/contact.created')).text, { timeout: 10_000 }).toBe(`[${newest.join(',')}]`)
    // Who may not read bodies maps the catalog's.
    const [shown] = (await reader.call('GET', '/hooks/samples/contact.created')).json
    expect(newest.join()).not.toContain(shown.id)
    // Nor does another organization see them.
    const stranger = await callerFor('admin@globex.test')
    expect((await stranger.call('GET', `/hooks/samples/contact.created?organization_id=${globex}`)).text).not.toContain('"Four"')
  })
})

test('a receiver that answers 410 has unsubscribed: the webhook is off', async () => {
  const { id } = (await subscribe()).json
  receiver.answer(410)
  await addContact('Gone')
  await expect.poll(async () => (await admin.call('GET', `/${id}`)).json.webhook, { timeout: 10_000 }).toMatchObject({ is_active: false, disabled_reason: 'gone' })
  receiver.answer(200)
  expect((await subscribe()).json).toMatchObject({ id, is_active: true })
})
