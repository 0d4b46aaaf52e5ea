// supabase/seed.sql: a month of two organizations, the same on every machine.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acme, globex } from '../../local/demo_users.ts'
import { freshDatabase } from '../support/database.ts'

let db: Awaited<ReturnType<typeof freshDatabase>>
const seed = readFileSync(new URL('../../supabase/seed.sql', import.meta.url), 'utf8')
const tables = ['contacts', 'deals', 'conversations', 'broadcasts', 'messages', 'meetings', 'chatbots', 'chatbot_runs', 'insights']

beforeAll(async () => {
  db = await freshDatabase()
  await db.sql.unsafe(seed)
})
afterAll(() => db.drop())

const count = async () => Object.fromEntries(await Promise.all(tables.map(async (table) => {
  const rows = await db.sql`select organization_id, count(*)::int as count from public.${db.sql(table)} group by 1`
  return [table, [acme, globex].map((each) => rows.find((row) => row.organization_id === each)?.count)]
})))

test('makes the same rows on every machine, and none the second time', async () => {
  const expected = {
    contacts: [250, 50], deals: [120, 24], conversations: [180, 36], broadcasts: [4, 4], messages: [2061, 430],
    meetings: [12, 3], chatbots: [2, 2], chatbot_runs: [80, 16], insights: [150, 30],
  }
  expect(await count()).toEqual(expected)
  await db.sql.unsafe(seed)
  expect(await count()).toEqual(expected)
})

test('shows every stage, status, kind and lifecycle', async () => {
  const [kinds] = await db.sql`
    select
      (select count(distinct stage) from public.deals)::int as stages,
      (select count(distinct lifecycle) from public.contacts)::int as lifecycles,
      (select count(distinct status) from public.conversations)::int as conversations,
      (select count(distinct kind) from public.insights)::int as insights,
      (select count(distinct recording_status) from public.meetings)::int as recordings,
      (select count(distinct status) from public.messages)::int as messages`
  expect(kinds).toEqual({ stages: 6, lifecycles: 3, conversations: 3, insights: 5, recordings: 4, messages: 5 })
})

test('tells a story in which nothing happens tomorrow, and nobody writes before they are known', async () => {
  const [odd] = await db.sql`
    select
      count(*) filter (where greatest(m.created_at, m.updated_at) > now())::int as tomorrow,
      count(*) filter (where m.created_at < now() - interval '31 days')::int as long_ago,
      count(*) filter (where m.created_at < c.created_at)::int as before_they_are_known,
      (select count(*) from public.deals d join public.contacts c on c.id = d.contact_id where d.created_at < c.created_at)::int as deals_too_early
    from public.messages m join public.contacts c on c.id = m.contact_id`
  expect(odd).toEqual({ tomorrow: 0, long_ago: 0, before_they_are_known: 0, deals_too_early: 0 })
})

test('names nobody who could exist', async () => {
  const reachable = await db.sql`
    select email, phone from public.contacts
    where email !~ '^[a-z.-]+@example\\.(com|org)$' or phone !~ '^\\+1[2-9][0-9]{2}55501[0-9]{2}$'`
  expect(reachable).toEqual([])
})
