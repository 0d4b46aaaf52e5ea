// How fast a full outbox empties, beside a bare HTTP client on the same machine, in turns.
import type { Section } from './bench.ts'
import { now } from './clock.mjs'
import { cpuOf } from './cpu.ts'
import { median, ratioOf } from './figures.ts'
import { callsOfDispatchers, forgetStatements, lookInsideFunctions, readStatements } from './statements.ts'
import { addContacts, addOrganization, settled } from './webhooks.ts'

const DELIVERIES = 20_000
/** Both are programs in JavaScript: it takes seconds until they run as they will for days. */
const WARM_UP = 20_000

export const drain: Section = async ({ quick, verbose, server, receiver, startDispatcher, startBareClient, report, say }) => {
  const database = await server.freshDatabase()
  if (verbose) await lookInsideFunctions(database)
  const organization = await addOrganization(database, [receiver.url('/ok/drain')])
  const dispatcher = await startDispatcher(database)
  await receiver.reset()
  await addContacts(database, WARM_UP, organization)
  await receiver.wait(WARM_UP)
  const bareClient = await startBareClient(receiver.url('/ok/bare'), await receiver.latest())
  await bareClient.send(WARM_UP)

  const rates: number[] = []
  const ceilings: number[] = []
  const statements: number[] = []
  const dispatcherCpu: number[] = []
  const postgresCpu: number[] = []
  const perDelivery = (after: number | null, before: number | null) => after === null || before === null ? [] : [(after - before) * 1_000 / DELIVERIES]

  for (let round = 1; round <= (quick ? 3 : 7); round++) {
    await settled(database)
    await receiver.reset()
    await forgetStatements(database)
    await addContacts(database, DELIVERIES, organization)
    const committed = now()
    const before = { dispatcher: cpuOf(dispatcher.pid), postgres: cpuOf(server.postmaster) }
    const { last, doubles } = await receiver.wait(DELIVERIES)
    await settled(database)
    dispatcherCpu.push(...perDelivery(cpuOf(dispatcher.pid), before.dispatcher))
    postgresCpu.push(...perDelivery(cpuOf(server.postmaster), before.postgres))
    rates.push(DELIVERIES / (last - committed) * 1_000)
    statements.push(callsOfDispatchers(await readStatements(database)) / DELIVERIES)

    await receiver.reset()
    const began = await bareClient.send(DELIVERIES)
    ceilings.push(DELIVERIES / ((await receiver.wait(DELIVERIES)).last - began) * 1_000)
    say(`round ${round}: ${Math.round(rates.at(-1)!)}/s, bare ${Math.round(ceilings.at(-1)!)}/s${doubles > 0 ? `, ${doubles} arrived twice` : ''}`)
    if (round === 1 && verbose) {
      for (const { user, calls, ms, text } of (await readStatements(database)).slice(0, 25)) say(`${String(calls).padStart(6)} calls ${ms.toFixed(0).padStart(6)} ms  ${user}: ${text.slice(0, 160)}`)
    }
  }

  report({ name: '20,000 from one bulk insert', value: median(rates), unit: 'deliveries/s', beside: { name: 'bare HTTP client', value: median(ceilings) }, ratio: ratioOf(rates, ceilings) })
  report({ name: 'CPU of the dispatcher', value: dispatcherCpu.length > 0 ? median(dispatcherCpu) : null, unit: 'µs/delivery' })
  report({ name: 'CPU of Postgres', value: postgresCpu.length > 0 ? median(postgresCpu) : null, unit: 'µs/delivery' })
  report({ name: 'SQL statements', value: median(statements), unit: 'per delivery' })
  await dispatcher.stop()
  await server.drop(database)
}
