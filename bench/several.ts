// Several dispatchers on one database, with a receiver that takes its time: one of them has at most 128 requests to it under way,
// so alone it waits most of the time. On two cores there is room for two of them.
import type { Section } from './bench.ts'
import { drainOnce } from './drain_once.ts'
import { median, ratioOf } from './figures.ts'
import { addOrganization } from './webhooks.ts'

const WEBHOOKS = 1
const ANSWER_AFTER_MS = 20

export const several: Section = async ({ quick, server, receiver, startDispatcher, report }) => {
  const deliveries = quick ? 8_000 : 20_000
  const teams = []
  for (const size of [1, 2, 4]) {
    const database = await server.freshDatabase()
    const organizations: string[] = []
    for (let nth = 0; nth < WEBHOOKS; nth++) organizations.push(await addOrganization(database, [receiver.url(`/after/${ANSWER_AFTER_MS}/several-${nth}`)]))
    const dispatchers = await Promise.all(Array.from({ length: size }, () => startDispatcher(database)))
    teams.push({ size, database, organizations, dispatchers, rates: [] as number[] })
  }
  for (let round = 0; round <= (quick ? 1 : 5); round++) {
    for (const { database, organizations, rates } of teams) {
      const rate = await drainOnce(database, receiver, deliveries, organizations)
      if (round > 0) rates.push(rate) // the first warms up
    }
  }
  const alone = teams[0]!.rates
  for (const { size, rates } of teams) {
    report({
      name: `${size} ${size === 1 ? 'dispatcher' : 'dispatchers'}, answers after 20 ms`, value: median(rates), unit: 'deliveries/s',
      ...(size === 1 ? {} : { beside: { name: '1 dispatcher', value: median(alone) }, ratio: ratioOf(rates, alone) }),
    })
  }
  for (const { dispatchers, database } of teams) {
    for (const dispatcher of dispatchers) await dispatcher.stop()
    await server.drop(database)
  }
}
