import { now } from './clock.mjs'
import type { Receiver } from './processes.ts'
import type { BenchDatabase } from './server.ts'
import { addContacts, settled } from './webhooks.ts'

/** Inserts contacts in one commit, waits for all their deliveries and answers with deliveries per second from commit to last arrival. */
export async function drainOnce(database: BenchDatabase, receiver: Receiver, contacts: number, organizations: readonly string[], deliveries = contacts): Promise<number> {
  await receiver.reset()
  await addContacts(database, contacts, ...organizations)
  const committed = now()
  const { last } = await receiver.wait(deliveries)
  await settledButRetries(database)
  return deliveries / (last - committed) * 1_000
}

/** The next round begins when this one is recorded. What waits for later, as in a backlog, may wait. */
async function settledButRetries(database: BenchDatabase): Promise<void> {
  const [has] = await database.sql`select exists (select from webhooks.deliveries where due_at > now() + interval '10 minutes') as retries`
  if (!has!.retries) return settled(database)
  for (;;) {
    const [open] = await database.sql`select exists (select from webhooks.deliveries where due_at < now() + interval '10 minutes') as yes`
    if (!open!.yes) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
