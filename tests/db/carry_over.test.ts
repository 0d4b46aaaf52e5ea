// docs/your_own_tables.md, “Coming from a version before the first release”: what it copies, and what it leaves to the new installation.
// With COPY in place of pg_dump, which the Postgres of the tests comes without: the same tables, the same rows.
import { readFileSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Sql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addDeliveries, addOrganization, addWebhook, attempt, claim, users } from '../support/factories.ts'

let old: FreshDatabase
let anew: FreshDatabase
beforeAll(async () => { [old, anew] = await Promise.all([freshDatabase(), freshDatabase()]) })
afterAll(() => Promise.all([old.drop(), anew.drop()]))

const page = readFileSync(new URL('../../docs/your_own_tables.md', import.meta.url), 'utf8')
const leftOut = [...page.matchAll(/-T '?([a-z_.]+)(\*?)/g)].map(([, name, star]) => new RegExp(`^${name!.replace('.', '\\.')}${star === '' ? '$' : ''}`))

type Table = { name: string, columns: string, tables: string[] }
/** Ours, without partitions: their rows come and go by way of the whole. */
const tables = async (sql: Sql) => (await sql<Table[]>`
  select n.nspname || '.' || c.relname as name, (
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and (n.nspname = 'webhooks' or n.nspname = 'public' and c.relname like 'webhook\\_%') order by 1`)
const rowsOf = async (sql: Sql, { name }: Table) => (await sql.unsafe(`select to_jsonb(t)::text as row from ${name} t order by 1`)).map(({ row }) => row as string)

test('webhooks, secrets, deliveries, log and keys come along, and go on', async () => {
  const organization = await addOrganization(old.sql)
  await anew.sql`insert into public.organizations (id, name) values (${organization}, 'Acme')`
  const webhook = await addWebhook(old.sql, organization, { payload: 'thin', rate_limit: 5 })
  await addWebhook(old.sql, organization, { is_active: false })
  await old.sql`insert into webhooks.secrets (webhook_id, sealed) values (${webhook}, 'v1.x')`
  await old.sql`select webhooks.make_api_key(${organization}, 'mine', 'thk_ab', repeat('ab', 32), '{read}', null, ${users.owner})`
  await old.sql`insert into public.contacts (organization_id, first_name) values (${organization}, 'Ada')`
  const deliveries = await addDeliveries(old.sql, organization, webhook, 3)
  await attempt(old.sql, deliveries[0]!, {}, new Date())
  await attempt(old.sql, deliveries[1]!, { state: 'failed' }, new Date())

  const copied = (await tables(old.sql)).filter(({ name }) => !leftOut.some((pattern) => pattern.test(name)))
  expect(copied.length).toBeGreaterThan(15)
  await anew.admin.begin(async (tx) => {
    await tx`set local session_replication_role = replica`
    for (const { name, columns } of copied) {
      await pipeline(await old.admin.unsafe(`copy (select ${columns} from ${name}) to stdout`).readable(), await tx.unsafe(`copy ${name} (${columns}) from stdin`).writable())
    }
    for (const { sequence, value } of await old.admin`select schemaname || '.' || sequencename as sequence, last_value::text as value from pg_sequences where schemaname in ('webhooks', 'public') and last_value is not null`) {
      await tx`select setval(${sequence as string}, ${value as string}::bigint)`
    }
  })
  for (const table of copied) expect(await rowsOf(anew.sql, table), table.name).toEqual(await rowsOf(old.sql, table))
  // What is left out is there already, or says what is now.
  for (const table of await tables(old.sql)) if (!copied.includes(table) && /settings|sources|webhook_event_type/.test(table.name)) expect(await rowsOf(anew.sql, table), table.name).not.toEqual([])

  expect((await claim(anew.dispatcher, { at: new Date() })).length).toBeGreaterThan(0)
  await anew.sql`insert into public.contacts (organization_id, first_name) values (${organization}, 'Bob')`
  expect(await anew.sql`select from webhooks.deliveries where webhook_id = ${webhook} and event_type = 'contact.created'`).toHaveLength(5)
})

test('each table is attached as it was', async () => {
  const { sql } = old
  await sql.unsafe(`create table public.carried ("The id" int, team uuid, "it's" timestamptz); comment on column public.carried."it's" is 'When.'`)
  await sql`select webhooks.attach('public.carried', 'carried', '[{"type": "carried.away", "on": "update", "when": "new.team is not null"}]', 'team', 'The id', array['it''s'], 'app.event_context', true)`
  const attached = async () => (await sql`select to_jsonb(s)::text as source from webhooks.sources s order by s.relation::text`).map(({ source }) => source as string)
  const before = await attached()
  const [, asked] = /-Atc "(select format[^"]+)"/.exec(page)!
  const lines = (await sql.unsafe(asked!)).map(({ format }) => format as string)
  await sql`update webhooks.sources set prefix = '?', key_column = '?', context_function = null, shows_comments = not shows_comments`
  for (const line of lines) await sql.unsafe(line)
  expect(await attached()).toEqual(before)
})
