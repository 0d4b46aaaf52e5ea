// Create, read, change and delete over HTTP: what comes back, what is refused and with which field, and who may do it.
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acme, globex } from '../../local/demo_users.ts'
import { caller, callerFor, refusalOf, type Caller, type Json } from '../support/api.ts'
import { signIn, system } from '../support/running_system.ts'

const URL = 'https://example.com/webhooks'
const UNKNOWN = '11111111-2222-4333-8444-555555555555'
let owner: Caller, admin: Caller, member: Caller, stranger: Caller
const nobody = caller(null)
let sql: postgres.Sql
const made: string[] = []
let count = 0

beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  ;[owner, admin, member, stranger] = await Promise.all(['owner@acme.test', 'admin@acme.test', 'member@acme.test', 'admin@globex.test'].map(callerFor)) as [Caller, Caller, Caller, Caller]
})
afterAll(async () => {
  await sql`delete from public.webhook_configurations where id = any (${sql.array(made, 2950)})`
  await sql.end()
})

const wanted = (changes: Json = {}) => ({ organization_id: acme, name: `api ${++count} ${Date.now()}`, url: URL, events: ['contact.created'], ...changes })

async function create(changes: Json = {}, as: Caller = admin): Promise<{ webhook: Json; secret: string | null }> {
  const answer = await as.call('POST', '', wanted(changes))
  expect(answer.text).toContain('"webhook"')
  expect(answer.status).toBe(201)
  made.push(answer.json.webhook.id)
  return answer.json
}

describe('create', () => {
  test('answers with the row as every other way of reading it shows it, and the secret once in full', async () => {
    const { webhook, secret } = await create({ events: ['deal.created', 'contact.created', 'deal.created'] })
    expect(webhook).not.toHaveProperty('revision')
    expect(webhook).toMatchObject({
      organization_id: acme, url: URL, events: ['contact.created', 'deal.created'], is_active: true, format: 'standard', filter: null, header_names: [],
      timeout_ms: 5000, retry_policy: 'standard', rate_limit: null, max_concurrency: null, ordered: false, consecutive_failures: 0,
      created_by: '00000000-0000-4000-a000-000000000002',
    })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(webhook.secret_hint).toBe(secret!.slice(-4))

    const client = await signIn('member@acme.test')
    const { data } = await client.from('webhook_configurations').select().eq('id', webhook.id).single()
    const { revision: _, ...row } = data as Json
    expect(Object.keys(webhook).sort()).toEqual(Object.keys(row).sort())
    expect(Date.parse(webhook.created_at)).toBe(Date.parse(row.created_at))
  })

  test('makes another secret for every webhook, takes one of the user’s own, and none for null', async () => {
    const [one, two, own, none] = [await create(), await create(), await create({ secret: 'a-secret-of-my-own' }), await create({ secret: null })]
    expect(one.secret).not.toBe(two.secret)
    expect([own.secret, own.webhook.secret_hint]).toEqual(['a-secret-of-my-own', '-own'])
    expect([none.secret, none.webhook.secret_hint]).toEqual([null, null])
    expect(refusalOf(await admin.call('GET', `/${none.webhook.id}/secret`))).toBe('404 secret_missing')
  })

  test('keeps secrets and header values sealed, and header names in sight', async () => {
    const { webhook, secret } = await create({ headers: { 'X-Api-Key': 'value-nobody-sees', Authorization: 'Bearer hidden' } })
    expect(webhook.header_names).toEqual(['X-Api-Key', 'Authorization'])
    const [stored] = await sql`
      select (select jsonb_agg(s) from webhooks.secrets s where s.webhook_id = ${webhook.id})::text || (select to_jsonb(h) from webhooks.custom_headers h where h.webhook_id = ${webhook.id})::text
             || (select jsonb_agg(a) from webhooks.audit_log a where a.webhook_id = ${webhook.id})::text || (select to_jsonb(w) from public.webhook_configurations w where w.id = ${webhook.id})::text as everything`
    expect(stored!.everything).toContain('X-Api-Key')
    for (const hidden of [secret!, secret!.slice(6), 'value-nobody-sees', 'Bearer hidden']) expect(stored!.everything).not.toContain(hidden)
  })

  test('takes every setting', async () => {
    const settings = {
      description: 'For the CRM', is_active: false, format: 'cloudevents', timeout_ms: 30_000, retry_policy: 'three', rate_limit: 10, max_concurrency: 3, ordered: true,
    }
    const { webhook } = await create({ ...settings, events: ['*'], filter: '  $.new.stage == "won" ' })
    expect(webhook).toMatchObject({ ...settings, events: ['*'], filter: '($."new"."stage" == "won")', disabled_reason: 'by_hand' })
  })

  test.each<[string, Json, string]>([
    ['no name', { name: undefined }, '422 invalid_input name'],
    ['a blank name', { name: '   ' }, '422 invalid_input name'],
    ['65 characters', { name: 'n'.repeat(65) }, '422 invalid_input name'],
    ['a number for a name', { name: 7 }, '422 invalid_input name'],
    ['no URL', { url: undefined }, '422 invalid_input url'],
    ['no address', { url: 'example.com' }, '422 not_a_url url'],
    ['another scheme', { url: 'ftp://example.com/x' }, '422 not_a_url url'],
    ['plain http', { url: 'http://example.com/x' }, '422 insecure_url url'],
    ['a password in the URL', { url: 'https://user:pass@example.com/x' }, '422 credentials_in_url url'],
    ['a private address', { url: 'https://10.1.2.3/x' }, '422 private_address url'],
    ['a private address in disguise', { url: 'https://0x0a.1.2.3/x' }, '422 private_address url'],
    ['the metadata address', { url: 'https://169.254.169.254/latest' }, '422 private_address url'],
    ['a mapped address', { url: 'https://[::ffff:127.0.0.1]/x' }, '422 private_address url'],
    ['a name inside a network', { url: 'https://db.internal/x' }, '422 private_address url'],
    ['a port of another service', { url: 'https://example.com:22/x' }, '422 port_not_allowed url'],
    ['a URL of 3000 characters', { url: `https://example.com/${'x'.repeat(3000)}` }, '422 invalid_input url'],
    ['no events', { events: [] }, '422 invalid_input events'],
    ['events as a text', { events: 'contact.created' }, '422 invalid_input events'],
    ['an unknown event type', { events: ['contact.created', 'contact.exploded'] }, '422 unknown_event_type events'],
    ['no event type at all', { events: ['contact.created', 'Contact Created'] }, '422 invalid_input events.1'],
    ['all and one', { events: ['*', 'contact.created'] }, '422 invalid_input events'],
    ['a filter that cannot be read', { filter: '$.new.stage ==' }, '422 invalid_filter filter'],
    ['a filter with a broken pattern', { filter: '$.new.stage like_regex "("' }, '422 invalid_filter filter'],
    ['a filter with a variable', { filter: '$.new.stage == $stage' }, '422 invalid_filter filter'],
    ['a filter that grows too long', { filter: `$.a${'.b'.repeat(400)} == 1` }, '422 invalid_filter filter'],
    ['a filter of 2000 characters', { filter: `$.${'a'.repeat(2000)}` }, '422 invalid_input filter'],
    ['a short secret', { secret: 'short' }, '422 invalid_secret secret'],
    ['a secret with a space', { secret: 'sixteen characters' }, '422 invalid_secret secret'],
    ['a broken whsec_ secret', { secret: 'whsec_not*base64*at*all*' }, '422 invalid_secret secret'],
    ['a header of ours', { headers: { Host: 'x' } }, '422 reserved_header headers.Host'],
    ['a signature header', { headers: { 'webhook-signature': 'v1,x' } }, '422 reserved_header headers.webhook-signature'],
    ['a line break in a header', { headers: { 'X-A': 'a\r\nX-B: c' } }, '422 invalid_header headers.X-A'],
    ['a header with a space in its name', { headers: { 'X A': 'a' } }, '422 invalid_header headers.X A'],
    ['a header twice', { headers: { 'X-A': 'a', 'x-a': 'b' } }, '422 invalid_header headers.x-a'],
    ['a number in a header', { headers: { 'X-A': 1 } }, '422 invalid_input headers.X-A'],
    ['a timeout of 60 s', { timeout_ms: 60_000 }, '422 invalid_input timeout_ms'],
    ['half a millisecond', { timeout_ms: 1000.5 }, '422 invalid_input timeout_ms'],
    ['an unknown format', { format: 'xml' }, '422 invalid_input format'],
    ['an unknown retry policy', { retry_policy: 'forever' }, '422 invalid_input retry_policy'],
    ['no requests per second', { rate_limit: 0 }, '422 invalid_input rate_limit'],
    ['a field there is not', { secrets: [] }, '422 invalid_input secrets'],
    ['a field that is not for users', { revision: 7 }, '422 invalid_input revision'],
    ['an organization that is none', { organization_id: 'acme' }, '422 invalid_input organization_id'],
  ])('refuses %s', async (_, changes, refusal) => {
    const before = await countWebhooks()
    const answer = await admin.call('POST', '', wanted(changes))
    expect(refusalOf(answer)).toBe(refusal)
    expect(answer.json.error.message).toMatch(/^[^{}]{8,300}$/)
    expect(await countWebhooks()).toBe(before)
  })

  test('refuses a name that is taken, also in other case of spaces, and leaves it to other organizations', async () => {
    const { webhook } = await create()
    expect(refusalOf(await admin.call('POST', '', wanted({ name: ` ${webhook.name} ` })))).toBe('409 name_taken name')
    const other = await stranger.call('POST', '', wanted({ name: webhook.name, organization_id: globex }))
    expect(other.status).toBe(201)
    made.push(other.json.webhook.id)
  })

  test('a refused webhook leaves nothing behind, not even a secret', async () => {
    const { webhook } = await create()
    const [before] = await sql`select count(*)::int as n from webhooks.secrets`
    await admin.call('POST', '', wanted({ name: webhook.name, headers: { 'X-A': 'b' } }))
    expect((await sql`select count(*)::int as n from webhooks.secrets`)[0]).toEqual(before)
  })

  test('owners and admins may, members get forbidden, others and inventions the same not_found', async () => {
    await create({}, owner)
    expect(refusalOf(await member.call('POST', '', wanted()))).toBe('403 forbidden')
    expect(refusalOf(await nobody.call('POST', '', wanted()))).toBe('401 unauthorized')
    const foreign = await stranger.call('POST', '', wanted())
    const invented = await stranger.call('POST', '', wanted({ organization_id: UNKNOWN }))
    expect(refusalOf(foreign)).toBe('404 not_found organization_id')
    expect(foreign.text).toBe(invented.text)
  })

  test('stops at the limit of the organization', async () => {
    const max = (await sql`select max_webhooks_per_organization as max from webhooks.settings`)[0]!.max as number
    const filler = await sql`
      insert into public.webhook_configurations (organization_id, name, url, events)
      select ${globex}, 'filler ' || i, ${URL}, '{contact.created}' from generate_series(1, ${max - await countWebhooks(globex) - 1}::int) i returning id`
    try {
      const inGlobex = () => stranger.call('POST', '', wanted({ organization_id: globex }))
      // Two at once: only one fits.
      const answers = await Promise.all([inGlobex(), inGlobex()])
      made.push(...answers.flatMap(({ json }) => json.webhook?.id ?? []))
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 422])
      expect(answers.map(refusalOf)).toContain('422 too_many_webhooks')
    } finally {
      await sql`delete from public.webhook_configurations where id = any (${sql.array(filler.map(({ id }) => id as string), 2950)})`
    }
  })
})

describe('read', () => {
  test('members read the list of their organization by name, and nobody else’s', async () => {
    const [b, a] = [await create({ name: `b ${Date.now()}` }), await create({ name: `a ${Date.now()}` })]
    const { json } = await member.call('GET', `?organization_id=${acme}`)
    const ids = json.webhooks.map(({ id }: Json) => id)
    expect(ids.indexOf(a.webhook.id)).toBeLessThan(ids.indexOf(b.webhook.id))
    expect(json.webhooks.every(({ organization_id }: Json) => organization_id === acme)).toBe(true)
    expect((await member.call('GET', `/${a.webhook.id}`)).json).toEqual({ webhook: json.webhooks.find(({ id }: Json) => id === a.webhook.id) })
    expect(refusalOf(await stranger.call('GET', `?organization_id=${acme}`))).toBe('404 not_found organization_id')
    expect(refusalOf(await member.call('GET', ''))).toBe('422 invalid_input organization_id')
    expect(refusalOf(await member.call('GET', `?organization_id=${encodeURIComponent("' or 1=1 --")}`))).toBe('422 invalid_input organization_id')
  })
})

describe('change', () => {
  const revision = async (id: string) => Number((await sql`select revision from public.webhook_configurations where id = ${id}`)[0]!.revision)

  test('changes what is there and leaves the rest', async () => {
    const { webhook } = await create({ description: 'before', filter: '$.new.a == 1', rate_limit: 5 })
    const { json, status } = await admin.call('PATCH', `/${webhook.id}`, { name: `${webhook.name}!`, events: ['*'], filter: null, rate_limit: null })
    expect(status).toBe(200)
    expect(json.webhook).toEqual({ ...webhook, name: `${webhook.name}!`, events: ['*'], filter: null, rate_limit: null, updated_at: json.webhook.updated_at })
    expect((await admin.call('PATCH', `/${webhook.id}`, {})).json).toEqual(json)
  })

  test('merges headers without regard to case, and every change of them reaches the dispatcher', async () => {
    const { webhook } = await create({ headers: { 'X-Keep': '1', 'X-Change': '2', 'X-Go': '3' } })
    const before = await revision(webhook.id)
    const { json } = await admin.call('PATCH', `/${webhook.id}`, { headers: { 'x-change': 'two', 'X-GO': null, 'X-New': '4' } })
    expect(json.webhook.header_names).toEqual(['X-Keep', 'x-change', 'X-New'])
    const between = await revision(webhook.id)
    expect(between).toBeGreaterThan(before)
    // The names stay the same; only a value changes.
    const changed = await admin.call('PATCH', `/${webhook.id}`, { headers: { 'X-New': '5' } })
    expect(Date.parse(changed.json.webhook.headers_changed_at)).toBeGreaterThan(Date.parse(json.webhook.headers_changed_at))
    expect((await admin.call('PATCH', `/${webhook.id}`, { timeout_ms: 2_000 })).json.webhook.headers_changed_at).toBe(changed.json.webhook.headers_changed_at)
    expect(await revision(webhook.id)).toBeGreaterThan(between)
    const none = await admin.call('PATCH', `/${webhook.id}`, { headers: { 'X-Keep': null, 'X-Change': null, 'X-New': null } })
    expect(none.json.webhook.header_names).toEqual([])
    expect(await sql`select from webhooks.custom_headers where webhook_id = ${webhook.id}`).toHaveLength(0)
  })

  test('refuses too many headers, counted together with those that stay', async () => {
    const headers = (from: number, to: number) => Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`X-${from + i}`, 'v']))
    const { webhook } = await create({ headers: headers(0, 15) })
    expect(refusalOf(await admin.call('PATCH', `/${webhook.id}`, { headers: headers(15, 21) }))).toBe('422 invalid_header headers.X-20')
    expect((await admin.call('GET', `/${webhook.id}`)).json.webhook.header_names).toHaveLength(15)
  })

  describe('made from what was read', () => {
    const patch = (id: string, changes: Json, who = admin) => who.call('PATCH', `/${id}`, changes)

    test('is made when nobody was faster, whether the time came with micro- or milliseconds', async () => {
      const { webhook } = await create()
      const first = await patch(webhook.id, { timeout_ms: 2_000, expected_updated_at: webhook.updated_at })
      expect(first.json.webhook).toMatchObject({ timeout_ms: 2_000 })
      const second = await patch(webhook.id, { headers: { 'X-A': '1' }, expected_updated_at: new Date(first.json.webhook.updated_at).toISOString() })
      expect(second.json.webhook).toMatchObject({ header_names: ['X-A'] })
      expect((await patch(webhook.id, { is_active: false, expected_updated_at: second.json.webhook.updated_at }, member)).status).toBe(200)
    })

    test('is refused when somebody was, whatever it changes, and changes nothing', async () => {
      const { webhook } = await create()
      const theirs = (await patch(webhook.id, { timeout_ms: 2_000 })).json.webhook
      for (const [changes, who] of [[{ name: 'mine' }, admin], [{ headers: { 'X-A': '1' } }, admin], [{ is_active: false }, member], [{}, admin]] as const) {
        const answer = await patch(webhook.id, { ...changes, expected_updated_at: webhook.updated_at }, who)
        expect(refusalOf(answer)).toBe('409 changed_meanwhile expected_updated_at')
        expect(answer.json.error.message).toBe('Somebody changed this webhook meanwhile. Read it again, then change it.')
      }
      expect((await admin.call('GET', `/${webhook.id}`)).json.webhook).toEqual(theirs)
    })

    test('of two at once, one is made', async () => {
      const { webhook } = await create()
      const answers = await Promise.all([2_000, 3_000, 4_000].map((timeout_ms) => patch(webhook.id, { timeout_ms, expected_updated_at: webhook.updated_at })))
      expect(answers.map(refusalOf).sort()).toEqual(['200', '409 changed_meanwhile expected_updated_at', '409 changed_meanwhile expected_updated_at'])
    })

    test('tells others no more than before', async () => {
      const { webhook } = await create()
      const changes = { name: 'mine', expected_updated_at: '2020-01-01T00:00:00Z' }
      expect(refusalOf(await patch(webhook.id, changes, stranger))).toBe('404 not_found')
      expect(refusalOf(await patch(webhook.id, changes, member))).toBe('403 forbidden')
      for (const time of ['yesterday', '2020-01-01', 5, null]) {
        expect(refusalOf(await patch(webhook.id, { name: 'mine', expected_updated_at: time }))).toBe('422 invalid_input expected_updated_at')
      }
    })
  })

  test.each<[string, Json, string]>([
    ['a secret', { secret: 'a-secret-of-my-own' }, '422 invalid_input secret'],
    ['no secret', { secret: null }, '422 invalid_input secret'],
    ['a bad URL', { url: 'https://192.168.0.1' }, '422 private_address url'],
    ['a bad filter', { filter: 'foo bar' }, '422 invalid_filter filter'],
    ['an unknown event', { events: ['no.such'] }, '422 unknown_event_type events'],
    ['a header of ours', { headers: { 'User-Agent': 'x' } }, '422 reserved_header headers.User-Agent'],
    ['another organization', { organization_id: globex }, '422 invalid_input organization_id'],
    ['a name that is null', { name: null }, '422 invalid_input name'],
  ])('refuses %s', async (_, changes, refusal) => {
    const { webhook } = await create()
    expect(refusalOf(await admin.call('PATCH', `/${webhook.id}`, changes))).toBe(refusal)
    expect((await admin.call('GET', `/${webhook.id}`)).json.webhook).toEqual(webhook)
  })

  test('refuses a name that is taken', async () => {
    const [one, two] = [await create(), await create()]
    expect(refusalOf(await admin.call('PATCH', `/${one.webhook.id}`, { name: two.webhook.name }))).toBe('409 name_taken name')
  })

  test('members turn webhooks on and off and change nothing else', async () => {
    const { webhook } = await create()
    expect((await member.call('PATCH', `/${webhook.id}`, { is_active: false })).json.webhook).toMatchObject({ is_active: false, disabled_reason: 'by_hand' })
    expect((await member.call('PATCH', `/${webhook.id}`, { is_active: true })).json.webhook).toMatchObject({ is_active: true, disabled_reason: null })
    for (const changes of [{ name: 'mine' }, { is_active: true, url: URL + '/2' }, { headers: { 'X-A': 'b' } }, { headers: {} }]) {
      expect(refusalOf(await member.call('PATCH', `/${webhook.id}`, changes))).toBe('403 forbidden')
    }
  })
})

test('a deleted webhook is gone, with its secrets', async () => {
  const { webhook } = await create({ headers: { 'X-A': 'b' } })
  const answer = await admin.call('DELETE', `/${webhook.id}`)
  expect([answer.status, answer.text]).toEqual([204, ''])
  expect(refusalOf(await admin.call('GET', `/${webhook.id}`))).toBe('404 not_found')
  expect(refusalOf(await admin.call('DELETE', `/${webhook.id}`))).toBe('404 not_found')
  expect(await sql`select from webhooks.secrets where webhook_id = ${webhook.id}`).toHaveLength(0)
})

describe('who may', () => {
  const routes: [string, string, Json, string][] = [
    ['GET', '', undefined, 'ok'],
    ['PATCH', '', { name: 'n' }, 'forbidden'],
    ['DELETE', '', undefined, 'forbidden'],
    ['POST', '/test', {}, 'forbidden'],
    ['GET', '/secret', undefined, 'forbidden'],
    ['POST', '/secret/roll', {}, 'forbidden'],
    ['DELETE', '/secret/old', undefined, 'forbidden'],
    ['POST', '/resend', { delivery_ids: [UNKNOWN] }, 'forbidden'],
    ['POST', '/replay', { from: '2026-01-01T00:00:00Z', dry_run: true }, 'forbidden'],
  ]
  test.each(routes)('%s /:id%s', async (method, path, body, forMember) => {
    const { webhook } = await create()
    expect(refusalOf(await nobody.call(method, `/${webhook.id}${path}`, body))).toBe('401 unauthorized')
    const asMember = await member.call(method, `/${webhook.id}${path}`, body)
    expect(refusalOf(asMember)).toBe(forMember === 'ok' ? '200' : '403 forbidden')
    // Another organization's webhook, one that never was, and no id at all: the same answer to the letter.
    const answers = [
      await stranger.call(method, `/${webhook.id}${path}`, body), await stranger.call(method, `/${UNKNOWN}${path}`, body),
      await stranger.call(method, `/${UNKNOWN.slice(0, 8)}${path}`, body),
    ]
    expect(answers.map(refusalOf)).toEqual(['404 not_found', '404 not_found', '404 not_found'])
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(await sql`select from public.webhook_configurations where id = ${webhook.id}`).toHaveLength(1)
  })
})

test('check-url judges an address before anything is saved', async () => {
  expect((await member.call('POST', '/check-url', { url: ` ${URL} ` })).json).toEqual({ ok: true })
  expect((await member.call('POST', '/check-url', { url: 'https://10.0.0.1' })).json).toMatchObject({ ok: false, code: 'private_address' })
  expect((await member.call('POST', '/check-url', { url: 'http://example.com' })).json).toMatchObject({ ok: false, code: 'insecure_url' })
  expect(refusalOf(await member.call('POST', '/check-url', {}))).toBe('422 invalid_input url')
  expect(refusalOf(await nobody.call('POST', '/check-url', { url: URL }))).toBe('401 unauthorized')
})

async function countWebhooks(organization = acme): Promise<number> {
  return (await sql`select count(*)::int as n from public.webhook_configurations where organization_id = ${organization}`)[0]!.n as number
}
