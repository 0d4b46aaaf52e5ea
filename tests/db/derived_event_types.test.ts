// What attach() tells about an app's own tables: held against the events that rows of theirs become.
import Ajv2020 from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addListener, heardBy } from '../support/factories.ts'

let db: FreshDatabase
let organization: string, webhook: string
beforeAll(async () => {
  db = await freshDatabase()
  ;({ organization, webhook } = await addListener(db.sql))
})
afterAll(() => db.drop())

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any
type EventType = { schema: Json; sample: { data: Json; previous?: Json }; version: number }

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$/
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true, formats: { uuid: UUID, 'date-time': MOMENT, date: /^\d{4}-\d\d-\d\d$/ } })

/** What is wrong with the value; nothing is null. */
function problem(schema: Json, value: unknown): string | null {
  const validate = ajv.compile(schema)
  return validate(value) ? null : ajv.errorsText(validate.errors)
}

const attach = (text: string) => db.sql.unsafe(`select webhooks.attach(${text})`)
async function eventType(name: string): Promise<EventType> {
  const [row] = await db.sql<EventType[]>`select schema, sample, version from public.webhook_event_types where name = ${name}`
  return row!
}
const columnsOf = async (name: string) => (await eventType(name)).schema.properties as Json

/** Data of the events that `work` fired. */
async function dataOf(work: () => Promise<unknown>): Promise<Json[]> {
  const before = (await heardBy(db.sql, webhook)).length
  await work()
  return (await heardBy(db.sql, webhook)).slice(before).map(({ data }) => JSON.parse(data) as Json)
}

/** Postgres takes the sample as a row, and writes that row as the sample is: so it is what an event would carry. */
async function expectSampleIsARow(table: string, data: Json): Promise<void> {
  const [row] = await db.sql.begin(async (tx) => {
    await tx`set local timezone = 'UTC'`
    return tx.unsafe(`select row_to_json(r)::jsonb as written from jsonb_populate_record(null::${table}, $1::text::jsonb) r`, [JSON.stringify(data)])
  })
  expect(row!.written).toEqual(data)
}

const everyType: [type: string, value: string, schema: Json, sample?: Json][] = [
  ['smallint', '-3', { type: 'integer' }, 42],
  ['integer', '2147483647', { type: 'integer' }, 42],
  ['bigint', '9223372036854775807', { type: 'integer' }, 42],
  ['numeric', '120.500000000000000000001', { type: 'number' }, 42],
  ['numeric(3, 2)', '1.25', { type: 'number' }, 4],
  ['numeric(2, 2)', '0.25', { type: 'number' }, 0],
  ['real', '1e-30', { type: 'number' }, 42],
  ['double precision', '1e300', { type: 'number' }, 42],
  ['boolean', 'false', { type: 'boolean' }, true],
  ['uuid', 'FFFFFFFF-ffff-ffff-ffff-ffffffffffff', { type: 'string', format: 'uuid' }, expect.stringMatching(UUID)],
  ['date', '2020-02-29', { type: 'string', format: 'date' }, '2026-11-16'],
  ['timestamptz', '2020-02-29 12:00:00.123456+05:30', { type: 'string', format: 'date-time' }, '2026-11-16T09:00:00+00:00'],
  ['timestamptz(0)', '2020-02-29 12:00:00-09', { type: 'string', format: 'date-time' }, '2026-11-16T09:00:00+00:00'],
  ['timestamp', '2020-02-29 12:00:00', { type: 'string' }, '2026-11-16T09:00:00'],
  ['time', '23:59:59.5', { type: 'string' }, '09:00:00'],
  ['timetz', '23:59:59+02', { type: 'string' }],
  ['interval', '1 year 2 days -3 hours', { type: 'string' }, '1 day'],
  ['text', 'Käse "quoted" \\ \n', { type: 'string' }],
  ['varchar(4)', 'abcd', { type: 'string' }, expect.stringMatching(/^C \d\d$/)],
  ['char(6)', 'ab', { type: 'string' }, expect.stringMatching(/^C \d\d {2}$/)],
  ['"char"', 'x', { type: 'string' }],
  ['name', 'x', { type: 'string' }],
  ['bytea', '\\xdeadbeef', { type: 'string' }, '\\x01'],
  ['bit(3)', '101', { type: 'string' }, '111'],
  ['bit varying', '10', { type: 'string' }],
  ['money', '12.50', { type: 'string' }],
  ['oid', '4000000000', { type: 'string' }, '42'],
  ['regclass', 'pg_class', { type: 'string' }],
  ['inet', '2001:db8::1/64', { type: 'string' }],
  ['cidr', '10.0.0.0/8', { type: 'string' }],
  ['macaddr', '08:00:2b:01:02:03', { type: 'string' }],
  ['macaddr8', '08:00:2b:01:02:03:04:05', { type: 'string' }],
  ['point', '(1,2)', { type: 'string' }],
  ['line', '{1,2,3}', { type: 'string' }],
  ['lseg', '[(0,0),(1,1)]', { type: 'string' }],
  ['box', '(2,2),(1,1)', { type: 'string' }],
  ['path', '[(0,0),(1,1)]', { type: 'string' }],
  ['polygon', '((0,0),(1,1))', { type: 'string' }],
  ['circle', '<(0,0),2>', { type: 'string' }],
  ['xml', '<a/>', { type: 'string' }],
  ['tsvector', 'a:1 b:2', { type: 'string' }],
  ['tsquery', 'a & b', { type: 'string' }],
  ['jsonpath', '$.a[*]', { type: 'string' }],
  ['pg_lsn', '1/2', { type: 'string' }],
  ['int4range', '[2,3)', { type: 'string' }],
  ['tstzrange', '[2020-01-01,)', { type: 'string' }],
  ['int4multirange', '{[1,2),[5,6)}', { type: 'string' }],
  ['json', '{"a": [1, null]}', {}, {}],
  ['jsonb', '[1, "x"]', {}, {}],
  ['jsonb', 'null', {}],
  ['int[]', '{1,NULL}', { type: 'array', items: { type: ['integer', 'null'] } }, [42]],
  ['uuid[]', '{00000000-0000-0000-0000-000000000000}', { type: 'array', items: { anyOf: [{ type: 'string', format: 'uuid' }, { type: 'null' }] } }],
  ['int[][]', '{{1,2},{3,4}}', { type: 'array', items: {} }, [[42]]],
  ['int[][]', '{1,2}', { type: 'array', items: {} }],
  ['varchar(2)[]', '{ab}', { type: 'array', items: { type: ['string', 'null'] } }, [expect.stringMatching(/^..$/)]],
  ['app.mood', 'so \'so', { type: 'string', enum: ['fine', 'so \'so', 'bad "day"'] }, 'fine'],
  ['app.mood[]', '{fine}', { type: 'array', items: { anyOf: [{ type: 'string', enum: ['fine', 'so \'so', 'bad "day"'] }, { type: 'null' }] } }, ['fine']],
  ['app.amount', '1.5', { type: 'number' }, 42],
  ['app.small_amount', '1.5', { type: 'number' }, 4],
  ['app.tags', '{a,b}', { type: 'array', items: { type: ['string', 'null'] } }],
  ['app.mood_of_all', 'fine', { type: 'string', enum: ['fine', 'so \'so', 'bad "day"'] }, 'fine'],
  ['app.address', '("Main St",7,"(1)")', {
    type: 'object', required: ['street', 'the "number"', 'inner'], additionalProperties: {},
    properties: { street: { type: ['string', 'null'] }, 'the "number"': { type: ['integer', 'null'] }, inner: { type: ['object', 'null'] } },
  }, { street: 'Street', 'the "number"': 42, inner: {} }],
  ['app.address[]', '{"(a,1,)",NULL}', { type: 'array', items: expect.objectContaining({ anyOf: expect.any(Array) }) }],
  ['app.spelled', 'a', {}, {}],
]

describe('every type is described as row_to_json writes it', () => {
  beforeAll(async () => {
    await db.sql.unsafe(`
      create type app.mood as enum ('fine', 'so ''so', 'bad "day"');
      create domain app.amount as numeric(12, 2);
      create domain app.base_amount as numeric(2, 1) check (value > 0);
      create domain app.small_amount as app.base_amount;
      create domain app.tags as varchar(8)[];
      create domain app.mood_of_all as app.mood;
      create type app.deepest as (x int);
      create type app.address as (street text, "the ""number""" int, "inner" app.deepest);
      create type app.spelled as enum ('a', 'b');
      create function app.spell(app.spelled) returns json language sql as $$ select json_build_object('letter', $1::text) $$;
      create cast (app.spelled as json) with function app.spell(app.spelled);
      create table public.everything (id uuid primary key default gen_random_uuid(), organization_id uuid,
        ${everyType.map(([type], i) => `c_${i} ${type} not null, n_${i} ${type}`).join(', ')})`)
    await attach(`'public.everything'`)
  })

  test.each(everyType.map(([type, value, schema, sample], i) => [`${i} ${type}`, value, schema, sample, i] as const))('%s', async (_, _value, schema, sample, i) => {
    const columns = await columnsOf('everything.created')
    expect(columns[`c_${i}`]).toEqual(schema)
    const { data } = (await eventType('everything.created')).sample
    expect(data[`c_${i}`]).not.toBeNull()
    if (sample !== undefined) expect(data[`c_${i}`]).toEqual(sample)
  })

  test('rows with odd values, and with nulls, are valid; so is the sample', async () => {
    const values = everyType.map(([type, value], i) => ({ column: `c_${i}`, type, value }))
    const literal = (value: string) => `'${value.replaceAll('\'', '\'\'')}'`
    const insert = (with_n: boolean) => db.sql.unsafe(`insert into public.everything (organization_id, ${values.flatMap(({ column }) => with_n ? [column, column.replace('c', 'n')] : [column]).join(', ')})
      values ('${organization}', ${values.flatMap(({ type, value }) => Array.from({ length: with_n ? 2 : 1 }, () => `${literal(value)}::${type}`)).join(', ')})`)
    const rows = await dataOf(async () => {
      await insert(false)
      await insert(true)
    })
    expect(rows).toHaveLength(2)
    const { schema, sample } = await eventType('everything.created')
    expect(rows.map((row) => problem(schema, row))).toEqual([null, null])
    expect(problem(schema, sample.data)).toBeNull()
    expect(Object.keys(sample.data as object).sort()).toEqual(Object.keys(rows[0] as object).sort())
    const written = new Set(everyType.flatMap(([type], i) => /spelled|address|^app\.small/.test(type) ? [`c_${i}`, `n_${i}`] : []))
    await expectSampleIsARow('public.everything', Object.fromEntries(Object.entries(sample.data as object).map(([key, value]) => [key, written.has(key) ? null : value])))
  })

  test('and one that lacks a column, or has another type in it, is not', async () => {
    const { schema, sample } = await eventType('everything.created')
    for (const column of Object.keys(sample.data as object)) {
      const { [column]: _, ...without } = sample.data
      expect(problem(schema, without), column).toContain('required')
    }
    expect(problem(schema, { ...sample.data, c_1: '42' })).toContain('c_1')
    expect(problem(schema, { ...sample.data, c_1: null })).toContain('c_1')
    expect(problem(schema, { ...sample.data, organization_id: null })).toContain('organization_id')
    expect(problem(schema, { ...sample.data, added_later: 1 })).toBeNull()
  })
})

describe('the sample', () => {
  beforeAll(async () => {
    await db.sql.unsafe(`
      create type app.stage as enum ('new', 'won');
      create table public.offers (
        id bigint generated always as identity primary key, organization_id uuid not null, owner_id uuid not null, full_name text not null, "e_mail" text not null,
        website_url text, stage app.stage not null, total numeric(10, 2) not null, gross numeric generated always as (total * 1.2) stored,
        created_at timestamptz not null, updated_at timestamptz not null)`)
    await attach(`'public.offers'`)
  })

  test('speaks the language of the columns', async () => {
    const { data } = (await eventType('offer.created')).sample
    expect(data).toMatchObject({
      id: 42, full_name: 'Full name', e_mail: 'john.doe@example.com', website_url: 'https://example.com/', stage: 'new', total: 42, gross: 42, created_at: '2026-11-16T09:00:00+00:00',
    })
    expect(data.owner_id).not.toBe(data.organization_id)
    await expectSampleIsARow('public.offers', data)
  })

  test('has `previous` when an update fires the type, and only then: an old value of a column that may change', async () => {
    const { sample, schema } = await eventType('offer.updated')
    expect(sample.previous).toEqual({ full_name: 'Former Full name' })
    expect((await eventType('offer.created')).sample).not.toHaveProperty('previous')
    expect((await eventType('offer.deleted')).sample).not.toHaveProperty('previous')
    expect(problem(schema, { ...sample.data, ...sample.previous })).toBeNull()
  })

  test('has none where nothing can change', async () => {
    await db.sql.unsafe('create table public.facts (id int primary key, organization_id uuid, updated_at timestamptz, twice int generated always as (1 + 1) stored)')
    await attach(`'public.facts'`)
    expect((await eventType('fact.updated')).sample).toEqual({ data: expect.any(Object) })
  })

  test('is what a test delivery carries', async () => {
    const { sample } = await eventType('offer.updated')
    const [read] = await db.sql`select (sample -> 'data')::text as data, (sample -> 'previous')::text as previous from public.webhook_event_types where name = 'offer.updated'`
    const [opened] = await db.sql`select event_id from webhooks.open_test(${webhook}, 'offer.updated', ${read!.data as string}, ${read!.previous as string}, null)`
    const [event] = await db.sql`select data, previous from webhooks.events where id = ${opened!.event_id as string}`
    expect([JSON.parse(event!.data as string), JSON.parse(event!.previous as string)]).toEqual([sample.data, sample.previous])
  })
})

describe('attached again', () => {
  const versions = async (name: string) => (await db.sql`select version from public.webhook_event_type_versions where name = ${name} order by version`).map(({ version }) => version as number)

  test('after alter table, schema and sample follow, as a new version; without a change, nothing happens', async () => {
    await db.sql.unsafe('create table public.ledgers (id int primary key, organization_id uuid, amount int)')
    await attach(`'public.ledgers'`)
    const first = await eventType('ledger.created')
    expect(first.version).toBe(1)
    await attach(`'public.ledgers'`)
    expect(await eventType('ledger.created')).toEqual(first)
    await db.sql.unsafe('alter table public.ledgers alter amount type numeric, add "Paid at" timestamptz not null default now()')
    await attach(`'public.ledgers'`)
    const second = await eventType('ledger.created')
    expect(second).toMatchObject({ version: 2, schema: { properties: { amount: { type: ['number', 'null'] }, 'Paid at': { type: 'string', format: 'date-time' } } } })
    expect(second.sample.data).toHaveProperty(['Paid at'], '2026-11-16T09:00:00+00:00')
    expect(await versions('ledger.created')).toEqual([1, 2])
    await db.sql.unsafe('alter table public.ledgers drop amount')
    await attach(`'public.ledgers'`)
    expect((await eventType('ledger.updated')).schema.required).toEqual(['id', 'organization_id', 'Paid at'])
  })

  test('what the app wrote stays: the sample, the schema, or both', async () => {
    await db.sql.unsafe('create table public.bikes (id int primary key, organization_id uuid)')
    await attach(`'public.bikes'`)
    await db.sql`update public.webhook_event_types set sample = '{"data": {"mine": true}}' where name = 'bike.created'`
    await db.sql`update public.webhook_event_types set schema = '{"type": "object"}' where name = 'bike.updated'`
    await db.sql.unsafe('alter table public.bikes add gears int')
    for (const _ of [1, 2]) await attach(`'public.bikes'`)
    expect(await eventType('bike.created')).toMatchObject({ version: 2, sample: { data: { mine: true } }, schema: { properties: { gears: { type: ['integer', 'null'] } } } })
    expect(await eventType('bike.updated')).toMatchObject({ version: 2, schema: { type: 'object' }, sample: { data: { gears: 42 }, previous: { gears: 41 } } })
    expect((await eventType('bike.updated')).schema).not.toHaveProperty('properties')
    await db.sql`update public.webhook_event_types set schema = '{}', sample = '{}' where name like 'bike.%'`
    await attach(`'public.bikes'`)
    expect(await eventType('bike.created')).toMatchObject({ sample: { data: { gears: 42 } }, schema: { properties: { gears: {} } } })
  })

  test('a type that is in the catalog already is the app’s, or ours, and is left as it is', async () => {
    await db.sql`insert into public.webhook_event_types (name, category, direction, description) values ('kite.flown', 'kite', 'outbound', 'A kite was flown.')`
    await db.sql.unsafe('create table public.kites (id int primary key, organization_id uuid)')
    const deal = await eventType('deal.created')
    await attach(`'public.kites', 'kite', '[{"type": "kite.flown", "on": "insert"}, {"type": "deal.created", "on": "insert"}, {"type": "kite.lost", "on": "delete"}]'`)
    expect(await eventType('kite.flown')).toEqual({ schema: {}, sample: {}, version: 1 })
    expect(await eventType('deal.created')).toEqual(deal)
    expect((await eventType('kite.lost')).sample.data).toHaveProperty('id', 42)
  })

  test('a type that two tables send is described as a row of either', async () => {
    await db.sql.unsafe('create table public.sms (id int primary key, organization_id uuid, body text not null, place text not null); create table public.calls (id int primary key, organization_id uuid, seconds int not null, place int)')
    const rules = `'[{"type": "contacted", "on": "insert"}]'`
    await attach(`'public.sms', 'sms', ${rules}`)
    await attach(`'public.calls', 'call', ${rules}`)
    const { schema, sample, version } = await eventType('contacted')
    expect(version).toBe(2)
    const rows = await dataOf(async () => {
      await db.sql`insert into public.sms values (1, ${organization}, 'Hi', 'here')`
      await db.sql`insert into public.calls values (1, ${organization}, 3)`
    })
    expect([...rows, sample.data].map((row) => problem(schema, row))).toEqual([null, null, null])
    expect(problem(schema, { id: 1, organization_id: organization, seconds: '3' })).not.toBeNull()
    expect(schema.properties.place).toEqual({ anyOf: expect.arrayContaining([{ type: 'string' }, { type: ['integer', 'null'] }]) })
    expect([Object.keys(schema.properties as object).sort(), schema.required]).toEqual([['body', 'id', 'organization_id', 'place', 'seconds'], ['id', 'organization_id', 'place']])
    await attach(`'public.sms', 'sms', ${rules}`)
    expect((await eventType('contacted')).version).toBe(2)
  })
})

describe('the comments of columns', () => {
  const comment = (column: string, text: string | null) => db.sql.unsafe(`comment on column ${column} is ${text === null ? 'null' : `'${text.replaceAll('\'', '\'\'')}'`}`)
  const meanings = async (name: string) => Object.fromEntries(Object.entries(await columnsOf(name)).map(([column, schema]) => [column, (schema as Json).description]))
  /** All that the screens and the API can read about event types. */
  const readable = async () => JSON.stringify(await db.sql`select t, v from public.webhook_event_types t join public.webhook_event_type_versions v using (name)`)

  beforeAll(async () => {
    await db.sql.unsafe('create table public.parcels (id int primary key, organization_id uuid not null, weight int, meta jsonb not null, note text)')
    await comment('public.parcels.weight', 'In grams, with its box.')
    await comment('public.parcels.meta', 'Internal: what the old system left.')
  })

  test('are the app’s own business, unless it says otherwise', async () => {
    await attach(`'public.parcels'`)
    expect(await meanings('parcel.created')).toEqual({ id: undefined, organization_id: undefined, weight: undefined, meta: undefined, note: undefined })
    expect(await readable()).not.toContain('In grams')
  })

  test('become what the fields mean, in all types of the table, and no new version', async () => {
    await attach(`'public.parcels', show_comments => true`)
    for (const name of ['parcel.created', 'parcel.updated', 'parcel.deleted']) {
      expect(await eventType(name)).toMatchObject({ version: 1, schema: { properties: {
        weight: { type: ['integer', 'null'], description: 'In grams, with its box.' }, meta: { description: 'Internal: what the old system left.' },
      } } })
    }
    await comment('public.parcels.weight', 'In kilograms.')
    await comment('public.parcels.meta', null)
    await attach(`'public.parcels', show_comments => true`)
    expect(await meanings('parcel.created')).toEqual({ id: undefined, organization_id: undefined, weight: 'In kilograms.', meta: undefined, note: undefined })
    expect((await eventType('parcel.created')).version).toBe(1)
    const { schema, sample } = await eventType('parcel.updated')
    expect([problem(schema, sample.data), problem(schema, { ...sample.data, weight: 'heavy' })]).toEqual([null, expect.stringContaining('weight')])
  })

  test('are gone from everywhere once it takes that back, also from versions that were before', async () => {
    await db.sql.unsafe('alter table public.parcels add height int')
    await attach(`'public.parcels', show_comments => true`)
    expect((await eventType('parcel.created')).version).toBe(2)
    expect(await readable()).toContain('In kilograms')
    await attach(`'public.parcels'`)
    expect((await eventType('parcel.created')).version).toBe(2)
    expect(await readable()).not.toMatch(/In (kilo)?grams|the old system/)
  })

  test('of two tables count where they agree, or only one says something', async () => {
    await db.sql.unsafe('create table public.letters (id int, organization_id uuid, a int, b int, c int); create table public.cards (id int, organization_id uuid, a int, b int, c int)')
    await comment('public.letters.a', 'Height.')
    await comment('public.cards.a', 'Width.')
    for (const table of ['letters', 'cards']) await comment(`public.${table}.b`, 'Weight.')
    await comment('public.letters.c', 'Colour.')
    for (const table of ['letters', 'cards']) await attach(`'public.${table}', 'mail', '[{"type": "mailed", "on": "insert"}]', show_comments => true`)
    expect(await meanings('mailed')).toMatchObject({ a: undefined, b: 'Weight.', c: 'Colour.' })
    expect((await columnsOf('mailed')).a).toEqual({ type: ['integer', 'null'] })
  })

  test('are one line of text, whatever is in them', async () => {
    const texts = {
      markup: '<img src=x onerror=alert(1)> **bold** [link](javascript:alert(1)) {{x}} $1 \\1', steering: '\u001b[31mred\u0007\r\n\tnext \u202egnp.exe\u2028*/ x', blank: ' \n\u200b ',
      long: 'w'.repeat(1_000_000), spaces: `${' '.repeat(100_000)}x`, astral: '😀'.repeat(400), quote: 'it\'s "so"', joined: '👩‍🚀 می‌خواهم',
    }
    await db.sql.unsafe(`create table public.oddly (id int, organization_id uuid, ${Object.keys(texts).map((name) => `${name} text`).join(', ')})`)
    for (const [name, text] of Object.entries(texts)) await comment(`public.oddly.${name}`, text)
    await attach(`'public.oddly', 'odd_comment', show_comments => true`)
    expect(await meanings('odd_comment.created')).toEqual({
      markup: texts.markup, steering: '[31mred next gnp.exe */ x', blank: undefined, long: `${'w'.repeat(299)}…`, spaces: undefined, astral: `${'😀'.repeat(299)}…`,
      quote: texts.quote, joined: texts.joined, id: undefined, organization_id: undefined,
    })
  })
})

describe('hostile', () => {
  test('names of columns', async () => {
    const names = ['"', '\'', '\\', '$ref', 'required', 'a"b\'c\\d', '%s %I', '{}', 'größe', '数量', '😀', ' ', '_', 'line\nbreak', 'null', 'Ä'.repeat(31)]
    const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
    await db.sql.unsafe(`create table public."odd % 'names' \\" (id int, organization_id uuid, ${names.map((name) => `${quoted(name)} text`).join(', ')})`)
    await attach(`'public."odd % ''names'' \\"', 'odd'`)
    const { schema, sample } = await eventType('odd.updated')
    expect(Object.keys(schema.properties as object).sort()).toEqual(['id', 'organization_id', ...names].sort())
    const [row] = await dataOf(() => db.sql.unsafe(`insert into public."odd % 'names' \\" values (1, '${organization}', ${names.map(() => '\'x\'').join(', ')})`))
    expect([problem(schema, row), problem(schema, sample.data)]).toEqual([null, null])
    expect(problem(schema, { ...row, '😀': 1 })).not.toBeNull()
  })

  test('a thousand columns are described by two hundred, keys among them', async () => {
    await db.sql.unsafe(`create table public.wides (${Array.from({ length: 1000 }, (_, i) => `c${i} app.address[]`).join(', ')}, id int, organization_id uuid)`)
    const start = performance.now()
    await attach(`'public.wides'`)
    expect(performance.now() - start).toBeLessThan(20_000)
    const { schema, sample } = await eventType('wide.updated')
    expect(schema.required).toHaveLength(200)
    expect(schema.required.slice(-2)).toEqual(['id', 'organization_id'])
    const [row] = await dataOf(() => db.sql`insert into public.wides (id, organization_id) values (1, ${organization})`)
    expect([problem(schema, row), problem(schema, sample.data)]).toEqual([null, null])
  })

  test('enums of no label, and of more than anybody reads', async () => {
    await db.sql.unsafe(`create type app.none as enum (); create type app.many as enum (${Array.from({ length: 500 }, (_, i) => `'l${i}'`).join(', ')});
      create table public.enums (id int, organization_id uuid, a app.none, b app.many not null)`)
    await attach(`'public.enums'`)
    expect(await columnsOf('enum.created')).toMatchObject({ a: { type: ['string', 'null'] }, b: { type: 'string' } })
    expect((await eventType('enum.created')).sample.data.b).toBe('l0')
  })
})
