// Capture is once per statement and inside its transaction: whatever the statement, each changed row is told once, or not at all.
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addListener, addOrganization, addRow, addWebhook, heardBy, typesHeardBy, users, type Heard } from '../support/factories.ts'

let db: FreshDatabase
let organization: string, webhook: string
beforeAll(async () => {
  db = await freshDatabase()
  await db.sql.unsafe(`
    create table public.seats (number int primary key deferrable initially immediate, organization_id uuid, guest text);
    select webhooks.attach('public.seats', key_column => 'number')`)
  ;({ organization, webhook } = await addListener(db.sql))
})
afterAll(() => db.drop())

/** What the webhook heard while `work` ran. */
async function heard(work: () => Promise<unknown>): Promise<Heard[]> {
  const before = (await heardBy(db.sql, webhook)).length
  await work()
  return (await heardBy(db.sql, webhook)).slice(before)
}
const summary = (events: Heard[]) => events.map(({ type, data, previous }) => [type, JSON.parse(data).guest, previous && JSON.parse(previous)])
const seats = (sql = db.sql) => sql`delete from public.seats`.then(() => sql`
  insert into public.seats (organization_id, number, guest) values (${organization}, 1, 'Ada'), (${organization}, 2, 'Bob'), (${organization}, 3, 'Cleo')`)

describe('one statement over many rows', () => {
  test('an insert tells each row', async () => {
    expect(summary(await heard(async () => { await seats() }))).toEqual([['seat.created', 'Ada', null], ['seat.created', 'Bob', null], ['seat.created', 'Cleo', null]])
  })

  test('an update tells each row that changed, with its own old values', async () => {
    await seats()
    const events = await heard(() => db.sql`update public.seats set guest = case when number = 2 then guest else guest || '!' end`)
    expect(summary(events)).toEqual([['seat.updated', 'Ada!', { guest: 'Ada' }], ['seat.updated', 'Cleo!', { guest: 'Cleo' }]])
  })

  test('a delete tells each row as it was', async () => {
    await seats()
    expect(summary(await heard(() => db.sql`delete from public.seats where number > 1`))).toEqual([['seat.deleted', 'Bob', null], ['seat.deleted', 'Cleo', null]])
  })

  test('an insert with "on conflict do update" tells the rows it made as made and the rows it changed as changed', async () => {
    await seats()
    // The key of `seats` is deferrable, which "on conflict" cannot use.
    await db.sql.unsafe('create unique index seats_for_conflict on public.seats (organization_id, number)')
    const events = await heard(() => db.sql`
      insert into public.seats (organization_id, number, guest) values (${organization}, 2, 'Bert'), (${organization}, 3, 'Cleo'), (${organization}, 4, 'Dan')
      on conflict (organization_id, number) do update set guest = excluded.guest`)
    expect(summary(events).sort()).toEqual([['seat.created', 'Dan', null], ['seat.updated', 'Bert', { guest: 'Bob' }]])
    await db.sql.unsafe('drop index public.seats_for_conflict')
  })

  test('a merge tells what it inserted, changed and deleted', async () => {
    await seats()
    const events = await heard(() => db.sql`
      merge into public.seats s
      using (values (1, 'Ann'), (2, null), (3, 'Cleo'), (9, 'Zoe')) v (number, guest) on s.number = v.number
      when matched and v.guest is null then delete
      when matched then update set guest = v.guest
      when not matched then insert (organization_id, number, guest) values (${organization}, v.number, v.guest)`)
    expect(summary(events).sort()).toEqual([['seat.created', 'Zoe', null], ['seat.deleted', 'Bob', null], ['seat.updated', 'Ann', { guest: 'Ada' }]])
  })

  test('COPY is an insert', async () => {
    const events = await heard(async () => {
      const copy = await db.sql`copy public.seats (organization_id, number, guest) from stdin`.writable()
      await pipeline(Readable.from([`${organization}\t21\tEve\n${organization}\t22\tFay\n`]), copy)
    })
    expect(summary(events)).toEqual([['seat.created', 'Eve', null], ['seat.created', 'Fay', null]])
  })

  test('a data-modifying "with" tells each of its parts', async () => {
    await seats()
    const events = await heard(() => db.sql`
      with gone as (delete from public.seats where number = 1 returning *), moved as (update public.seats set guest = 'Bea' where number = 2)
      insert into public.seats select number + 100, organization_id, guest from gone`)
    expect(summary(events).sort()).toEqual([['seat.created', 'Ada', null], ['seat.deleted', 'Ada', null], ['seat.updated', 'Bea', { guest: 'Bob' }]])
  })
})

describe('keys that change', () => {
  test('an update of the key is an update of the row', async () => {
    await seats()
    const [event] = await heard(() => db.sql`update public.seats set number = 101 where number = 1`)
    expect(event).toMatchObject({ type: 'seat.updated', previous: '{"number": 1}', record_key: 'public.seats:101' })
  })

  test('two rows that swap their keys are not mistaken for each other', async () => {
    await seats()
    const events = await heard(() => db.sql`update public.seats set number = 3 - number, guest = guest || '?' where number < 3`)
    expect(summary(events)).toEqual([['seat.updated', 'Ada?', { guest: 'Ada', number: 1 }], ['seat.updated', 'Bob?', { guest: 'Bob', number: 2 }]])
  })
})

describe('a transaction', () => {
  class Undo extends Error {}
  const undone = (error: unknown) => { if (!(error instanceof Undo)) throw error }

  test('that rolls back tells nothing', async () => {
    expect(await heard(() => db.sql.begin(async (tx) => {
      await tx`insert into public.seats (organization_id, number) values (${organization}, 31)`
      throw new Undo()
    }).catch(undone))).toEqual([])
  })

  test('tells nothing of a savepoint that it rolled back to, and all the rest', async () => {
    const insert = (sql: typeof db.sql, number: number) => sql`insert into public.seats (organization_id, number, guest) values (${organization}, ${number}, ${String(number)})`
    const events = await heard(() => db.sql.begin(async (tx) => {
      const sql = tx as unknown as typeof db.sql
      await insert(sql, 41)
      await tx.savepoint(async () => { await insert(sql, 42); throw new Undo() }).catch(undone)
      await tx.savepoint(async () => { await insert(sql, 43) })
    }))
    expect(summary(events)).toEqual([['seat.created', '41', null], ['seat.created', '43', null]])
  })

  test('that fails at its commit leaves neither event nor delivery', async () => {
    const counts = () => db.sql`select (select count(*)::int from webhooks.events) as events, (select count(*)::int from webhooks.deliveries) as deliveries`
    const before = await counts()
    await db.sql`insert into public.seats (organization_id, number) values (${organization}, 51)`
    const [between] = await counts()
    await expect(db.sql.begin(async (tx) => {
      await tx`set constraints all deferred`
      await tx`insert into public.seats (organization_id, number) values (${organization}, 51)`
      expect(await tx`select from webhooks.events`).toHaveLength(between!.events + 1)
    })).rejects.toMatchObject({ code: '23505' })
    expect(await counts()).toEqual([between])
    expect(between!.events).toBe(before[0]!.events + 1)
  })

  test('does not wait for another that writes at the same time, and both are told', async () => {
    const other = await addListener(db.sql)
    const events = await heard(() => db.sql.begin(async (first) => {
      await first`insert into public.seats (organization_id, number, guest) values (${organization}, 61, 'first')`
      await db.sql`insert into public.seats (organization_id, number, guest) values (${organization}, 62, 'second'), (${other.organization}, 63, 'other')`
      await first`update public.seats set guest = 'still first' where number = 61`
    }))
    expect(summary(events).sort()).toEqual([['seat.created', 'first', null], ['seat.created', 'second', null], ['seat.updated', 'still first', { guest: 'first' }]])
    expect(summary(await heardBy(db.sql, other.webhook))).toEqual([['seat.created', 'other', null]])
  })

  test('of an API user is told like any other', async () => {
    const events = await heard(() => db.as(users.member, (tx) => tx`insert into public.contacts (organization_id, first_name) values (${organization}, 'Ada')`))
    expect(events.map((event) => event.type)).toEqual(['contact.created'])
  })
})

test('deliveries are numbered in the order of the rows, also where more webhooks listen than rows are written', async () => {
  const org = await addOrganization(db.sql)
  for (let nth = 0; nth < 40; nth++) await addWebhook(db.sql, org, { events: ['contact.created', 'contact.assigned'], ordered: true })
  await db.sql`analyze public.webhook_configurations` // or the plan takes the rows for more than the webhooks
  await db.sql`insert into public.contacts (organization_id, first_name, assigned_to) select ${org}, n::text, ${users.member} from generate_series(1, 3) n`
  const deliveries = await db.sql`
    select d.webhook_id, e.data::jsonb ->> 'first_name' as row, d.event_type from webhooks.deliveries d join webhooks.events e on e.id = d.event_id
    where d.organization_id = ${org} order by d.position`
  const expected = Array.from({ length: 3 }, (_, nth) => [`${nth + 1} contact.created`, `${nth + 1} contact.assigned`]).flat()
  expect(deliveries).toHaveLength(40 * 6)
  for (const webhook of new Set(deliveries.map((d) => d.webhook_id))) {
    expect(deliveries.filter((d) => d.webhook_id === webhook).map((d) => `${d.row} ${d.event_type}`)).toEqual(expected)
  }
})

test('one statement over the rows of many organizations tells each webhook what is its own: all of it, what its filter lets through, or only how much it missed', async () => {
  const filter = '$.new.company == "Acme"'
  const kinds = [{}, { filter }, { is_active: false }, { is_active: false, filter }]
  const listeners: { webhook: string, organization: string, nth: number }[] = []
  for (let nth = 0; nth < 40; nth++) {
    const organization = await addOrganization(db.sql)
    // Each organization has some of the four kinds, none alone and all together among them.
    for (const [bit, kind] of kinds.entries()) {
      if ((nth % 16) & (1 << bit)) listeners.push({ organization, nth: bit, webhook: await addWebhook(db.sql, organization, { events: ['contact.created'], ...kind }) })
    }
  }
  const organizations = [...new Set(listeners.map(({ organization }) => organization))]
  await db.sql`
    insert into public.contacts (organization_id, first_name, company)
    select o, o::text || n, case when n % 3 = 0 then 'Acme' else 'Other' end from unnest(${organizations}::uuid[]) o, generate_series(1, 9) n`
  for (const { webhook, organization, nth } of listeners) {
    const rows = (await heardBy(db.sql, webhook)).map((event) => JSON.parse(event.data))
    const [missed] = await db.sql`select coalesce(sum(events), 0)::int as events from webhooks.missed_events where webhook_id = ${webhook}`
    expect([rows.length, missed!.events]).toEqual([[9, 0], [3, 0], [0, 9], [0, 3]][nth])
    expect(rows.every((row) => row.organization_id === organization && (nth === 0 || row.company === 'Acme'))).toBe(true)
  }
  const [written] = await db.sql`
    select count(*)::int as events, (count(*) filter (where not exists (select from webhooks.deliveries d where d.event_id = e.id)))::int as without_delivery
    from webhooks.events e where e.organization_id = any (${organizations})`
  const events = organizations.map((organization) => Math.max(...listeners.filter((l) => l.organization === organization).map(({ nth }) => [9, 3, 0, 0][nth]!)))
  expect(written).toEqual({ events: events.reduce((sum, count) => sum + count, 0), without_delivery: 0 })
})

test('leaves the settings of the writer as they were, also where it fails', async () => {
  const { organization: org } = await addListener(db.sql)
  await db.sql.begin(async (tx) => {
    const settings = async () => (await tx`select current_setting('enable_nestloop') as nested, current_setting('jit') as compiled, current_setting('timezone') as zone`)[0]
    const before = await settings()
    await tx`insert into public.contacts (organization_id, first_name) select ${org}, n::text from generate_series(1, 3) n`
    expect(await settings()).toEqual(before)
    await tx`set local enable_nestloop = off`
    await tx`set local jit = on`
    await tx`update public.contacts set company = 'Acme' where organization_id = ${org}`
    expect(await settings()).toEqual({ ...before, nested: 'off', compiled: 'on' })
    await tx`set local enable_nestloop = on`
    await tx`create function public.refuse_event() returns trigger language plpgsql as 'begin raise exception $x$refused$x$; end'`
    await tx`create trigger refuse_event before insert on webhooks.events for each row execute function public.refuse_event()`
    await expect(tx.savepoint((point) => point`insert into public.contacts (organization_id, first_name) select ${org}, n::text from generate_series(1, 3) n`)).rejects.toThrow('refused')
    expect(await settings()).toEqual({ ...before, nested: 'on', compiled: 'on' })
    await tx`drop trigger refuse_event on webhooks.events`
    await tx`drop function public.refuse_event()`
  })
})

test('100,000 rows in one statement are 100,000 events, each delivered once', { timeout: 120_000 }, async () => {
  const crowd = await addListener(db.sql)
  await addWebhook(db.sql, crowd.organization, { events: ['deal.created'] })
  await db.sql`insert into public.contacts (organization_id, first_name) select ${crowd.organization}, n::text from generate_series(1, 100000) n`
  const [count] = await db.sql`
    select count(*)::int as deliveries, count(distinct d.event_id)::int as events, count(distinct e.data)::int as rows
    from webhooks.deliveries d join webhooks.events e on e.id = d.event_id where d.organization_id = ${crowd.organization}`
  expect(count).toEqual({ deliveries: 100_000, events: 100_000, rows: 100_000 })
})

test('20,000 rows in one update are each paired with their own old row', async () => {
  const crowd = await addListener(db.sql, { events: ['contact.updated'] })
  await db.sql`insert into public.contacts (organization_id, first_name, company) select ${crowd.organization}, n::text, n::text from generate_series(1, 20000) n`
  await db.sql`update public.contacts set company = 'x' || first_name where organization_id = ${crowd.organization}`
  const [count] = await db.sql`
    select count(*)::int as events, count(*) filter (where e.data::jsonb -> 'first_name' <> e.previous::jsonb -> 'company')::int as mistaken
    from webhooks.events e where e.organization_id = ${crowd.organization}`
  expect(count).toEqual({ events: 20_000, mistaken: 0 })
})

describe('an event', () => {
  test('has a version 7 uuid that holds its time, and no two have the same', async () => {
    await heard(() => db.sql`insert into public.seats (organization_id, number) select ${organization}, n from generate_series(1001, 1500) n`)
    const rows = await db.sql`select id, occurred_at from webhooks.events where organization_id = ${organization}`
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length)
    for (const { id, occurred_at } of rows) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(Math.abs(parseInt(id.replaceAll('-', '').slice(0, 12), 16) - occurred_at.getTime())).toBeLessThanOrEqual(1)
    }
  })

  test('holds the row as Postgres writes it in UTC, whatever the time zone and style of the writer', async () => {
    const [event] = await heard(() => db.sql.begin(async (tx) => {
      await tx`select set_config('timezone', 'Asia/Tokyo', true), set_config('datestyle', 'German', true)`
      await tx`insert into public.meetings (organization_id, topic, starts_at, recording_status)
               values (${organization}, 'Ä "quoted" \\ line
break', '2026-03-01 09:00+09', 'completed')`
    }))
    const [row] = await db.sql.begin(async (tx) => {
      await tx`set local timezone = 'UTC'`
      return tx`select row_to_json(m)::text as data from public.meetings m where organization_id = ${organization}`
    })
    expect(event!.data).toBe(row!.data)
    expect(JSON.parse(event!.data).starts_at).toBe('2026-03-01T00:00:00+00:00')
  })

  test('of a change holds exactly the columns that differ in `previous`, in UTC too', async () => {
    const { id } = await addRow(db.sql, 'meetings', { organization_id: organization, topic: 'Plan', starts_at: '2026-03-01T00:00:00Z', recording_status: 'none' })
    const [event] = await heard(() => db.sql.begin(async (tx) => {
      await tx`set local timezone = 'Asia/Tokyo'`
      await tx`update public.meetings set topic = 'Plan', starts_at = '2026-04-01', recording_status = 'completed', recording_url = 'https://zoom.test' where id = ${id as string}`
    }))
    expect(JSON.parse(event!.previous!)).toEqual({ starts_at: '2026-03-01T00:00:00+00:00', recording_status: 'none', recording_url: null })
  })
})

describe('who hears', () => {
  test('each webhook of the organization that lists the type, and all share one event', async () => {
    const org = await addOrganization(db.sql)
    const [all, contacts, deals] = await Promise.all([['*'], ['contact.created', 'contact.updated'], ['deal.created']].map((events) => addWebhook(db.sql, org, { events })))
    await addRow(db.sql, 'contacts', { organization_id: org, first_name: 'Ada' })
    const ids = await Promise.all([all!, contacts!, deals!].map(async (id) => (await heardBy(db.sql, id)).map((event) => event.id)))
    expect(ids[0]).toHaveLength(1)
    expect(ids[1]).toEqual(ids[0])
    expect(ids[2]).toEqual([])
  })

  test('not one that is off: what it would have heard is counted, and nothing is written', async () => {
    const off = await addListener(db.sql, { is_active: false, events: ['contact.created', 'contact.updated'] })
    await db.sql`insert into public.contacts (organization_id, first_name) select ${off.organization}, n::text from generate_series(1, 5) n`
    await db.sql`update public.contacts set company = 'x' where organization_id = ${off.organization}`
    await addRow(db.sql, 'deals', { organization_id: off.organization, title: 'not asked for' })
    const [missed] = await db.sql`select sum(events)::int as events from webhooks.missed_events where webhook_id = ${off.webhook}`
    expect(missed!.events).toBe(10)
    expect(await db.sql`select from webhooks.events where organization_id = ${off.organization}`).toHaveLength(0)
    const on = await addWebhook(db.sql, off.organization)
    await addRow(db.sql, 'contacts', { organization_id: off.organization, first_name: 'Ada' })
    expect(await typesHeardBy(db.sql, on)).toEqual(['contact.created'])
    expect(await typesHeardBy(db.sql, off.webhook)).toEqual([])
  })

  test('from the statement after it was made, changed or turned on', async () => {
    const org = await addOrganization(db.sql)
    const insert = (title: string) => addRow(db.sql, 'deals', { organization_id: org, title })
    await insert('too early')
    const id = await addWebhook(db.sql, org, { events: ['contact.created'] })
    await insert('not listed')
    await db.sql`update public.webhook_configurations set events = '{deal.created}' where id = ${id}`
    await insert('first')
    await db.sql`update public.webhook_configurations set is_active = false where id = ${id}`
    await insert('off')
    await db.sql`update public.webhook_configurations set is_active = true where id = ${id}`
    await insert('second')
    expect((await heardBy(db.sql, id)).map((event) => JSON.parse(event.data).title)).toEqual(['first', 'second'])
  })
})
