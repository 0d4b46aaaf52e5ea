// Whatever the writer's session has set, the event is the same: receivers parse it, and a change that is not seen is not told.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addListener, heardBy } from '../support/factories.ts'

let db: FreshDatabase
let organization: string, webhook: string
let told: Awaited<ReturnType<typeof story>>
beforeAll(async () => {
  db = await freshDatabase()
  ;({ organization, webhook } = await addListener(db.sql))
  // The types whose text depends on a setting, bare and inside others.
  await db.sql.unsafe(`
    create type public.stay as (nights interval, days daterange, photo bytea);
    create table public.stays (
      number int default 7, organization_id uuid, price float8, rating float4, photo bytea, length interval, days daterange, hours tstzrange, day date, at timestamptz,
      spans interval[], prices float8[], blocked datemultirange, detail public.stay, ratio numeric, note xml);
    select webhooks.attach('public.stays', 'stay', key_column => 'number')`)
  told = await story({})
})
afterAll(() => db.drop())

/** What is heard of rows that come, change and go: one by one, then two at a time. */
async function story(settings: Record<string, string>) {
  const before = (await heardBy(db.sql, webhook)).length
  await db.sql.begin(async (tx) => {
    for (const [name, value] of Object.entries(settings)) await tx`select set_config(${name}, ${value}, true)`
    for (const rows of [1, 2]) {
      await tx`
        insert into public.stays (organization_id, price, rating, photo, length, days, hours, day, at, spans, prices, blocked, detail, ratio, note)
        select ${organization}, 0.3, 1.1, decode('01ff', 'hex'), make_interval(years => 1, days => 3, hours => 4), daterange(make_date(2026, 2, 1), make_date(2026, 3, 4)),
               tstzrange('epoch', null), make_date(2026, 2, 3), 'epoch', array[make_interval(days => 1, mins => 2)], array[1::float8 / 3],
               datemultirange(daterange(make_date(2026, 2, 1), null)), row(make_interval(hours => 5), daterange(make_date(2026, 2, 1), null), decode('aa', 'hex'))::public.stay, 'NaN', '<a/>'
        from generate_series(1, ${rows})`
      // The last digit of a price, and nothing else.
      await tx`update public.stays set price = 0.1::float8 + 0.2::float8`
      await tx`update public.stays set photo = decode('02', 'hex'), length = make_interval(days => 2), days = null, rating = 2.7, detail = null`
      await tx`delete from public.stays`
    }
  })
  return (await heardBy(db.sql, webhook)).slice(before).map(({ type, data, previous }) => ({ type, data, previous }))
}

test('all of it is told', () => {
  expect(told.map(({ type }) => type.replace('stay.', ''))).toEqual(
    ['created', 'updated', 'updated', 'deleted', 'created', 'created', 'updated', 'updated', 'updated', 'updated', 'deleted', 'deleted'])
})

test.each<Record<string, string>>([
  { datestyle: 'SQL, DMY' }, { datestyle: 'German' }, { intervalstyle: 'iso_8601' }, { intervalstyle: 'sql_standard' }, { bytea_output: 'escape' },
  { extra_float_digits: '-3' }, { extra_float_digits: '0' }, { timezone: 'Asia/Tokyo' }, { xmloption: 'document' }, { xmlbinary: 'hex' },
  { search_path: 'pg_temp' }, { standard_conforming_strings: 'off' }, { quote_all_identifiers: 'on' }, { transform_null_equals: 'on' }, { array_nulls: 'off' },
])('%o changes nothing', async (settings) => {
  expect(await story(settings)).toEqual(told)
})
