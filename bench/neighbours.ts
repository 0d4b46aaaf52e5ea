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
  const database = await server.freshDatabase()
  const organizations: string[] = []
  for (let nth = 0; nth < WEBHOOKS; nth++) {
    organizations.push(await addOrganization(database, [receiver.url(`/ok/neighbour-${nth}`)], { timeout_ms: quick ? 1_000 : 5_000 }))
  }
  const dispatcher = await startDispatcher(database)
  const odd = organizations[0]!
  const point = (path: string) => database.sql`update public.webhook_configurations set url = ${receiver.url(path)} where organization_id = ${odd}`
  const others = async () => {
    const trips = await steadyTrips({ database, receiver, organizations, unwatched: new Set([odd]), perSecond: PER_SECOND, seconds: quick ? 4 : 20 })
    return percentile(trips.map((trip) => trip.fromCommit), 0.99)
  }
  await addContacts(database, 5_000, ...organizations)
  await settled(database)

  const undisturbed = await others()
  const beside = { name: 'undisturbed', value: undisturbed }
  await settled(database)

  await point('/hang/neighbour-0')
  await addContacts(database, HANGING, odd)
  const hanging = await others()
  report({ name: 'p99 of 99 webhooks while one hangs', value: hanging, unit: 'ms', beside, ratio: hanging / undisturbed })

  await point('/ok/neighbour-0')
  say(`${QUEUE} rows for one webhook`)
  await addContacts(database, QUEUE, odd)
  const queueing = await others()
  report({ name: 'p99 of 99 webhooks while one has 100,000 waiting', value: queueing, unit: 'ms', beside, ratio: queueing / undisturbed })
  await dispatcher.stop()
  await server.drop(database)
}
