// What the others notice when one of a hundred webhooks hangs, or has a long queue.
import type { Section } from './bench.ts'
import { percentile } from './figures.ts'
import { steadyTrips } from './steady.ts'
import { addContacts, addOrganization, settled } from './webhooks.ts'

const WEBHOOKS = 100
const PER_SECOND = 200
/** Enough of them to fill the hanging webhook's first window several times. */
const HANGING = 300
const QUEUE = 100_000

export const neighbours: Section = async ({ quick, server, receiver, startDispatcher, report, say }) => {
  const { rounds, seconds } = quick ? { rounds: 3, seconds: 2 } : { rounds: 4, seconds: 5 }

  /** A hundred organizations with a webhook each, and a dispatcher of their own. The first of them is the odd one. */
  async function makePlace(oddPath: string) {
    const database = await server.freshDatabase()
    const organizations: string[] = []
    for (let nth = 0; nth < WEBHOOKS; nth++) {
      organizations.push(await addOrganization(database, [receiver.url(`/ok/neighbour-${nth}`)], { timeout_ms: quick ? 1_000 : 5_000 }))
    }
    const dispatcher = await startDispatcher(database)
    await addContacts(database, 5_000, ...organizations)
    await settled(database)
    const odd = organizations[0]!
    await database.sql`update public.webhook_configurations set url = ${receiver.url(oddPath)} where organization_id = ${odd}`
    const tripsOfOthers = async (forSeconds: number) => {
      const trips = await steadyTrips({ database, receiver, organizations, unwatched: new Set([odd]), perSecond: PER_SECOND, seconds: forSeconds })
      return trips.map((trip) => trip.fromCommit)
    }
    return { database, dispatcher, odd, tripsOfOthers }
  }
  const quiet = await makePlace('/ok/neighbour-0')
  const disturbed = await makePlace('/hang/neighbour-0')

  // In turn, because the 99th of a hundred is what the machine's own moods change most.
  const undisturbed: number[] = []
  const hanging: number[] = []
  for (let round = 0; round < rounds; round++) {
    undisturbed.push(...await quiet.tripsOfOthers(seconds))
    await addContacts(disturbed.database, HANGING, disturbed.odd)
    hanging.push(...await disturbed.tripsOfOthers(seconds))
  }
  await disturbed.dispatcher.stop()
  await server.drop(disturbed.database)
  const p99 = (times: number[]) => percentile(times, 0.99)
  const beside = { name: 'undisturbed', value: p99(undisturbed) }
  report({ name: 'p99 of 99 webhooks while one hangs', value: p99(hanging), unit: 'ms', beside, ratio: p99(hanging) / beside.value })

  say(`${QUEUE} rows for one webhook`)
  await addContacts(quiet.database, QUEUE, quiet.odd)
  const queueing = p99(await quiet.tripsOfOthers(quick ? 4 : 20))
  report({ name: 'p99 of 99 webhooks while one has 100,000 waiting', value: queueing, unit: 'ms', beside, ratio: queueing / beside.value })
  await quiet.dispatcher.stop()
  await server.drop(quiet.database)
}
