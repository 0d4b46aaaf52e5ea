// The hostile suite over REST: a member, an admin of another organization, a stranger and nobody try every table, view, column
// and function that PostgREST exposes. The list comes from the catalog, so a new table is covered the day it is made.
import postgres, { type Sql } from 'postgres'
import type { SupabaseClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acme, globex } from '../../local/demo_users.ts'
import { connect, signIn, system } from '../support/running_system.ts'

let sql: Sql
let relations: { name: string; columns: string[] }[]
let functions: string[]
let webhookId: string
const people: Record<string, SupabaseClient> = {}
const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
const HEADER_VALUE = 'header-value-that-nobody-may-read'

beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 2, onnotice: () => {} })
  relations = await sql`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') group by c.relname order by 1` as never
  functions = (await sql`select distinct proname::text as name from pg_proc where pronamespace = 'public'::regnamespace and prorettype <> 'trigger'::regtype`).map((row) => row.name as string)

  const admin = await signIn('admin@acme.test')
  const created = await admin.functions.invoke('webhooks', { method: 'POST', body: {
    organization_id: acme, name: `hostile ${crypto.randomUUID()}`, url: 'https://example.com/hostile-target', events: ['contact.created'], secret: SECRET, is_active: false,
    headers: { 'x-api-key': HEADER_VALUE },
  } })
  if (created.error) throw new Error(await (created.error as { context: Response }).context.text())
  webhookId = (created.data as { webhook: { id: string } }).webhook.id

  people.member = await signIn('member@acme.test')
  people['admin of another organization'] = await signIn('admin@globex.test')
  people.anon = connect()
  people.stranger = connect()
  const { error } = await people.stranger.auth.signUp({ email: `stranger-${crypto.randomUUID()}@example.com`, password: 'no organization at all' })
  if (error) throw error
})
afterAll(async () => {
  await sql`delete from public.webhook_configurations where id = ${webhookId}`
  await sql.end()
})

const outsiders = ['admin of another organization', 'anon', 'stranger']
const organizationColumn = (relation: { name: string; columns: string[] }) => relation.name === 'organizations' ? 'id' : relation.columns.includes('organization_id') ? 'organization_id' : null

describe.each(outsiders)('%s', (who) => {
  test('reads no row of the organization, by any relation, and cannot count them', async () => {
    for (const relation of relations) {
      const column = organizationColumn(relation)
      if (column === null) continue
      const rows = await people[who]!.from(relation.name).select('*').eq(column, acme).limit(5)
      expect({ relation: relation.name, rows: rows.data ?? [] }).toEqual({ relation: relation.name, rows: [] })
      const count = await people[who]!.from(relation.name).select('*', { count: 'exact', head: true }).eq(column, acme)
      expect({ relation: relation.name, count: count.count ?? 0 }).toEqual({ relation: relation.name, count: 0 })
    }
  })

  test('reads none by embedding from a row that it may see', async () => {
    for (const [from, to] of [['organizations', 'webhook_configurations'], ['organizations', 'contacts'], ['contacts', 'deals'], ['webhook_configurations', 'organizations']] as const) {
      const { data } = await people[who]!.from(from).select(`id, ${to}(*)`).limit(1000)
      expect(JSON.stringify(data ?? [])).not.toContain(acme)
    }
  })

  test('changes and deletes nothing', async () => {
    for (const relation of relations) {
      const column = organizationColumn(relation)
      if (column === null) continue
      const [before] = await sql`select count(*)::int as n, md5(coalesce(string_agg(r::text, ',' order by r::text), '')) as hash from ${sql(relation.name)} r where ${sql(column)} = ${acme}`
      for (const target of relation.columns) await people[who]!.from(relation.name).update({ [target]: null }).eq(column, acme)
      await people[who]!.from(relation.name).update({ organization_id: globex }).eq(column, acme)
      await people[who]!.from(relation.name).delete().eq(column, acme)
      await people[who]!.from(relation.name).insert({ organization_id: acme })
      await people[who]!.from(relation.name).upsert({ id: webhookId, organization_id: globex })
      const [after] = await sql`select count(*)::int as n, md5(coalesce(string_agg(r::text, ',' order by r::text), '')) as hash from ${sql(relation.name)} r where ${sql(column)} = ${acme}`
      expect({ relation: relation.name, ...after }).toEqual({ relation: relation.name, ...before })
    }
  })

  test('creates no webhook there, and cannot turn one on', async () => {
    const created = await people[who]!.from('webhook_configurations').insert({ organization_id: acme, name: 'mine now', url: 'https://example.com', events: ['*'] })
    expect(created.error).not.toBeNull()
    const toggled = await people[who]!.from('webhook_configurations').update({ is_active: true }).eq('id', webhookId).select('id')
    expect(toggled.data ?? []).toEqual([])
    const [row] = await sql`select is_active from public.webhook_configurations where id = ${webhookId}`
    expect(row).toEqual({ is_active: false })
  })

  test('learns nothing of it from any function', async () => {
    const arguments_ = { organization_id: acme, webhook_id: webhookId, delivery_id: webhookId, replay_id: webhookId, inbox_id: webhookId }
    for (const name of functions) {
      const [{ names }] = await sql`select coalesce(array_agg(distinct a), '{}') as names from pg_proc p cross join unnest(p.proargnames) a where p.pronamespace = 'public'::regnamespace and p.proname = ${name}` as unknown as [{ names: string[] }]
      const values: Record<string, unknown> = Object.fromEntries(Object.entries({ ...arguments_,
        range: '24h', delivery_ids: [webhookId], include_delivered: true, from_at: '2020-01-01T00:00:00Z', to_at: '2030-01-01T00:00:00Z', dry_run: true, type: 'contact.created', data: {},
        states: name === 'webhook_replay' ? ['failed'] : null, event_types: null, answers: null, search: null, tests: true, before_created_at: null, before_id: null, page_size: 10, after: null,
      }).filter(([key]) => names.includes(key)))
      const { data } = await people[who]!.rpc(name, values)
      const text = JSON.stringify(data ?? null)
      expect({ name, leaks: /hostile|example\.com/.test(text) }).toEqual({ name, leaks: false })
      if (name === 'webhook_capabilities' && data) expect(Object.values(data as Record<string, boolean>).every((may) => !may)).toBe(true)
    }
  })
})

describe('a member', () => {
  test('sees the webhook, its hint and its header names, and neither secret nor header value, whatever it selects, filters or embeds', async () => {
    const { data } = await people.member!.from('webhook_configurations').select('*').eq('id', webhookId).single()
    expect(data).toMatchObject({ secret_hint: SECRET.slice(-4), header_names: ['x-api-key'] })
    for (const relation of relations) {
      const rows = await people.member!.from(relation.name).select('*').limit(1000)
      const text = JSON.stringify(rows.data ?? [])
      expect({ relation: relation.name, leaks: text.includes(SECRET) || text.includes(HEADER_VALUE) }).toEqual({ relation: relation.name, leaks: false })
    }
    for (const hidden of ['secret', 'sealed', 'secrets', 'headers', 'revision_secret']) {
      expect((await people.member!.from('webhook_configurations').select('id').filter(hidden, 'neq', 'x')).error).not.toBeNull()
      expect((await people.member!.from('webhook_configurations').select(`id, ${hidden}`)).error).not.toBeNull()
    }
    for (const embed of ['secrets', 'custom_headers', 'events', 'deliveries', 'inboxes']) {
      expect((await people.member!.from('webhook_configurations').select(`id, ${embed}(*)`)).error).not.toBeNull()
    }
  })

  test('reaches nothing in the private schema', async () => {
    for (const table of ['events', 'deliveries', 'secrets', 'settings', 'audit_log']) {
      for (const who of ['member', ...outsiders]) expect((await people[who]!.schema('webhooks' as never).from(table).select('*')).error).not.toBeNull()
    }
  })

  test('may toggle and change nothing else', async () => {
    const columns = relations.find((relation) => relation.name === 'webhook_configurations')!.columns
    const values: Record<string, unknown> = {
      name: 'taken over', url: 'https://attacker.example/', events: ['*'], format: 'cloudevents', filter: '$.new', header_names: [], headers_changed_at: '2020-01-01', timeout_ms: 9000, retry_policy: 'none', rate_limit: 1,
      max_concurrency: 1, ordered: true, description: 'x', organization_id: globex, secret_hint: 'aaaa', disabled_reason: 'x', consecutive_failures: 0, created_by: null, id: crypto.randomUUID(),
      created_at: '2020-01-01', updated_at: '2020-01-01', revision: 99, disabled_at: '2020-01-01', failing_since: null,
      payload: 'thin', included_fields: ['id'], excluded_fields: ['id'], transformation: '$', shape_id: 7,
    }
    for (const column of columns.filter((name) => name !== 'is_active')) {
      expect(values).toHaveProperty(column)
      const { error } = await people.member!.from('webhook_configurations').update({ [column]: values[column] }).eq('id', webhookId)
      expect({ column, code: error?.code }).toEqual({ column, code: '42501' })
      // Nor together with a toggle.
      expect((await people.member!.from('webhook_configurations').update({ is_active: false, [column]: values[column] }).eq('id', webhookId)).error).not.toBeNull()
    }
    const toggled = await people.member!.from('webhook_configurations').update({ is_active: false }).eq('id', webhookId).select('id').single()
    expect(toggled.error).toBeNull()
    expect((await people.member!.from('webhook_configurations').delete().eq('id', webhookId).select('id')).data ?? []).toEqual([])
    expect((await people.member!.from('webhook_configurations').insert({ organization_id: acme, name: 'm', url: 'https://example.com', events: ['*'] })).error).not.toBeNull()
  })

  test('may not resend, replay, stop a replay or write logs', async () => {
    for (const [name, args] of [
      ['webhook_resend', { webhook_id: webhookId, delivery_ids: [crypto.randomUUID()] }],
      ['webhook_replay', { webhook_id: webhookId, from_at: '2020-01-01T00:00:00Z', dry_run: true }],
    ] as const) {
      expect((await people.member!.rpc(name, args)).error).toMatchObject({ hint: 'forbidden' })
    }
    expect((await people.member!.from('webhook_logs').insert({ organization_id: acme })).error).not.toBeNull()
    expect((await people.member!.from('webhook_logs').update({ status_code: 200 }).eq('organization_id', acme)).error).not.toBeNull()
    expect((await people.member!.from('webhook_logs').delete().eq('organization_id', acme)).error).not.toBeNull()
    expect((await people.member!.from('webhook_event_types').insert({ name: 'a.b', category: 'x', direction: 'inbound', description: '' })).error).not.toBeNull()
  })
})

test('an admin cannot hand a webhook to another organization or write the engine’s columns', async () => {
  const admin = await signIn('admin@acme.test')
  for (const change of [{ organization_id: globex }, { consecutive_failures: 0 }, { secret_hint: 'abcd' }, { disabled_reason: 'x' }, { header_names: ['x'] }, { revision: 5 }, { created_by: null }]) {
    expect((await admin.from('webhook_configurations').update(change).eq('id', webhookId)).error).toMatchObject({ code: '42501' })
  }
  const foreign = await admin.from('webhook_configurations').insert({ organization_id: globex, name: 'x', url: 'https://example.com', events: ['*'] })
  expect(foreign.error).not.toBeNull()
})
