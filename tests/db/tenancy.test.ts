// The hostile suite in SQL: people try every relation, column and function that the catalog lists, against an organization that
// is not theirs, or with a role that may not. What they may do is written in the two tables below, and nowhere else: an object
// that is new may be used by nobody until it is added here.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TransactionSql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acme, demoUsers, globex } from '../../local/demo_users.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addDeliveries, addRow, addWebhook, attempt, type Values } from '../support/factories.ts'

type Allowed = { sees: 'own' | 'everything' | 'nothing', changes?: 'own' | readonly string[], adds?: true, deletes?: true }

/** What a member of an organization may do, by relation. `changes`: columns, or all that are granted, of the organization's own rows. */
const crm: Allowed = { sees: 'own', changes: 'own', adds: true, deletes: true }
const relations: Record<string, Allowed> = {
  'public.organizations': { sees: 'own', changes: [] },
  'public.organization_members': { sees: 'own', changes: [] },
  'public.contacts': crm,
  'public.deals': crm,
  'public.conversations': crm,
  'public.messages': crm,
  'public.broadcasts': crm,
  'public.meetings': crm,
  'public.chatbots': crm,
  'public.chatbot_runs': crm,
  'public.insights': crm,
  'public.webhook_configurations': { sees: 'own', changes: ['is_active'] },
  'public.webhook_api_keys': { sees: 'nothing' },
  'public.webhook_deliveries': { sees: 'own' },
  'public.webhook_logs': { sees: 'own' },
  'public.webhook_event_types': { sees: 'everything' },
  'public.webhook_event_type_versions': { sees: 'everything' },
}

/** What strangers get from the functions that signed-in users may call, when they ask about Acme. */
const REFUSED = { refused: 'PT404' }
const functions: Record<string, unknown> = {
  'webhook_api_key_revoke': REFUSED,
  'webhook_capabilities': { view: false, toggle: false, manage: false, test: false, read_secret: false, read_payload: false, resend: false, manage_keys: false },
  'webhook_delivery': null,
  'webhook_delivery_page': { rows: [], more: false },
  'webhook_inbox_clear': REFUSED,
  'webhook_inbox_delete': REFUSED,
  'webhook_inbox_open': REFUSED,
  'webhook_inbox_requests': REFUSED,
  'webhook_inbox_set': REFUSED,
  'webhook_inboxes': [],
  'webhook_last_change': null,
  'webhook_limits': null,
  'webhook_list': [],
  'webhook_organization': null,
  // Their own, if they have any.
  'webhook_organizations': expect.not.arrayContaining([expect.objectContaining({ id: acme })]),
  'webhook_overview': null,
  'webhook_replay': REFUSED,
  'webhook_replay_stop': REFUSED,
  'webhook_replays': [],
  'webhook_cancel': REFUSED,
  'webhook_resend': REFUSED,
  'webhook_secret_state': null,
}
/** Of those, what a member of Acme is refused. */
const forAdminsOnly = ['webhook_api_key_revoke', 'webhook_cancel', 'webhook_inbox_delete', 'webhook_inbox_open', 'webhook_replay', 'webhook_replay_stop', 'webhook_resend']

const user = (role: string, organization: string) => demoUsers.find((each) => each.role === role && each.organization_id === organization)!.id
const people = {
  'a member': user('member', acme),
  'an admin of another organization': user('admin', globex),
  'a user without an organization': '00000000-0000-4000-a000-0000000000ff',
  'a visitor who has not signed in': null,
}
const outsiders = Object.entries(people).slice(1)
const CANARY = 'canary-that-must-not-sing'

let db: FreshDatabase
let ids: Record<string, string>
let catalog: { relation: string, columns: string[], insertable: string[], updatable: string[] }[]

beforeAll(async () => {
  db = await freshDatabase()
  await db.sql.unsafe(readFileSync(new URL('../../supabase/seed.sql', import.meta.url), 'utf8'))
  ids = await fill(acme)
  await fill(globex)
  catalog = await db.sql`
    select n.nspname || '.' || c.relname as relation, array_agg(a.attname::text order by a.attnum) as columns,
           coalesce(array_agg(a.attname::text) filter (where has_column_privilege('authenticated', c.oid, a.attnum, 'insert')), '{}') as insertable,
           coalesce(array_agg(a.attname::text) filter (where has_column_privilege('authenticated', c.oid, a.attnum, 'update')), '{}') as updatable
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname in ('public', 'webhooks', 'app') and c.relkind in ('r', 'p', 'v', 'm', 'f')
    group by 1 order by 1`
})
afterAll(() => db.drop())

/** One row of every engine table for an organization, each with a canary where it has room for one. */
async function fill(organization: string): Promise<Record<string, string>> {
  const { sql } = db
  const webhook = await addWebhook(sql, organization, { name: CANARY, rate_limit: 5 })
  const off = await addWebhook(sql, organization, { name: `${CANARY} off`, is_active: false, excluded_fields: [CANARY] })
  await addRow(sql, 'webhooks.secrets', { webhook_id: webhook, sealed: `v1.${CANARY}` })
  await addRow(sql, 'webhooks.custom_headers', { webhook_id: webhook, sealed: `v1.${CANARY}` })
  const [delivery] = await addDeliveries(sql, organization, webhook, 1, { last_error_code: CANARY })
  for (let failure = 0; failure < 3; failure++) await attempt(sql, delivery!, { state: 'failed', error: CANARY, body: CANARY }, new Date())
  await sql`insert into public.contacts (organization_id, first_name) values (${organization}, ${CANARY})`
  const span = { from_at: new Date(0), to_at: new Date(), cursor_at: new Date(0) }
  const replay = await addRow(sql, 'webhooks.replays', { organization_id: organization, webhook_id: webhook, states: ['failed'], event_types: [CANARY], total: 1, ...span })
  const inbox = await addRow(sql, 'webhooks.inboxes', { organization_id: organization, token: `${CANARY}-${organization}`, answer_body: CANARY, expires_at: '2099-01-01' })
  await addRow(sql, 'webhooks.inbox_requests', { inbox_id: inbox.id, method: 'POST', headers: {}, body: CANARY, body_bytes: 1, signature: 'unsigned' })
  const listener = await addRow(sql, 'webhooks.listeners', { organization_id: organization, token: `${CANARY}-${organization}`, expires_at: '2099-01-01' })
  await addRow(sql, 'webhooks.held_requests', { listener_id: listener.id, headers: {}, body: CANARY })
  const [key] = await sql<{ id: string }[]>`
    select id from webhooks.make_api_key(${organization}, ${CANARY}, ${CANARY}, encode(sha256(${organization}::text::bytea), 'hex'), '{read,write,secrets}')`
  await sql`select webhooks.count_preview(${organization}, 1)`
  await sql`insert into webhooks.dispatchers values (gen_random_uuid(), now())`
  await sql`insert into webhooks.default_privileges (statement) values (${CANARY})`
  await sql`insert into webhooks.derived_event_types values ('contact.created', '{}', '{}') on conflict do nothing`
  return { organization_id: organization, webhook_id: webhook, off, delivery_id: delivery!, key_id: key!.id, replay_id: replay.id as string, inbox_id: inbox.id as string }
}

class Undo extends Error {}
type Tried = { code: string } | { rows: readonly Values[], count: number }

/** Runs one statement as that person and undoes it. Answers with what came back, or with the code of the refusal. */
async function tryAs(person: string | null, statement: string, role?: string): Promise<Tried> {
  let tried: Tried | undefined
  await db.as(person, async (sql: TransactionSql) => {
    if (role !== undefined) await sql`select set_config('role', ${role}, true)`
    const rows = await sql.unsafe<Values[]>(statement)
    tried = { rows: [...rows], count: rows.count }
    throw new Undo()
  }).catch((error: Error & { code?: string }) => { if (!(error instanceof Undo)) tried = { code: error.code ?? error.message } })
  return tried!
}
/** Refused for want of permission, or because it is a view that cannot be written at all. */
const isDenied = (tried: Tried) => 'code' in tried && ['42501', '0A000', '55000', '42809'].includes(tried.code)
const hitsNothing = (tried: Tried) => isDenied(tried) || ('count' in tried && tried.count === 0)

const organizationOf = ({ relation, columns }: { relation: string, columns: string[] }) =>
  relation === 'public.organizations' ? 'id' : columns.includes('organization_id') ? 'organization_id' : null
const rowsOfAcme = (each: { relation: string, columns: string[] }) => {
  const column = organizationOf(each)
  return column === null ? 'true' : `${column} = '${acme}'`
}

test('every relation has a row of Acme to lose, so that no attempt is made on an empty table', async () => {
  // Logs go to the partition of their day, and nobody is awake for longer than 10 seconds.
  const mayBeEmpty = /^webhooks\.(logs_\d+|logs_default|awake_dispatchers)$/
  const empty: string[] = []
  for (const each of catalog) {
    const [row] = await db.sql.unsafe(`select from ${each.relation} where ${rowsOfAcme(each)} limit 1`)
    if (row === undefined && !mayBeEmpty.test(each.relation)) empty.push(each.relation)
  }
  expect(empty).toEqual([])
})

test('the table of permissions names no relation that is gone', () => {
  expect(Object.keys(relations).filter((name) => !catalog.some((each) => each.relation === name))).toEqual([])
})

describe.each(outsiders)('%s', (_, person) => {
  test('reads no row of Acme, in any relation and by any way', async () => {
    const leaks: string[] = []
    for (const each of catalog) {
      const where = rowsOfAcme(each)
      const isPublic = relations[each.relation]?.sees === 'everything' && person !== null
      for (const query of [
        `select * from ${each.relation} where ${where}`,
        `select count(*) as n from ${each.relation} where ${where} having count(*) > 0`,
        `select from ${each.relation} where ${where} for update`,
        `select o.name, (select count(*) from ${each.relation} where ${where}) from public.organizations o where o.id = '${acme}'`,
      ]) {
        if (!isPublic && !hitsNothing(await tryAs(person, query))) leaks.push(query)
      }
      // An error would tell of a row: policies come before the caller's own conditions.
      for (const column of each.columns) {
        const probe = await tryAs(person, `select from ${each.relation} where ${where} and 1 / (length(${JSON.stringify(column)}::text) * 0) > 0`)
        if (!isPublic && !hitsNothing(probe)) leaks.push(`${each.relation}.${column} by an error`)
      }
    }
    expect(leaks).toEqual([])
  })

  test('changes, adds, deletes and empties nothing of Acme', async () => {
    const done: string[] = []
    for (const each of catalog) {
      const where = rowsOfAcme(each)
      const name = each.relation
      for (const column of each.columns) {
        const statement = `update ${name} set ${JSON.stringify(column)} = ${JSON.stringify(column)} where ${where}`
        if (!hitsNothing(await tryAs(person, statement))) done.push(statement)
      }
      // With the columns that may be written at all, so that it is the policy which refuses.
      const columns = (each.insertable.length > 0 ? each.insertable : each.columns).map((column) => JSON.stringify(column)).join(', ')
      const [row] = await db.sql.unsafe(`select to_jsonb(r)::text as row from ${name} r where ${where} limit 1`)
      const literal = String(row?.row ?? `{"organization_id": "${acme}"}`).replaceAll("'", "''")
      const insert = `insert into ${name} (${columns}) select ${columns} from jsonb_populate_record(null::${name}, '${literal}'::jsonb || '{"id": "${crypto.randomUUID()}", "name": "taken"}')`
      const inserted = await tryAs(person, insert)
      if (!isDenied(inserted)) done.push(`insert into ${name}: ${JSON.stringify(inserted)}`)
      for (const statement of [`delete from ${name} where ${where}`, `truncate ${name}`]) {
        if (!hitsNothing(await tryAs(person, statement))) done.push(statement)
      }
    }
    expect(done).toEqual([])
  })

  test('learns nothing from any function', async () => {
    const learnt = await callEverything(person)
    if (person === null) expect(learnt.public).toEqual(Object.fromEntries(Object.keys(learnt.public).map((name) => [name, { refused: '42501' }])))
    else expect(learnt.public).toEqual({ publish_event: { refused: '42501' }, ...functions })
    expect(learnt.private).toEqual([])
  })
})

// Supabase lets an app give its users a role of its own, in the token; it needs what authenticated has, or its users see no table.
test('an admin of another organization under a role of the app’s own learns nothing from any function either', async () => {
  const role = `editors_${randomBytes(4).toString('hex')}`
  await db.admin.unsafe(`create role ${role} nologin; grant authenticated to ${role}; grant ${role} to postgres`)
  try {
    const learnt = await callEverything(people['an admin of another organization'], role)
    expect(learnt.public).toEqual({ publish_event: { refused: '42501' }, ...functions })
    expect(learnt.private).toEqual([])
  } finally {
    await db.admin.unsafe(`drop role ${role}`)
  }
})

describe('a member', () => {
  const member = people['a member']

  test('sees the rows of their organization in what the table names, and in nothing else', async () => {
    const seen: Record<string, 'own' | 'everything' | 'nothing' | 'both organizations'> = {}
    for (const each of catalog) {
      const tried = await tryAs(member, `select * from ${each.relation}`)
      if ('code' in tried) continue
      const column = organizationOf(each)
      seen[each.relation] = tried.rows.length === 0 ? 'nothing' : column === null ? 'everything' : tried.rows.every((row) => row[column] === acme) ? 'own' : 'both organizations'
    }
    expect(seen).toEqual(Object.fromEntries(Object.entries(relations).map(([name, { sees }]) => [name, sees])))
  })

  test('reads no secret, no header value and no body of an event', async () => {
    const readable: string[] = []
    for (const name of ['webhooks.secrets', 'webhooks.custom_headers', 'webhooks.events', 'webhooks.deliveries', 'webhooks.inboxes', 'webhooks.inbox_requests', 'webhooks.listeners', 'webhooks.held_requests', 'webhooks.audit_log']) {
      if (!isDenied(await tryAs(member, `select * from ${name}`))) readable.push(name)
    }
    expect(readable).toEqual([])
    const event = await tryAs(member, `select public.webhook_delivery('${ids.delivery_id}') -> 'event' as event`)
    expect(event).toMatchObject({ rows: [{ event: { data: null, previous: null } }] })
    const admin = await tryAs(user('admin', acme), `select public.webhook_delivery('${ids.delivery_id}') -> 'event' as event`)
    expect(admin).toMatchObject({ rows: [{ event: { data: '{"n":1}' } }] })
  })

  test('changes what the table names: of a webhook is_active, and nothing else', async () => {
    const wrong: string[] = []
    for (const each of catalog) {
      const allowed = relations[each.relation]
      const mayChange = allowed?.changes === 'own' ? each.updatable : allowed?.changes ?? []
      for (const column of each.columns) {
        // A value that differs, so that a trigger cannot mistake it for no change.
        const value = each.relation === 'public.webhook_configurations' ? otherValue(column) : JSON.stringify(column)
        const tried = await tryAs(member, `update ${each.relation} set ${JSON.stringify(column)} = ${value} where ${rowsOfAcme(each)}`)
        if (hitsNothing(tried) === mayChange.includes(column)) wrong.push(`${each.relation}.${column}: ${JSON.stringify(tried).slice(0, 100)}`)
      }
      if (hitsNothing(await tryAs(member, `delete from ${each.relation} where ${rowsOfAcme(each)}`)) === (allowed?.deletes ?? false)) wrong.push(`delete from ${each.relation}`)
      if (!isDenied(await tryAs(member, `truncate ${each.relation}`))) wrong.push(`truncate ${each.relation}`)
      if (allowed?.adds) continue
      const columns = each.columns.map((column) => JSON.stringify(column)).join(', ')
      if (!isDenied(await tryAs(member, `insert into ${each.relation} (${columns}) select ${columns} from ${each.relation} where ${rowsOfAcme(each)} limit 1`))) wrong.push(`insert into ${each.relation}`)
    }
    expect(wrong).toEqual([])
  })

  test('turns a webhook on and off, but not together with another change', async () => {
    const update = (set: string) => tryAs(member, `update public.webhook_configurations set ${set} where id = '${ids.webhook_id}' returning is_active, disabled_reason`)
    expect(await update('is_active = false')).toMatchObject({ rows: [{ is_active: false, disabled_reason: 'by_hand' }] })
    expect(await update("is_active = false, url = 'https://attacker.test'")).toEqual({ code: '42501' })
    expect(await update("is_active = false, name = 'mine'")).toEqual({ code: '42501' })
    expect(await update('is_active = true, name = name')).toMatchObject({ rows: [{ is_active: true }] })
  })

  test('is refused what admins do', async () => {
    const learnt = await callEverything(member)
    expect(Object.keys(learnt.public).filter((name) => JSON.stringify(learnt.public[name]) === '{"refused":"42501"}').sort()).toEqual(['publish_event', ...forAdminsOnly].sort())
    expect(learnt.private).toEqual([])
  })
})

describe('an admin', () => {
  const admin = user('admin', acme)

  test('writes no column of the engine, and hands no webhook to another organization', async () => {
    const { columns } = catalog.find((each) => each.relation === 'public.webhook_configurations')!
    const written: string[] = []
    for (const column of columns) {
      const tried = await tryAs(admin, `update public.webhook_configurations set ${JSON.stringify(column)} = ${otherValue(column)} where id = '${ids.webhook_id}'`)
      if (!hitsNothing(tried)) written.push(column)
    }
    expect(written.sort()).toEqual([
      'description', 'events', 'excluded_fields', 'filter', 'format', 'included_fields', 'is_active', 'max_concurrency', 'name', 'ordered', 'payload', 'rate_limit',
      'retry_policy', 'timeout_ms', 'transformation', 'url',
    ])
  })

  test('creates and deletes webhooks of their own organization only', async () => {
    const insert = (organization: string) => tryAs(admin, `
      insert into public.webhook_configurations (organization_id, name, url, events) values ('${organization}', 'new', 'https://example.com', '{*}') returning created_by`)
    expect(await insert(acme)).toMatchObject({ rows: [{ created_by: admin }] })
    expect(await insert(globex)).toEqual({ code: '42501' })
    // Nor does the refusal tell how many webhooks the other has.
    await db.sql`update webhooks.settings set max_webhooks_per_organization = 1`
    expect(await insert(globex)).toEqual({ code: '42501' })
    expect(await insert(acme)).toMatchObject({ code: 'P0001' })
    await db.sql`update webhooks.settings set max_webhooks_per_organization = 50`
    expect(await tryAs(admin, 'delete from public.webhook_configurations returning organization_id')).toMatchObject({
      rows: [{ organization_id: acme }, { organization_id: acme }],
    })
  })
})

/** A valid value of a webhook's column that is not the one it has. */
function otherValue(column: string): string {
  const values: Record<string, string> = {
    id: 'gen_random_uuid()', organization_id: `'${globex}'`, name: "name || ' 2'", description: "'new'", url: "'https://attacker.test'", events: "'{deal.created}'",
    is_active: 'not is_active', format: "'cloudevents'", filter: "'$.new'", header_names: "'{x-a}'", headers_changed_at: 'now()', timeout_ms: '9000', retry_policy: "'none'", rate_limit: '7',
    max_concurrency: '7', ordered: 'not ordered', shape_id: '7', payload: "'thin'", included_fields: "'{id}'", excluded_fields: "'{id}'", transformation: "'{}'", secret_hint: "'abcd'", disabled_reason: "'gone'", disabled_at: 'now()', consecutive_failures: 'consecutive_failures + 1',
    failing_since: 'now()', revision: 'revision + 1', created_by: 'gen_random_uuid()', created_at: "'2000-01-01'", updated_at: "'2000-01-01'",
  }
  const value = values[column]
  if (value === undefined) throw new Error(`Say here what another value of webhook_configurations.${column} would be.`)
  return value
}

/** Calls every function with Acme's ids. Answers with what the public ones said, and which private ones answered or failed otherwise than by refusal. */
async function callEverything(person: string | null, role?: string): Promise<{ public: Record<string, unknown>, private: string[] }> {
  const all = await db.sql<{ schema: string, name: string, args: string[], types: string[] }[]>`
    select n.nspname as schema, p.proname as name,
           coalesce((select array_agg(coalesce(p.proargnames[i + 1], '') order by i) from generate_subscripts(p.proargtypes, 1) i), '{}') as args,
           coalesce((select array_agg(format_type(p.proargtypes[i], null) order by i) from generate_subscripts(p.proargtypes, 1) i), '{}') as types
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('public', 'webhooks') and p.prorettype <> 'trigger'::regtype`
  const values: Record<string, string> = {
    ...Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, `'${id}'`])),
    delivery_ids: `array['${ids.delivery_id}']`, range: "'24h'", from_at: "'2000-01-01'", to_at: "'2099-01-01'", type: "'contact.created'", data: "'{}'",
    key: `'${ids.organization_id}'`, include_delivered: 'true', dry_run: 'true', tests: 'true', page_size: '10', at: 'now()',
  }
  const learnt: { public: Record<string, unknown>, private: string[] } = { public: {}, private: [] }
  for (const { schema, name, args, types } of all) {
    const call = args.map((arg, n) => `${name === 'webhook_replay' && arg === 'states' ? "'{failed}'" : values[arg] ?? 'null'}::${types[n]}`).join(', ')
    const tried = await tryAs(person, `select ${schema}.${name}(${call}) as said`, role)
    if (schema === 'public') learnt.public[name] = 'code' in tried ? { refused: tried.code } : tried.rows[0]!.said
    else if (!isDenied(tried)) learnt.private.push(`${schema}.${name}: ${JSON.stringify(tried).slice(0, 200)}`)
  }
  return learnt
}
