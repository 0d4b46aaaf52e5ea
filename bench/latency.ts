// From the commit to the arrival of the request, under little and under more load.
import type { Section } from './bench.ts'
import { percentile } from './figures.ts'
import { steadyTrips } from './steady.ts'
import { addContacts, addOrganization, settled } from './webhooks.ts'

export const latency: Section = async ({ quick, server, receiver, startDispatcher, report }) => {
  const database = await server.freshDatabase()
  const organization = await addOrganization(database, [receiver.url('/ok/latency')])
  const dispatcher = await startDispatcher(database)
  await addContacts(database, 2_000, organization) // warm-up
  await settled(database)

  for (const perSecond of [20, 500]) {
    await steadyTrips({ database, receiver, organizations: [organization], perSecond, seconds: 1 })
    const trips = await steadyTrips({ database, receiver, organizations: [organization], perSecond, seconds: quick ? 5 : 20 })
    const inserts = trips.map((trip) => trip.insert)
    for (const share of [0.5, 0.99]) {
      report({
        name: `commit to arrival at ${perSecond}/s, p${share * 100}`, value: percentile(trips.map((trip) => trip.fromCommit), share), unit: 'ms',
        beside: { name: `the insert itself, p${share * 100}`, value: percentile(inserts, share) },
      })
    }
    report({ name: `insert sent to arrival at ${perSecond}/s, p99`, value: percentile(trips.map((trip) => trip.fromSent), 0.99), unit: 'ms' })
  }
  await dispatcher.stop()
  await server.drop(database)
}
