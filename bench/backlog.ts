// Whether a long past slows the present: old rows, waiting retries, a snapshot that somebody forgot.
import postgres from 'postgres'
import type { Section } from './bench.ts'
import { drainOnce } from './drain_once.ts'
import { median, ratioOf } from './figures.ts'
import { addOldRows } from './old_rows.ts'
import { addOrganization } from './webhooks.ts'

export const backlog: Section = async ({ quick, server, receiver, startDispatcher, report, say }) => {
  const deliveries = quick ? 5_000 : 20_000
  const logs = quick ? 200_000 : 2_000_000
  const retries = quick ? 100_000 : 500_000
  const url = receiver.url('/ok/backlog')
  const make = async () => {
    const database = await server.freshDatabase()
    return { database, organization: await addOrganization(database, [url]) }
  }
  const empty = await make()
  const full = await make()
  await addOldRows(full.database, full.organization, logs, retries)
  say(`${logs} old rows and ${retries} waiting retries are in`)
  const dispatchers = [await startDispatcher(empty.database), await startDispatcher(full.database)]
  const drained = ({ database, organization }: typeof empty) => drainOnce(database, receiver, deliveries, [organization])

  async function compare(name: string): Promise<void> {
    const fullRates: number[] = []
    const emptyRates: number[] = []
    for (let round = 0; round <= (quick ? 2 : 5); round++) {
      const [fullRate, emptyRate] = [await drained(full), await drained(empty)]
      if (round === 0) continue // warm-up
      fullRates.push(fullRate)
      emptyRates.push(emptyRate)
    }
    report({ name, value: median(fullRates), unit: 'deliveries/s', beside: { name: 'empty tables', value: median(emptyRates) }, ratio: ratioOf(fullRates, emptyRates) })
  }

  const size = (rows: number) => rows >= 1e6 ? `${rows / 1e6}M` : `${rows / 1e3}k`
  await compare(`${size(logs)} old rows, ${size(retries)} retries waiting`)
  const forgotten = postgres(full.database.url, { max: 1, onnotice: () => {} })
  await forgotten`begin isolation level repeatable read`
  await forgotten`select 1`
  await compare('the same, and an old snapshot held open')
  await forgotten.end()

  for (const dispatcher of dispatchers) await dispatcher.stop()
  for (const { database } of [empty, full]) await server.drop(database)
}
