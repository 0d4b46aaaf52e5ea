// Filters: a jsonpath over {new, old, changed} decides whether an event is sent. It may be wrong, but it may never fail the write.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addListener, addOrganization, addRow, addWebhook, typesHeardBy } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
  await db.sql.unsafe(`create table public.notes (id int, organization_id uuid, text text, at timestamptz, tags jsonb); select webhooks.attach('public.notes')`)
})
afterAll(() => db.drop())

describe('a filter lets through', () => {
  const everything = ['note.created', 'note.updated', 'note.deleted']
  test.each<[string, string, string[]]>([
    ['what a predicate says', '$.new.text == "second"', ['note.updated']],
    ['both ways of a predicate', '$.new.text == "first" || $.new.text == "second"', ['note.created', 'note.updated']],
    ['what a path finds', '$.new ? (@.text == "second")', ['note.updated']],
    ['what a path finds in the old row', '$.old ? (@.text starts with "s")', ['note.deleted']],
    ['a change from one value to another', '$.old.text == "first" && $.new.text == "second"', ['note.updated']],
    ['changes of one column', '$.changed[*] == "text"', ['note.updated']],
    ['changes of one column, as a path', '$.changed[*] ? (@ == "text")', ['note.updated']],
    ['nothing when other columns changed', '$.changed[*] == "id"', []],
    ['what is there', 'exists($.new.tags.vip)', ['note.updated']],
    ['an item of a list', '$.new.tags.labels[*] == "a"', ['note.updated']],
    ['a true value', '$.new.tags.vip', ['note.updated']],
    ['everything', 'true', everything],
    ['nothing', 'false', []],
    ['nothing by a null', '$.new.tags.none', []],
    ['nothing by a key that is not there', '$.new.colour == "red"', []],
    ['nothing by a strict path that leads nowhere', 'strict $.new.colour.shade', []],
    ['nothing by a type that does not fit', '$.new.text > 5', []],
    ['nothing by arithmetic on a text', '$.new.text + 1 > 0', []],
    ['nothing by a division by zero', '1 / $.new.id.size() - 1 / 0 > 0', []],
    ['moments that are compared', '$.new.at.datetime() > "2026-01-02".datetime()', ['note.updated']],
    ['nothing by a moment that is none', '$.new.text.datetime() > "2026-01-01".datetime()', []],
    // Before Postgres 17 a path has no such method.
    ...inject('databaseServer').version < 17 ? [] : [['nothing by a number that is too large for its method', '$.new.id.bigint() + 1e400 .integer() > 0', []] satisfies [string, string, string[]]],
  ])('%s: %s', async (_, filter, types) => {
    const { organization, webhook } = await addListener(db.sql, { filter })
    await db.sql`insert into public.notes values (1, ${organization}, 'first', '2026-01-01T00:00:00Z', '{"none": null}')`
    await db.sql`update public.notes set text = 'second', at = '2026-01-03T00:00:00Z', tags = '{"vip": true, "labels": ["b", "a"]}' where organization_id = ${organization}`
    await db.sql`delete from public.notes where organization_id = ${organization}`
    expect(await typesHeardBy(db.sql, webhook)).toEqual(types)
  })
})

test.each([['a variable that nobody sets', '$.new.text == $limit', 'invalid_filter'], ['no path at all', '$.[', null]])('%s is refused when it is saved', async (_, filter, hint) => {
  const organization = await addOrganization(db.sql)
  const refused = await addWebhook(db.sql, organization, { filter }).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Error)
  if (hint !== null) expect(refused).toMatchObject({ hint, detail: 'filter' })
})

test('each webhook has its own filter, and a filter that fails disturbs nobody else', async () => {
  const organization = await addOrganization(db.sql)
  const filters = ['$.new.value > 10', '$.new.value <= 10', '$.new.title / 0 > 1', null]
  const webhooks = await Promise.all(filters.map((filter) => addWebhook(db.sql, organization, { filter, events: ['deal.created'] })))
  for (const value of [5, 50]) await addRow(db.sql, 'deals', { organization_id: organization, title: 'Pilot', value })
  const counts = await Promise.all(webhooks.map(async (webhook) => (await typesHeardBy(db.sql, webhook)).length))
  expect(counts).toEqual([1, 1, 0, 2])
})

test('events that a filter keeps back from a webhook that is off are not missed', async () => {
  const { organization, webhook } = await addListener(db.sql, { is_active: false, filter: '$.new.stage == "won"', events: ['deal.created'] })
  for (const stage of ['won', 'lost', 'won']) await addRow(db.sql, 'deals', { organization_id: organization, title: 'Pilot', stage })
  const [missed] = await db.sql`select sum(events)::int as events from webhooks.missed_events where webhook_id = ${webhook}`
  expect(missed!.events).toBe(2)
})

test('an organization never hears of another through a filter on the old row', async () => {
  const from = await addOrganization(db.sql)
  const to = await addListener(db.sql, { filter: '$.old.title == "Secret"' })
  await addRow(db.sql, 'deals', { organization_id: from, title: 'Secret' })
  await db.sql`update public.deals set organization_id = ${to.organization} where organization_id = ${from}`
  expect(await typesHeardBy(db.sql, to.webhook)).toEqual([])
})
