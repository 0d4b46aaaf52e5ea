// webhooks.attach(): tables of one's own, however they look. A mistake must be refused here, not at the app's next write.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { singular } from '../../cli/src/install/singular.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addListener, heardBy, typesHeardBy } from '../support/factories.ts'

let db: FreshDatabase
let organization: string, webhook: string
beforeAll(async () => {
  db = await freshDatabase()
  ;({ organization, webhook } = await addListener(db.sql))
})
afterAll(() => db.drop())

/** Types heard while `work` ran. */
async function types(work: () => Promise<unknown>): Promise<string[]> {
  const before = await typesHeardBy(db.sql, webhook)
  await work()
  return (await typesHeardBy(db.sql, webhook)).slice(before.length)
}
const attach = (text: string) => db.sql.unsafe<{ types: string[] }[]>(`select webhooks.attach(${text}) as types`).then((rows) => rows[0]!.types)

describe('without rules a table sends created, updated and deleted', () => {
  test.each<[string, { table: string, create?: string, with?: string, prefix: string, key: string, change: string }]>([
    ['with the usual columns', {
      table: 'public.invoices', create: 'id uuid primary key default gen_random_uuid(), organization_id uuid, amount int, updated_at timestamptz',
      prefix: 'invoice', key: 'id', change: 'amount = 2',
    }],
    ['with columns of other names', {
      table: 'public.tasks', create: 'number bigint generated always as identity, tenant uuid, done bool',
      with: ", organization_column => 'tenant', key_column => 'number'", prefix: 'task', key: 'number', change: 'done = true',
    }],
    ['with a text key', {
      table: 'public.pages', create: "slug text default 'über/uns: \"a\"' primary key, organization_id uuid, body text",
      with: ", key_column => 'slug'", prefix: 'page', key: 'slug', change: "body = 'x'",
    }],
    ['with a composite key', {
      table: 'public.lines', create: 'organization_id uuid, number int default 7, text text, primary key (organization_id, number)',
      with: ", key_column => 'number'", prefix: 'line', key: 'number', change: "text = 'x'",
    }],
    ['in another schema', {
      table: 'shop.orders', create: 'id int default 7, organization_id uuid, total numeric', prefix: 'order', key: 'id', change: 'total = 9.50',
    }],
    ['with quoted names', {
      table: '"Odd Shop"."Käufe % x"', create: '"the ""id""" int default 7, "Org %s" uuid, "$1" text',
      with: `, prefix => 'purchase', key_column => 'the "id"', organization_column => 'Org %s'`, prefix: 'purchase', key: 'the "id"', change: `"$1" = 'x'`,
    }],
    ['with the longest of names', {
      table: `public.${'a'.repeat(63)}`, create: 'id int default 7, organization_id uuid, n int', prefix: 'a'.repeat(63), key: 'id', change: 'n = 2',
    }],
    ['with a long name of letters of two bytes', {
      table: `public."${'ä'.repeat(31)}"`, create: 'id int default 7, organization_id uuid, n int', with: ", prefix => 'umlaut'", prefix: 'umlaut',
      key: 'id', change: 'n = 2',
    }],
    ['with columns that are called as the template calls its own', {
      table: 'public.clash', prefix: 'clash', key: 'id', change: 'n = 2, o = 2, r = 2, p = 2, e = 2',
      create: 'id int default 7, organization_id uuid, n int, o int, r int, p int, e int, new int, old int, changed int, type text, once bool, data text, previous text,'
        + ' key text, place int, at text, stamp text, delivered int, rule text, new_rows int, old_rows int, pairs int, diff int, takers int, h int, c int, l int, w int',
    }],
    ['with columns of every kind', {
      table: 'public.kinds', prefix: 'kind', key: 'id', change: "j = '{\"a\":2}', b = '\\x02', a = '{2}', r = '[2,3)', x = '<b/>', p = '(2,2)'",
      create: "id int default 7, organization_id uuid, j json default '{\"a\":1}', b bytea default '\\x01', a int[] default '{1}', r int4range default '[1,2)',"
        + " x xml default '<a/>', p point default '(1,1)', gone int, double int generated always as (1 + 1) stored",
    }],
    ['in partitions, from one to another', {
      table: 'public.readings', prefix: 'reading', key: 'id', change: 'n = 20',
      create: 'id int default 7, organization_id uuid, n int default 1) partition by range (n',
    }],
  ])('%s', async (name, { table, create, with: options = '', prefix, key, change }) => {
    await db.sql.unsafe(`create schema if not exists shop; create schema if not exists "Odd Shop"; create table ${table} (${create});`)
    if (name.startsWith('in partitions')) {
      await db.sql.unsafe('create table public.readings_low partition of public.readings for values from (0) to (10);'
        + 'create table public.readings_high partition of public.readings for values from (10) to (100)')
    }
    if (name.startsWith('with columns of every')) await db.sql.unsafe(`alter table ${table} drop column gone`)
    expect(await attach(`'${table}'${options}`)).toEqual([`${prefix}.created`, `${prefix}.deleted`, `${prefix}.updated`])
    const [org] = await db.sql`select organization_column from webhooks.sources where relation = ${table}::regclass`
    const heard = await types(async () => {
      await db.sql`insert into ${db.sql.unsafe(table)} (${db.sql(org!.organization_column)}) values (${organization})`
      await db.sql.unsafe(`update ${table} set ${change}`)
      await db.sql.unsafe(`update ${table} set ${change}`)
      await db.sql.unsafe(`delete from ${table}`)
    })
    expect(heard).toEqual([`${prefix}.created`, `${prefix}.updated`, `${prefix}.deleted`])
    const [created, updated, deleted] = (await heardBy(db.sql, webhook)).slice(-3)
    expect(JSON.parse(created!.data)).toMatchObject({ [org!.organization_column]: organization })
    expect(Object.keys(JSON.parse(updated!.previous!))).toEqual(expect.arrayContaining([change.match(/^"?([^" =]+)/)![1]]))
    expect(created!.record_key).toMatch(new RegExp(`${String(JSON.parse(created!.data)[key]).replace(/[^\w]/g, '.')}$`))
    expect([updated!.record_key, deleted!.record_key]).toEqual([created!.record_key, created!.record_key])
    expect(deleted!.previous).toBeNull()
  })
})

test('the prefix is the table’s name in the singular, as install says it', async () => {
  const tables = ['ledger_entries', 'companies', 'ties', 'addresses', 'batches', 'boxes', 'order_status', 'houses', 'news', 'sheep']
  for (const table of tables) {
    await db.sql.unsafe(`create table public.${table} (id int, organization_id uuid)`)
    await attach(`'public.${table}'`)
  }
  const prefixes = await db.sql`select c.relname as table, s.prefix from webhooks.sources s join pg_class c on c.oid = s.relation where c.relname = any (${tables})`
  expect(prefixes).toHaveLength(tables.length)
  expect(Object.fromEntries(prefixes.map(({ table, prefix }) => [table, prefix]))).toEqual(Object.fromEntries(tables.map((table) => [table, singular(table)])))
})

test('two tables whose names differ only in where the schema ends are two tables', async () => {
  await db.sql.unsafe(`create schema a; create schema a_b; create table a.b_c (id int, organization_id uuid); create table a_b.c (id int, organization_id uuid)`)
  await attach(`'a.b_c', 'first'`)
  await attach(`'a_b.c', 'second'`)
  expect(await types(async () => {
    await db.sql`insert into a.b_c values (1, ${organization})`
    await db.sql`insert into a_b.c values (1, ${organization})`
  })).toEqual(['first.created', 'second.created'])
})

test('once is once per record of one organization and one table', async () => {
  const other = await addListener(db.sql)
  const rules = `'[{"type": "parcel.arrived", "on": "insert", "once": true}]'`
  await db.sql.unsafe(`create table public.parcels (number int, organization_id uuid, primary key (organization_id, number));
    create table public.letters (number int, organization_id uuid)`)
  for (const table of ['parcels', 'letters']) await attach(`'public.${table}', 'parcel', ${rules}, key_column => 'number'`)
  const insert = (table: string, org: string) => db.sql`insert into public.${db.sql(table)} values (1, ${org})`
  const heard = await types(async () => {
    await insert('parcels', organization)
    await insert('parcels', other.organization)
    await insert('letters', organization)
    await insert('letters', organization)
  })
  expect(heard).toEqual(['parcel.arrived', 'parcel.arrived'])
  expect(await typesHeardBy(db.sql, other.webhook)).toEqual(['parcel.arrived'])
})

test('two rules that hold at once for an event that happens once make one event', async () => {
  await db.sql.unsafe('create table public.twins (id int, organization_id uuid)')
  const rule = '{"type": "twin.born", "on": "insert", "once": true}'
  await attach(`'public.twins', 'twin', '[${rule}, ${rule}]'`)
  expect(await types(() => db.sql`insert into public.twins values (1, ${organization}), (1, ${organization})`)).toEqual(['twin.born'])
  const orphans = await db.sql`select from webhooks.deliveries d where not exists (select from webhooks.events e where e.id = d.event_id)`
  expect(orphans).toHaveLength(0)
})

describe('attached again', () => {
  const count = () => db.sql`select count(*)::int from pg_proc where pronamespace = 'webhooks'::regnamespace and proname like 'capture%'`.then(([row]) => row!.count)

  test('it sends each event once, by the newest rules', async () => {
    await db.sql.unsafe('create table public.boats (id int, organization_id uuid)')
    await attach(`'public.boats'`)
    const functions = await count()
    await attach(`'public.boats'`)
    expect(await count()).toBe(functions)
    await attach(`'public.boats', 'ship', '[{"type": "ship.launched", "on": "insert"}]'`)
    expect(await types(async () => {
      await db.sql`insert into public.boats values (1, ${organization})`
      await db.sql`delete from public.boats`
    })).toEqual(['ship.launched'])
  })

  test('under another name it leaves no old function behind, and detached none at all', async () => {
    const before = await count()
    await db.sql.unsafe('create table public.cars (id int, organization_id uuid)')
    await attach(`'public.cars'`)
    await db.sql.unsafe('alter table public.cars rename to vans')
    await attach(`'public.vans'`)
    expect(await types(() => db.sql`insert into public.vans values (1, ${organization})`)).toEqual(['van.created'])
    await db.sql`select webhooks.detach('public.vans')`
    expect(await types(() => db.sql`insert into public.vans values (2, ${organization})`)).toEqual([])
    expect(await count()).toBe(before)
    expect(await db.sql`select from webhooks.sources where relation = 'public.vans'::regclass`).toHaveLength(0)
    expect(await db.sql`select from public.webhook_event_types where name = 'van.created'`).toHaveLength(1)
  })
})

test('a table that was dropped and made anew is attached like any other', async () => {
  const make = async () => {
    await db.sql.unsafe('create table public.kites (id int, organization_id uuid, tail text)')
    await attach(`'public.kites'`)
  }
  await make()
  const sources = await db.sql`select from webhooks.sources`
  await db.sql.unsafe('drop table public.kites')
  await make()
  expect(await types(() => db.sql`insert into public.kites values (1, ${organization})`)).toEqual(['kite.created'])
  expect(await db.sql`select from webhooks.sources`).toHaveLength(sources.length)
})

test('a table that takes the place of another is attached, and the other goes on', async () => {
  const make = () => db.sql.unsafe('create table public.gates (id int, organization_id uuid)')
  await make()
  await attach(`'public.gates'`)
  await db.sql.unsafe('alter table public.gates rename to gates_before')
  await make()
  await attach(`'public.gates'`)
  expect(await types(async () => {
    await db.sql`insert into public.gates values (1, ${organization})`
    await db.sql`insert into public.gates_before values (2, ${organization})`
  })).toEqual(['gate.created', 'gate.created'])
})

test('a key of another type is attached again in the same migration: connections that wrote before go on', async () => {
  await db.sql.unsafe('create table public.seals (id int, organization_id uuid)')
  await attach(`'public.seals'`)
  const writer = await db.sql.reserve()
  try {
    const write = (id: number) => writer`insert into public.seals values (${id}, ${organization})`
    await write(1)
    await db.sql.unsafe('alter table public.seals alter id type bigint')
    await expect(write(2)).rejects.toMatchObject({ code: '42804' })
    await attach(`'public.seals'`)
    expect(await types(() => write(3))).toEqual(['seal.created'])
  } finally {
    writer.release()
  }
})

test('detach of a table that was never attached does nothing', async () => {
  await db.sql.unsafe('create table public.loose (id int, organization_id uuid)')
  await db.sql`select webhooks.detach('public.loose')`
  expect(await types(() => db.sql`insert into public.loose values (1, ${organization})`)).toEqual([])
})

describe('a mistake is refused at once, with its reason', () => {
  test.each<[string, string, string, { hint?: string, code?: string }]>([
    ['a view', 'create view public.%t as select gen_random_uuid() as id, gen_random_uuid() as organization_id', '', { hint: 'not_a_table' }],
    ['no such organization column', 'create table public.%t (id int)', '', { hint: 'no_such_column' }],
    ['no such key column', 'create table public.%t (organization_id uuid)', '', { hint: 'no_such_column' }],
    ['an organization that is no uuid', 'create table public.%t (id int, organization_id text)', '', { hint: 'bad_column' }],
    ['a prefix with capitals', 'create table public.%t (id int, organization_id uuid)', `, 'Invoice'`, { hint: 'bad_prefix' }],
    ['a rule that does not say when', 'create table public.%t (id int, organization_id uuid)', `, 'x', '[{"type": "x.y"}]'`, { hint: 'bad_rule' }],
    ['a rule of an unknown moment', 'create table public.%t (id int, organization_id uuid)', `, 'x', '[{"type": "x.y", "on": "truncate"}]'`, { hint: 'bad_rule' }],
    ['a rule without a type', 'create table public.%t (id int, organization_id uuid)', `, 'x', '[{"on": "insert"}]'`, { hint: 'bad_rule' }],
    ['rules that are no list', 'create table public.%t (id int, organization_id uuid)', `, 'x', '{"type": "x.y", "on": "insert"}'`, { hint: 'bad_rule' }],
    ['a type with capitals', 'create table public.%t (id int, organization_id uuid)', `, 'x', '[{"type": "X.y", "on": "insert"}]'`, { code: '23514' }],
    ['a condition about a column that is not there', 'create table public.%t (id int, organization_id uuid)',
      `, 'x', '[{"type": "x.y", "on": "insert", "when": "new.colour = 1"}]'`, { hint: 'bad_rule' }],
    ['a condition about the old row of an insert', 'create table public.%t (id int, organization_id uuid)',
      `, 'x', '[{"type": "x.y", "on": "insert", "when": "old.id = 1"}]'`, { hint: 'bad_rule' }],
    ['a condition that is no condition', 'create table public.%t (id int, organization_id uuid)',
      `, 'x', '[{"type": "x.y", "on": "update", "when": "new.id"}]'`, { hint: 'bad_rule' }],
  ])('%s', async (_, create, options, refusal) => {
    const table = `wrong_${randomUUID().slice(0, 8)}`
    await db.sql.unsafe(create.replace('%t', table))
    await expect(attach(`'public.${table}'${options}`)).rejects.toMatchObject(refusal)
    expect(await db.sql`select from webhooks.sources where relation = ${`public.${table}`}::regclass`).toHaveLength(0)
    expect(await db.sql`select from pg_trigger where tgrelid = ${`public.${table}`}::regclass`).toHaveLength(0)
  })
})
