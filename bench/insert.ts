// What a webhook costs the app's own single-row inserts, each in its own durable commit.
import postgres from 'postgres'
import type { Section } from './bench.ts'
import { now } from './clock.mjs'
import { median, ratioOf } from './figures.ts'
import type { BenchDatabase } from './server.ts'
import { settled } from './webhooks.ts'
import { makeWriters, pretendDispatcherIsAwake, type Writer } from './written_tables.ts'

const CLIENTS = 4

export const insert: Section = async ({ quick, server, receiver, startDispatcher, report, say }) => {
  const elsewhere = await server.freshDatabase()
  const fallAsleep = await pretendDispatcherIsAwake(elsewhere)
  const [plain, unwanted, wanted] = await makeWriters(elsewhere, receiver) as [Writer, Writer, Writer]
  const here = await server.freshDatabase()
  const delivered = (await makeWriters(here, receiver))[2]!
  const dispatcher = await startDispatcher(here)

  const variants = [
    { name: 'without triggers', database: elsewhere, writer: plain },
    { name: 'no webhook wants it', database: elsewhere, writer: unwanted },
    { name: 'one webhook wants it', database: elsewhere, writer: wanted },
    { name: 'one wants it, delivered on the same cores', database: here, writer: delivered },
  ]
  const rates = new Map<string, number[]>(variants.map(({ name }) => [name, []]))
  for (let round = 0; round <= (quick ? 3 : 7); round++) {
    for (const { name, database, writer } of variants) {
      const rate = await insertRate(database, writer, quick ? 1_000 : 3_000)
      if (round > 0) rates.get(name)!.push(rate) // the first warms up
      if (database === here) await settled(here)
    }
    if (round > 0) say(`round ${round}: ${[...rates].map(([name, all]) => `${name} ${Math.round(all.at(-1) ?? 0)}/s`).join(', ')}`)
  }

  const base = rates.get('without triggers')!
  for (const { name } of variants.slice(1)) {
    const own = rates.get(name)!
    report({ name: `4 clients, ${name}`, value: median(own), unit: 'inserts/s', beside: { name: 'without triggers', value: median(base) }, ratio: ratioOf(own, base) })
  }
  fallAsleep()
  await dispatcher.stop()
  for (const database of [elsewhere, here]) await server.drop(database)
}

async function insertRate(database: BenchDatabase, { table, organization }: Writer, forMs: number): Promise<number> {
  const clients = Array.from({ length: CLIENTS }, () => postgres(database.url, { max: 1, onnotice: () => {} }))
  const text = `insert into public.${table} (organization_id, first_name, last_name, email) values ($1, 'Ada', 'Lovelace', 'ada@example.com')`
  const insertOne = (client: postgres.Sql) => client.unsafe(text, [organization], { prepare: true })
  await Promise.all(clients.map(insertOne)) // connects, prepares
  let inserted = 0
  const began = now()
  await Promise.all(clients.map(async (client) => {
    while (now() - began < forMs) {
      await insertOne(client)
      inserted++
    }
  }))
  const rate = inserted / (now() - began) * 1_000
  await Promise.all(clients.map((client) => client.end()))
  return rate
}
