// Versions of event types, as an app with types of its own meets them: by writing to the catalog.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EVENT_TYPES, toCatalogRow } from '../../functions/core/event_types.ts'
import { withoutWords } from '../../local/without_words.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { users } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())

const schema = (...fields: string[]) => ({ type: 'object', properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])) })
const add = (name: string) => db.sql`
  insert into public.webhook_event_types (name, category, direction, description, schema, sample)
  values (${name}, 'order', 'outbound', 'An order was paid.', ${db.sql.json(schema('id'))}, '{"data": {"id": "1"}}')`
const versions = (name: string) => db.sql`select version, schema, sample from public.webhook_event_type_versions where name = ${name} order by version`
const versionOf = async (name: string) => (await db.sql`select version from public.webhook_event_types where name = ${name}`)[0]!.version as number

test('every type of the catalog has its version kept', async () => {
  const [missing] = await db.sql`
    select count(*)::int as n from public.webhook_event_types t
    where not exists (select from public.webhook_event_type_versions v where v.name = t.name and v.version = t.version and v.schema = webhooks.without_words(t.schema) and v.sample = t.sample)`
  expect(missing!.n).toBe(0)
  expect(await versionOf('deal.created')).toBe(1)
})

test('a changed schema is the next version, and the old one stays', async () => {
  await add('order.paid')
  await db.sql`update public.webhook_event_types set schema = ${db.sql.json(schema('id', 'total'))} where name = 'order.paid'`
  expect(await versions('order.paid')).toEqual([
    { version: 1, schema: schema('id'), sample: { data: { id: '1' } } }, { version: 2, schema: schema('id', 'total'), sample: { data: { id: '1' } } },
  ])
  expect(await versionOf('order.paid')).toBe(2)
})

test('words and samples make none; a sample replaces its own', async () => {
  await add('order.sent')
  await db.sql`update public.webhook_event_types set description = 'An order left.', sample = '{"data": {"id": "2"}}' where name = 'order.sent'`
  expect(await versions('order.sent')).toEqual([{ version: 1, schema: schema('id'), sample: { data: { id: '2' } } }])
})

describe('what fields mean may be said in other words', () => {
  const write = (name: string, value: object) => db.sql`update public.webhook_event_types set schema = ${db.sql.json(value as never)} where name = ${name}`
  const about = (words: string) => ({
    title: words, description: words, $comment: words, type: 'object',
    properties: {
      id: { type: 'string', description: words }, description: { type: 'string', title: words },
      lines: { type: 'array', items: { anyOf: [{ type: 'object', properties: { title: { const: 'x', description: words } } }, { type: 'null', $comment: words }] } },
    },
    additionalProperties: { description: words },
  })

  test('which is no new version, and is kept with none: what was taken back is nowhere', async () => {
    await add('order.worded')
    await write('order.worded', about('Some.'))
    expect(await versionOf('order.worded')).toBe(2)
    await write('order.worded', about('Others, at length.'))
    expect(await versions('order.worded')).toEqual([expect.anything(), { version: 2, schema: withoutWords(about('Some.')), sample: { data: { id: '1' } } }])
    const [kept] = await db.sql`select schema from public.webhook_event_types where name = 'order.worded'`
    expect(kept!.schema).toEqual(about('Others, at length.'))
  })

  test.each([
    ['a field that is called description', (schema: ReturnType<typeof about>) => { Object.assign(schema.properties.description, { type: 'number' }) }],
    ['one less', (schema: ReturnType<typeof about>) => { Reflect.deleteProperty(schema.properties, 'description') }],
    ['a field far inside', (schema: ReturnType<typeof about>) => { schema.properties.lines.items.anyOf[0]!.properties!.title.const = 'y' }],
    ['another order of what it may be', (schema: ReturnType<typeof about>) => { schema.properties.lines.items.anyOf.reverse() }],
    ['what an example or a default says', (schema: ReturnType<typeof about>) => { Object.assign(schema, { default: { description: 'x' } }) }],
  ])('but %s is one', async (what, change) => {
    const name = `order.changed_${what.length}`
    await add(name)
    await write(name, about('Some.'))
    const changed = structuredClone(about('Others.'))
    change(changed)
    await write(name, changed)
    expect(await versionOf(name)).toBe(3)
  })

  test('and the registry goes by the same rule', async () => {
    for (const schema of [...EVENT_TYPES.map((type) => toCatalogRow(type).schema), about('Some.'), { const: { description: 'x' }, $defs: { title: { title: 'x', not: {} } } }, {}, true, null]) {
      const [row] = await db.sql`select webhooks.without_words(${db.sql.json(schema as never)}) as bare`
      expect(row!.bare).toEqual(withoutWords(schema))
    }
  })
})

test('a number that the catalog gives counts, and never goes back', async () => {
  await add('order.lost')
  await db.sql`update public.webhook_event_types set schema = ${db.sql.json(schema('id', 'why'))}, version = 5 where name = 'order.lost'`
  expect(await versionOf('order.lost')).toBe(5)
  await db.sql`update public.webhook_event_types set version = 1 where name = 'order.lost'`
  expect(await versionOf('order.lost')).toBe(5)
  expect((await versions('order.lost')).map(({ version }) => version)).toEqual([1, 5])
})

test('people read them and write none', async () => {
  const read = await db.as(users.member, (sql) => sql`select from public.webhook_event_type_versions where name = 'deal.created'`)
  expect(read).toHaveLength(1)
  await expect(db.as(users.owner, (sql) => sql`delete from public.webhook_event_type_versions`)).rejects.toThrow('permission denied')
  await expect(db.as(null, (sql) => sql`select from public.webhook_event_type_versions`)).rejects.toThrow('permission denied')
})
