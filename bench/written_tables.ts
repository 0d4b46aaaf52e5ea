// What writers are compared with: the app's own table as it would be without webhooks.
import { randomUUID } from 'node:crypto'
import type { BenchDatabase } from './server.ts'
import { addOrganization } from './webhooks.ts'
import type { Receiver } from './processes.ts'

export type Writer = { name: string, table: string, organization: string }

/** The same table without the webhooks' triggers, and organizations whose writes interest nobody and one webhook. */
export async function makeWriters(database: BenchDatabase, receiver: Receiver): Promise<Writer[]> {
  const { sql } = database
  await sql`create table public.contacts_without_triggers (like public.contacts including all)`
  const keys = await sql`select pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = 'public.contacts'::regclass and contype = 'f'`
  for (const { definition } of keys) await sql.unsafe(`alter table public.contacts_without_triggers add ${definition}`)
  const url = receiver.url('/ok/writers')
  const none = await addOrganization(database, [url], { events: ['deal.created'] })
  const one = await addOrganization(database, [url])
  return [
    { name: 'without triggers', table: 'contacts_without_triggers', organization: none },
    { name: 'no webhook wants it', table: 'contacts', organization: none },
    { name: 'one webhook wants it', table: 'contacts', organization: one },
  ]
}

/** As a dispatcher on another machine says it, again and again: while one polls, commits need not notify. The result ends it. */
export async function pretendDispatcherIsAwake({ sql }: BenchDatabase): Promise<() => void> {
  const id = randomUUID()
  const say = () => sql`select webhooks.stay_awake(${id}, clock_timestamp() + interval '5 seconds')`
  await say()
  const timer = setInterval(() => void say().catch(() => {}), 1_000)
  return () => clearInterval(timer)
}
