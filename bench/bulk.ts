// What a webhook costs one INSERT of 10,000 rows.
import type { Section } from './bench.ts'
import { now } from './clock.mjs'
import { median, ratioOf } from './figures.ts'
import { addOrganization } from './webhooks.ts'
import { makeWriters, pretendDispatcherIsAwake } from './written_tables.ts'

const ROWS = 10_000
const ORGANIZATIONS = 200

export const bulk: Section = async ({ quick, server, receiver, report }) => {
  const database = await server.freshDatabase()
  const fallAsleep = await pretendDispatcherIsAwake(database)
  const writers = (await makeWriters(database, receiver)).map(({ organization, ...writer }) => ({ ...writer, organizations: [organization] }))
  // With a webhook each. As a migration of the app writes: whatever is done once per row and webhook shows here.
  const tenants: string[] = []
  while (tenants.length < ORGANIZATIONS) tenants.push(await addOrganization(database, [receiver.url('/ok/writers')]))
  writers.push({ name: `${ORGANIZATIONS} organizations`, table: 'contacts', organizations: tenants })
  const times = new Map<string, number[]>(writers.map(({ name }) => [name, []]))
  for (let round = 0; round <= (quick ? 5 : 11); round++) {
    for (const { name, table, organizations } of writers) {
      const began = now()
      await database.sql.unsafe(
        `insert into public.${table} (organization_id, first_name, last_name, email)
         select ($1::uuid[])[1 + i % $2], 'Ada', 'Lovelace', 'ada' || i || '@example.com' from generate_series(1, ${ROWS}) i`, [organizations, organizations.length])
      if (round > 0) times.get(name)!.push(now() - began) // the first warms up
    }
    await database.sql`truncate webhooks.deliveries, webhooks.events`
  }
  const base = times.get('without triggers')!
  for (const { name } of writers.slice(1)) {
    const own = times.get(name)!
    report({ name: `INSERT of 10,000 rows, ${name}`, value: median(own), unit: 'ms', beside: { name: 'without triggers', value: median(base) }, ratio: ratioOf(own, base) })
  }
  fallAsleep()
  await server.drop(database)
}
