// API keys in the database: what a key's claims open, for how long, and that nothing else is opened by them. The claims are those
// that the HTTP API sets, so what is refused here is refused whatever the API forgets.
import type { TransactionSql } from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newApiKey } from '../../functions/core/api_key.ts'
import { claimsOf } from '../../functions/webhooks/api_key_user.ts'
import { acme, demoUsers, globex } from '../../local/demo_users.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addDeliveries, addWebhook, attempt } from '../support/factories.ts'
import { readFileSync } from 'node:fs'

type Key = { id: string; hash: string }
const admin = demoUsers.find(({ role, organization_id }) => role === 'admin' && organization_id === acme)!.id
const member = demoUsers.find(({ role, organization_id }) => role === 'member' && organization_id === acme)!.id
const everything = ['read', 'write', 'secrets']
const nothing = { view: false, toggle: false, manage: false, test: false, read_secret: false, read_payload: false, resend: false, manage_keys: false }

let db: FreshDatabase
let webhooks: Record<string, string>

beforeAll(async () => {
  db = await freshDatabase()
  await db.sql.unsafe(readFileSync(new URL('../../supabase/seed.sql', import.meta.url), 'utf8'))
  webhooks = { [acme]: await addWebhook(db.sql, acme), [globex]: await addWebhook(db.sql, globex) }
  for (const organization of [acme, globex]) {
    const [delivery] = await addDeliveries(db.sql, organization, webhooks[organization]!, 1)
    await attempt(db.sql, delivery!, { state: 'failed', body: 'x' }, new Date())
  }
})
beforeEach(() => db.sql`delete from public.webhook_api_keys`)
afterAll(() => db.drop())

let count = 0
async function makeKey(scopes: string[], { organization = acme, expires = null as string | null } = {}): Promise<Key> {
  const { prefix, hash } = newApiKey(crypto.getRandomValues(new Uint8Array(32)))
  const [key] = await db.sql<{ id: string }[]>`select id from webhooks.make_api_key(${organization}, ${`key ${++count}`}, ${prefix}, ${hash}, ${db.sql.array(scopes)}, ${expires}, ${admin})`
  return { id: key!.id, hash }
}

/** One transaction with these claims, as the HTTP API opens it. Rolled back. */
async function withClaims<Result>(claims: object, work: (tx: TransactionSql) => Promise<Result>): Promise<Result> {
  class Undo extends Error {}
  let result: Result | undefined
  await db.sql.begin(async (tx) => {
    await tx`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`
    result = await work(tx)
    throw new Undo()
  }).catch((error: unknown) => { if (!(error instanceof Undo)) throw error })
  return result as Result
}
const asKey = <Result>(key: Pick<Key, 'id'>, work: (tx: TransactionSql) => Promise<Result>) => withClaims(claimsOf(key), work)
const capabilities = (organization: string) => async (tx: TransactionSql) => (await tx`select public.webhook_capabilities(${organization}) as can`)[0]!.can as Record<string, boolean>
const refused = (work: Promise<unknown>) => work.then(() => 'done', (error: Error & { code?: string }) => error.code)

describe('scopes', () => {
  test.each<[string[], object]>([
    [['read'], { view: true }],
    [['read', 'write'], { view: true, toggle: true, manage: true, test: true, read_payload: true, resend: true }],
    [['read', 'secrets'], { view: true, read_secret: true }],
    [everything, { view: true, toggle: true, manage: true, test: true, read_secret: true, read_payload: true, resend: true }],
  ])('%j', async (scopes, can) => {
    const key = await makeKey(scopes)
    expect(await asKey(key, capabilities(acme))).toEqual({ ...nothing, ...can })
    expect(await asKey(key, capabilities(globex))).toEqual(nothing)
  })

  test('a key has read, and no scope that there is not', async () => {
    await expect(makeKey(['write'])).rejects.toThrow('every_key_may_read')
    await expect(makeKey(['read', 'admin'])).rejects.toThrow('the_scopes_of_a_key_are_known')
  })
})

test('a key sees its organization’s webhooks, deliveries and logs, the catalog, and nothing else of anybody', async () => {
  const key = await makeKey(everything)
  const relations = await db.sql<{ name: string }[]>`
    select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'webhooks', 'app') and c.relkind in ('r', 'p', 'v')`
  const seen: Record<string, string[]> = {}
  for (const { name } of relations) {
    const rows = await asKey(key, (tx) => tx.unsafe(`select to_jsonb(r) as row from ${name} r`)).catch(() => [])
    if (rows.length > 0) seen[name] = [...new Set(rows.map(({ row }) => String((row as Record<string, unknown>).organization_id)))]
  }
  // The catalog is everybody's.
  const owned = Object.entries(seen).filter(([name]) => !name.startsWith('public.webhook_event_type'))
  expect(Object.fromEntries(owned)).toEqual({ 'public.webhook_configurations': [acme], 'public.webhook_deliveries': [acme], 'public.webhook_logs': [acme] })
  expect(seen).toHaveProperty(['public.webhook_event_types'])
})

describe('what a key writes', () => {
  const toggle = (tx: TransactionSql) => tx`update public.webhook_configurations set is_active = not is_active returning organization_id`
  const rename = (tx: TransactionSql) => tx`update public.webhook_configurations set name = name || '!' returning organization_id`
  const insert = (organization: string) => (tx: TransactionSql) => tx`
    insert into public.webhook_configurations (organization_id, name, url, events) values (${organization}, 'by a key', 'https://example.com', '{*}') returning created_by`
  const remove = (tx: TransactionSql) => tx`delete from public.webhook_configurations returning organization_id`

  test('with write: the webhooks of its organization', async () => {
    const key = await makeKey(['read', 'write'])
    for (const work of [toggle, rename, remove]) expect(new Set((await asKey(key, work)).map((row) => row.organization_id as string))).toEqual(new Set([acme]))
    expect(await asKey(key, insert(acme))).toEqual([{ created_by: null }])
    expect(await refused(asKey(key, insert(globex)))).toBe('42501')
  })

  test.each([[['read']], [['read', 'secrets']]])('with %j: nothing, not even what members may', async (scopes) => {
    const key = await makeKey(scopes)
    for (const work of [toggle, rename, remove]) expect(await asKey(key, work)).toHaveLength(0)
    expect(await refused(asKey(key, insert(acme)))).toBe('42501')
    expect(await refused(asKey(key, (tx) => tx`select public.webhook_resend(${webhooks[acme]!}, array[gen_random_uuid()])`))).toBe('42501')
    expect(await refused(asKey(key, (tx) => tx`select public.webhook_inbox_open(${acme})`))).toBe('42501')
  })

  test('test addresses: read with any scope, changed and cleared only with write, and not there for another organization’s key', async () => {
    const [inbox] = await db.sql<{ id: string }[]>`
      insert into webhooks.inboxes (organization_id, token, expires_at) values (${acme}, ${'t'.repeat(43)}, now() + interval '1 day') returning id`
    const { id } = inbox!
    const requests = (tx: TransactionSql) => tx`select public.webhook_inbox_requests(${id})`
    const set = (tx: TransactionSql) => tx`select public.webhook_inbox_set(${id}, answer_status => 500)`
    const clear = (tx: TransactionSql) => tx`select public.webhook_inbox_clear(${id})`
    const remove = (tx: TransactionSql) => tx`select public.webhook_inbox_delete(${id})`
    const verdicts = async (key: Key) => Promise.all([requests, set, clear, remove].map((work) => refused(asKey(key, work))))
    expect(await verdicts(await makeKey(['read']))).toEqual(['done', '42501', '42501', '42501'])
    expect(await verdicts(await makeKey(['read', 'secrets']))).toEqual(['done', '42501', '42501', '42501'])
    expect(await verdicts(await makeKey(['read', 'write']))).toEqual(['done', 'done', 'done', 'done'])
    expect(await verdicts(await makeKey(everything, { organization: globex }))).toEqual(['PT404', 'PT404', 'PT404', 'PT404'])
    await db.sql`delete from webhooks.inboxes`
  })

  test('leaves its name in the audit log, in the place of a user', async () => {
    const key = await makeKey(['read', 'write'])
    await asKey(key, async (tx) => {
      await insert(acme)(tx)
      await tx`select set_config('role', 'none', true)`
      const [line] = await tx`select actor, actor_key, action from webhooks.audit_log where webhook_id is not null order by id desc limit 1`
      expect(line).toEqual({ actor: null, actor_key: key.id, action: 'created' })
    })
    await db.as(admin, insert(acme))
    const [line] = await db.sql`select actor, actor_key from webhooks.audit_log where action = 'created' order by id desc limit 1`
    expect(line).toEqual({ actor: admin, actor_key: null })
    await db.sql`delete from public.webhook_configurations where name = 'by a key'`
  })
})

describe('a key makes no keys', () => {
  test('nor sees, revokes or changes any, its own included', async () => {
    const key = await makeKey(everything)
    expect(await asKey(key, (tx) => tx`select from public.webhook_api_keys`)).toHaveLength(0)
    expect(await refused(asKey(key, (tx) => tx`select public.webhook_api_key_revoke(${key.id})`))).toBe('42501')
    expect(await refused(asKey(key, (tx) => tx`select webhooks.make_api_key(${acme}, 'more', 'p', ${'0'.repeat(64)}, '{read}')`))).toBe('42501')
    for (const statement of ['update public.webhook_api_keys set revoked_at = null', "insert into public.webhook_api_keys (organization_id, name, prefix, scopes) values (gen_random_uuid(), 'n', 'p', '{read}')", 'delete from public.webhook_api_keys', 'select from webhooks.api_key_hashes']) {
      expect(await refused(asKey(key, (tx) => tx.unsafe(statement))), statement).toBe('42501')
    }
  })

  test('nor does a member; an admin revokes those of their organization, once and for all', async () => {
    const [own, foreign] = [await makeKey(['read']), await makeKey(['read'], { organization: globex })]
    const revoke = (person: string, { id }: Key) => refused(db.as(person, (tx) => tx`select public.webhook_api_key_revoke(${id})`))
    expect(await revoke(member, own)).toBe('42501')
    expect(await revoke(admin, foreign)).toBe('PT404')
    expect(await revoke(admin, own)).toBe('done')
    const first = await db.sql`select revoked_at from public.webhook_api_keys where id = ${own.id}`
    expect(await revoke(admin, own)).toBe('done')
    expect(await db.sql`select revoked_at from public.webhook_api_keys where id = ${own.id}`).toEqual(first)
    expect(await refused(db.as(admin, (tx) => tx`update public.webhook_api_keys set revoked_at = null`))).toBe('42501')
    expect(await db.as(admin, (tx) => tx`select distinct organization_id from public.webhook_api_keys`)).toEqual([{ organization_id: acme }])
    const lines = await db.sql`select actor, action, details ->> 'api_key' as key from webhooks.audit_log where details ->> 'api_key' = ${own.id} order by id`
    expect(lines).toEqual([{ actor: null, action: 'api_key_created', key: own.id }, { actor: admin, action: 'api_key_revoked', key: own.id }])
  })
})

describe('how long a key lives', () => {
  test('revoked, its claims open nothing, from the next statement on', async () => {
    const key = await makeKey(everything)
    await asKey(key, async (tx) => {
      expect(await tx`select from public.webhook_configurations`).not.toHaveLength(0)
      await db.sql`update public.webhook_api_keys set revoked_at = now() where id = ${key.id}`
      expect(await tx`select from public.webhook_configurations`).toHaveLength(0)
      expect(await capabilities(acme)(tx)).toEqual(nothing)
    })
    expect(await db.sql`select from webhooks.use_api_key(${key.hash})`).toHaveLength(0)
  })

  test('deleted, or over, neither', async () => {
    const [gone, over] = [await makeKey(everything), await makeKey(everything, { expires: '2099-01-01' })]
    await db.sql`delete from public.webhook_api_keys where id = ${gone.id}`
    expect(await asKey(over, capabilities(acme))).toMatchObject({ view: true })
    await db.sql`update public.webhook_api_keys set created_at = '2000-01-01', expires_at = now() - interval '1 second' where id = ${over.id}`
    for (const key of [gone, over]) {
      expect(await asKey(key, capabilities(acme))).toEqual(nothing)
      expect(await db.sql`select from webhooks.use_api_key(${key.hash})`).toHaveLength(0)
    }
  })

  test('to the moment of its end', async () => {
    const { hash } = await makeKey(['read'], { expires: '2099-01-01T00:00:00Z' })
    const at = (moment: string) => db.sql`select from webhooks.use_api_key(${hash}, ${moment})`
    expect(await at('2098-12-31T23:59:59.999Z')).toHaveLength(1)
    expect(await at('2099-01-01T00:00:00Z')).toHaveLength(0)
  })
})

describe('claims that are no key’s', () => {
  test.each<[string, (key: Key) => object]>([
    ['a user’s token with the claim', (key) => ({ role: 'authenticated', sub: '00000000-0000-4000-a000-0000000000ff', tablehook_api_key: key.id })],
    ['an id that there is not', () => ({ role: 'authenticated', tablehook_api_key: '11111111-2222-4333-8444-555555555555' })],
    ['no uuid', () => ({ role: 'authenticated', tablehook_api_key: "x' or true --" })],
    ['an object', (key) => ({ role: 'authenticated', tablehook_api_key: { id: key.id } })],
    ['a list', (key) => ({ role: 'authenticated', tablehook_api_key: [key.id] })],
    ['the hash', (key) => ({ role: 'authenticated', tablehook_api_key: key.hash })],
    ['scopes and organization as claims', () => ({ role: 'authenticated', organization_id: acme, scopes: everything })],
    ['none', () => ({ role: 'authenticated' })],
  ])('%s', async (_, claims) => {
    const key = await makeKey(everything)
    expect(await withClaims(claims(key), capabilities(acme))).toEqual(nothing)
    expect(await withClaims(claims(key), (tx) => tx`select from public.webhook_configurations`)).toHaveLength(0)
  })
})

describe('use and limits', () => {
  test('the last use is noted at most once a minute', async () => {
    const { hash } = await makeKey(['read'])
    const use = async (at: string) => {
      await db.sql`select from webhooks.use_api_key(${hash}, ${at})`
      return (await db.sql`select last_used_at from public.webhook_api_keys`)[0]!.last_used_at as Date
    }
    const first = await use('2098-01-01T00:00:00Z')
    expect(first.toISOString()).toBe('2098-01-01T00:00:00.000Z')
    expect(await use('2098-01-01T00:00:59Z')).toEqual(first)
    expect((await use('2098-01-01T00:01:00Z')).toISOString()).toBe('2098-01-01T00:01:00.000Z')
  })

  test('names are unique among live keys of an organization, and there are fifty of those at most', async () => {
    const make = (name: string, organization = acme) => refused(db.sql`
      select webhooks.make_api_key(${organization}, ${name}, 'p', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}')`)
    expect(await make('one')).toBe('done')
    expect(await make(' one ')).toBe('23505')
    expect(await make('one', globex)).toBe('done')
    await db.sql`update public.webhook_api_keys set revoked_at = now() where organization_id = ${acme}`
    expect(await make('one')).toBe('done')
    for (let n = 2; n <= 49; n++) await make(`${n}`)
    // Two at once: the second waits, and does not fit.
    let second: Promise<string | undefined> | undefined
    await db.sql.begin(async (tx) => {
      await tx`select webhooks.make_api_key(${acme}, 'a', 'p', encode(sha256('a'), 'hex'), '{read}')`
      second = make('b')
      await expect.poll(async () => (await db.admin`select from pg_stat_activity where wait_event = 'advisory' and query like '%make_api_key%'`).length, { timeout: 10_000 }).toBe(1)
    })
    expect(await second).toBe('P0001')
    expect(await make('two', globex)).toBe('done')
  })
})
