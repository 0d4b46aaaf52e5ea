// Single-row inserts at a steady rate, and how long each event took to arrive.
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { now } from './clock.mjs'
import type { Receiver } from './processes.ts'
import type { BenchDatabase } from './server.ts'

/** Milliseconds: the insert itself (sent to answered), from the commit as its client saw it to the arrival, and the same from when the insert was sent. */
export type Trip = { organization: string, path: string, insert: number, fromCommit: number, fromSent: number }

const CLIENTS = 8

/** The first inserts of a connection plan and compile what the app's pool has behind it for hours. Nothing of them stays. */
async function warmUp(clients: postgres.Sql, organization: string): Promise<void> {
  const client = await clients.reserve() // each holds its own until all have one
  for (let nth = 0; nth < 8; nth++) {
    await client`begin`
    await client`insert into public.contacts (organization_id, first_name, email) values (${organization}, 'Ada', 'ada@example.com')`
    await client`select pg_sleep(0.01)`
    await client`rollback`
  }
  client.release()
}

/**
 * Inserts one contact per tick, in turn for each organization, whether or not earlier ones have arrived. Organizations must
 * have at most one webhook. Those in `unwatched` are written to but not waited for.
 */
export async function steadyTrips({ database, receiver, organizations, unwatched = new Set(), perSecond, seconds }: {
  database: BenchDatabase
  receiver: Receiver
  organizations: readonly string[]
  unwatched?: ReadonlySet<string>
  perSecond: number
  seconds: number
}): Promise<Trip[]> {
  const clients = postgres(database.url, { max: CLIENTS, onnotice: () => {} })
  await Promise.all(Array.from({ length: CLIENTS }, () => warmUp(clients, organizations[0]!)))
  const written: { organization: string, sent: number, committed: number, contact: string }[] = []
  await receiver.reset()
  const inserts: Promise<void>[] = []
  const began = now()
  for (let nth = 0; nth < perSecond * seconds; nth++) {
    const early = began + nth * 1_000 / perSecond - now()
    if (early > 0) await sleep(early)
    inserts.push(insert(organizations[nth % organizations.length]!))
  }
  await Promise.all(inserts)

  async function insert(organization: string): Promise<void> {
    const sent = now()
    const [row] = await clients`insert into public.contacts (organization_id, first_name, email) values (${organization}, 'Ada', 'ada@example.com') returning id`
    written.push({ organization, sent, committed: now(), contact: row!.id as string })
  }

  const watched = written.filter(({ organization }) => !unwatched.has(organization))
  const events = await clients`select e.id, substr(e.record_key, length('public.contacts:') + 1) as contact from webhooks.events e where e.record_key = any (${watched.map(({ contact }) => `public.contacts:${contact}`)})`
  await clients.end()
  const eventOf = new Map(events.map((event) => [event.contact as string, event.id as string]))
  const wanted = new Set(eventOf.values())
  const deadline = now() + 30_000
  for (;;) {
    const arrived = new Map((await receiver.arrivals()).reverse().map((arrival) => [arrival.id, arrival])) // the first time each came
    if ([...wanted].every((id) => arrived.has(id))) {
      return watched.map(({ organization, sent, committed, contact }) => {
        const { at, path } = arrived.get(eventOf.get(contact)!)!
        return { organization, path, insert: committed - sent, fromCommit: at - committed, fromSent: at - sent }
      })
    }
    if (now() > deadline) throw new Error(`Of ${wanted.size} events ${[...wanted].filter((id) => arrived.has(id)).length} arrived within 30 s.`)
    await sleep(50)
  }
}
