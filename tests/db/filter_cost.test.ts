// What a filter may cost: it is a customer's program inside the app's own write, so the worst that is accepted must be bounded.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addListener, addOrganization, addWebhook, typesHeardBy } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
  await db.sql.unsafe(`create table public.papers (id int primary key, organization_id uuid, title text, body text, tags jsonb, marks jsonb); select webhooks.attach('public.papers')`)
})
afterAll(() => db.drop())

const problemOf = async (filter: string) => (await db.sql`select webhooks.filter_problem(${filter}::text::jsonpath) as problem`)[0]!.problem as string | null
const times = (count: number, text: string) => text.repeat(count)
/** Only where a path may call .decimal() and .string(). */
const since17 = <Case>(one: Case): Case[] => inject('databaseServer').version < 17 ? [] : [one]

describe('a filter that could take long is refused when it is saved:', () => {
  test.each<[string, string, RegExp]>([
    ['positions that double what they find', `$${times(20, '[0,0]')}`, /not a list/],
    ['ranges that double it', '$.new.a[0 to last, 0 to last]', /not a list/],
    ['keyvalue() that triples it', `$${times(12, '.keyvalue()')}`, /keyvalue\(\) once/],
    ['every level of every level', '$.** ? (@.**.a == 1)', /\*\* once/],
    ['lists inside lists inside lists', '$.new.a[*] ? (exists(@.b[*] ? (@ == $.new.c[*])))', /inside another/],
    ['the same, between parentheses', '$.new.a[*] ? ((@.x == 1) && (exists(@.b[*] ? ((@ == 1) || (@ == 2)))))', /inside another/],
    ['a position that is looked up for each item', '$.new.a[*].b[$.old.c]', /numbers in \[\]/],
    ['a range that is looked up for each item', '$.new.a[*].b[0 to $.old.c]', /numbers in \[\]/],
    ['more values than anybody compares', Array.from({ length: 21 }, (_, n) => `$.new.c${n} == 1`).join(' || '), /20 values/],
    ['more patterns than anybody needs', Array.from({ length: 6 }, (_, n) => `$.new.c${n} like_regex "a"`).join(' || '), /five times/],
    ['a pattern that looks ahead', '$.new.body like_regex "a(?=[ab]*c)d"', /look ahead/],
    ['a pattern that looks behind', '$.new.body like_regex "(?<!a)b"', /look ahead or behind/],
    ['a pattern with options of its own', '$.new.body like_regex "(?i)a"', /options/],
    ['a pattern that refers back', String.raw`$.new.body like_regex "^(a+)+\\1$"`, /refer back/],
    ['a pattern of another language', '$.new.body like_regex "***:(?=a)"', /look ahead|\*\*\*/],
    ['repetitions of repetitions', '$.new.body like_regex "((a{9}){9}){9}"', /200 times/],
    ['repetitions from 0', '$.new.body like_regex "(a{0,20}){0,20}"', /200 times/],
    ['a long pattern', `$.new.body like_regex "${times(201, 'a')}"`, /200 characters/],
    ['what hides behind a key of that name', '$."like_regex " like_regex "(?=a)"', /look ahead/],
    ['what hides behind a quote in a key', String.raw`$."a\" like_regex \"" like_regex "(?=a)"`, /look ahead/],
  ])('%s', async (_, filter, problem) => {
    expect(await problemOf(filter)).toMatch(problem)
    const organization = await addOrganization(db.sql)
    const refused = await addWebhook(db.sql, organization, { filter }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ hint: 'invalid_filter', detail: 'filter', message: expect.stringContaining('The filter would take too long: ') })
  })

  test('also when a webhook is changed, by an admin over REST', async () => {
    const { webhook } = await addListener(db.sql, { filter: '$.new.title == "a"' })
    await expect(db.sql`update public.webhook_configurations set filter = ${`$${times(190, '[0,0]')}`}::text::jsonpath where id = ${webhook}`).rejects.toThrow('not a list')
  })
})

test.each([
  '$.new.stage == "won" && $.old.stage != "won"', '$.old.stage != $.new.stage', '$.changed[*] == "stage"', '$.new.tags[*] ? (@ == "vip" || @.name == "a, b")',
  'exists($.new.tags[*] ? (@.a > 1)) && exists($.new.tags[*] ? (@.b > 2))', '$.new.value > 1000 && $.new.at.datetime() > "2026-01-02".datetime()', '$.new."a,b[$.x]"."**"."**" == 1',
  '$.new.email like_regex "^[a-z]{1,20}@(?:example|test)\\\\.com$" flag "i"', ...since17('$.new.list[last].price.decimal(10, 2) > 3'), '$.** ? (@.type() == "string" && @ starts with "x")', 'strict $.new.a[0 to 3]',
])('%s is fine', async (filter) => {
  expect(await problemOf(filter)).toBeNull()
})

describe('of a large row', () => {
  const row = async (filter: string, { title = 'a', body = '', tags = '[]', marks = '[]' }) => {
    const { organization, webhook } = await addListener(db.sql, { filter })
    const began = performance.now()
    await db.sql`insert into public.papers values (floor(random() * 1e9), ${organization}, ${title}, ${body}, ${tags}::text::jsonb, ${marks}::text::jsonb)`
    return { ms: performance.now() - began, heard: (await typesHeardBy(db.sql, webhook)).length === 1 }
  }
  const list = (count: number, from = 0) => JSON.stringify(Array.from({ length: count }, (_, n) => from + n))
  const kilobytes = (count: number) => 'x'.repeat(count * 1024)

  test.each<[string, string, Parameters<typeof row>[1], boolean]>([
    ['a simple filter sees 60 KB whole', '$.new.tags[*] == 2999', { body: kilobytes(10), tags: list(3_000) }, true],
    ['a simple filter sees the short columns of 5 MB', '$.new.title == "a"', { body: kilobytes(5_000) }, true],
    ['and not the long ones', '$.new.body like_regex "x"', { body: kilobytes(100) }, false],
    ['and short lists', '$.new.tags[*] == 3', { body: kilobytes(100), tags: list(5) }, true],
    ['one that compares columns sees the short ones', '$.new.title == $.new.title', { body: kilobytes(100) }, true],
    ['one that compares lists sees those of a small row', '$.new.tags[*] == $.new.marks[*]', { tags: list(5), marks: list(5) }, true],
    ['one that calculates sees ordinary numbers', '$.new.tags[*] + 1 == 1000000000000000000.5', { tags: '[999999999999999999.5]' }, true],
    ['and others beside columns with enormous ones', '$.new.tags[*] + 1 == 3', { tags: '[2]', marks: '[[1e131000]]' }, true],
    ['and not those', '$.new.tags[*] + 1 > 3', { tags: '[1e101]' }, false],
    ['one that only compares sees those', '$.new.tags[*] > 3', { tags: '[1e101]' }, true],
    ['and none of a large one', '$.new.tags[*] == $.new.marks[*]', { body: kilobytes(3), tags: list(5), marks: list(5) }, false],
  ])('%s', async (_, filter, values, heard) => {
    expect((await row(filter, values)).heard).toBe(heard)
  })

  // Measured on two cores at about a tenth of what is asked here.
  const quadratic = Array.from({ length: 10 }, () => '$.new.tags[*] == $.new.marks[*]').join(' || ')
  const cubic = Array.from({ length: 4 }, () => 'exists($.new.tags[*] ? (@ + 0 == $.new.marks[*] && $.new.tags[*] > $.new.marks[*]))').join(' || ')
  const patterns = Array.from({ length: 5 }, () => '$.new.body like_regex "(a|x)*a(a|x){20}c"').join(' || ')
  const megabyte = { body: kilobytes(400), tags: list(80_000), marks: list(40_000, 1_000_000) }
  test.each<[string, string, Parameters<typeof row>[1]]>([
    ['two lists of 100,000 items', quadratic, megabyte],
    ['two lists that just fit', quadratic, { tags: list(90), marks: list(60, 1_000) }],
    ['a list for each pair of items of two lists', cubic, { tags: list(90), marks: list(60, 1_000) }],
    ['every item of every level', '$.** ? (@.a like_regex "x" || @ like_regex "y" || @.b == 1 || @ == -1)', megabyte],
    ['every item of every level that just fits', '$.** ? (@.a like_regex "x" || @ like_regex "y" || @.b == 1 || @ == -1)', { tags: list(3_000) }],
    ['patterns over 60 KB of text', patterns, { body: 'ax'.repeat(30_000) }],
    ['numbers of 60,000 digits', '$.new.tags[0] * $.new.tags[0] / 7 > $.new.tags[0] * 3', { tags: `[${'9'.repeat(60_000)}]` }],
    ['short numbers of 131,000 digits, added to', `$.new.tags[*] ? (@${times(100, ' + 1')} < 0)`, { tags: `[${times(4_000, '1e131000,')}0]` }],
    ['short numbers of 131,000 digits, multiplied', '$.new.tags[*] ? ((@ + 1) * (@ + 1) > 0 && (@ + 3) * (@ + 3) < 0)', { tags: `[${times(100, '1e60000,')}0]` }],
    ...since17<[string, string, Parameters<typeof row>[1]]>(
      ['short numbers of 131,000 digits, as texts', '$.new.tags[*].string() ? (@ like_regex "a.*b" || @ like_regex "b.*a")', { tags: `[${times(4_000, '1e131000,')}0]` }]),
    ['numbers of 16,000 places, added to', `$.new.tags[*] ? (@${times(100, ' + 1')} < 0)`, { tags: `[${times(4_000, '1e-16000,')}0]` }],
    ['ten thousand levels', '$.** == 1', { tags: '['.repeat(4_000) + ']'.repeat(4_000) }],
  ])('%s take less than a second', async (_, filter, values) => {
    expect((await row(filter, values)).ms).toBeLessThan(1_000)
  })
})
