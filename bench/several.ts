// Several dispatchers on one database, with a receiver that takes its time: one of them has at most 128 requests to it under way,
// so alone it waits most of the time. With answers after 20 ms two of them fill two cores; with answers after 100 ms four do not.
// Each has as much to do as the one alone, so that all take as long to begin: a window grows with the answers.
import type { Section } from './bench.ts'
import { drainOnce } from './drain_once.ts'
import { median, ratioOf } from './figures.ts'
import { addOrganization } from './webhooks.ts'

export const several: Section = async ({ quick, server, receiver, startDispatcher, report, say }) => {
  const kinds = [
    { answerAfterMs: 20, each: quick ? 2_500 : 10_000, rounds: quick ? 1 : 5 },
    { answerAfterMs: 100, each: quick ? 1_500 : 5_000, rounds: quick ? 1 : 3 },
  ]
  const teams = await Promise.all([1, 2, 4].map(async (size) => {
    const database = await server.freshDatabase()
    const dispatchers = await Promise.all(Array.from({ length: size }, () => startDispatcher(database)))
    return { size, database, dispatchers }
  }))
  for (const { answerAfterMs, each, rounds } of kinds) {
    say(`answers after ${answerAfterMs} ms`)
    const runs = []
    for (const { size, database } of teams) {
      const organization = await addOrganization(database, [receiver.url(`/after/${answerAfterMs}/several`)])
      runs.push({ size, database, organization, rates: [] as number[] })
    }
    for (let round = 0; round <= rounds; round++) {
      for (const { size, database, organization, rates } of runs) {
        const rate = await drainOnce(database, receiver, each * size, [organization])
        if (round > 0) rates.push(rate) // the first warms up
      }
    }
    const alone = runs[0]!.rates
    for (const { size, rates } of runs) {
      report({
        name: `${size} ${size === 1 ? 'dispatcher' : 'dispatchers'}, answers after ${answerAfterMs} ms`, value: median(rates), unit: 'deliveries/s',
        ...(size === 1 ? {} : { beside: { name: '1 dispatcher', value: median(alone) }, ratio: ratioOf(rates, alone) }),
      })
    }
  }
  for (const { dispatchers, database } of teams) {
    for (const dispatcher of dispatchers) await dispatcher.stop()
    await server.drop(database)
  }
}
