// Many webhooks on one event, beside many events for one webhook.
import type { Section } from './bench.ts'
import { drainOnce } from './drain_once.ts'
import { median, ratioOf } from './figures.ts'
import { addOrganization } from './webhooks.ts'

const WEBHOOKS = 50

export const fanout: Section = async ({ quick, server, receiver, startDispatcher, report }) => {
  const events = quick ? 100 : 400
  const database = await server.freshDatabase()
  const wide = await addOrganization(database, Array.from({ length: WEBHOOKS }, (_, nth) => receiver.url(`/ok/fanout-${nth}`)))
  const narrow = await addOrganization(database, [receiver.url('/ok/one')])
  const dispatcher = await startDispatcher(database)
  const wideRates: number[] = []
  const narrowRates: number[] = []
  for (let round = 0; round <= (quick ? 2 : 5); round++) {
    const wideRate = await drainOnce(database, receiver, events, [wide], events * WEBHOOKS)
    const narrowRate = await drainOnce(database, receiver, events * WEBHOOKS, [narrow])
    if (round === 0) continue // warm-up
    wideRates.push(wideRate)
    narrowRates.push(narrowRate)
  }
  report({
    name: `${events} events to ${WEBHOOKS} webhooks each`, value: median(wideRates), unit: 'deliveries/s',
    beside: { name: `${(events * WEBHOOKS).toLocaleString('en-US')} events to one webhook`, value: median(narrowRates) }, ratio: ratioOf(wideRates, narrowRates),
  })
  await dispatcher.stop()
  await server.drop(database)
}
