// Memory of one dispatcher with a thousand requests under way.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Section } from './bench.ts'
import { now } from './clock.mjs'
import { residentOf } from './cpu.ts'
import { addContacts, addOrganization } from './webhooks.ts'

/** Eight webhooks with a full window of 128 requests each. */
const WEBHOOKS = 8
const ANSWER_AFTER_MS = 500
const QUEUE = 10_000

export const memory: Section = async ({ quick, server, receiver, startDispatcher, report }) => {
  const database = await server.freshDatabase()
  const organizations: string[] = []
  for (let nth = 0; nth < WEBHOOKS; nth++) organizations.push(await addOrganization(database, [receiver.url(`/after/${ANSWER_AFTER_MS}/memory-${nth}`)]))
  const dispatcher = await startDispatcher(database)
  await sleep(1_000)
  const idle = residentOf(dispatcher.pid)

  const until = now() + (quick ? 10_000 : 90_000)
  let most = 0
  while (now() < until) {
    const [waiting] = await database.sql`select count(*)::int as count from webhooks.deliveries where state = 'pending'`
    if ((waiting!.count as number) < QUEUE / 2) await addContacts(database, QUEUE, ...organizations)
    for (let nth = 0; nth < 10; nth++) {
      most = Math.max(most, residentOf(dispatcher.pid) ?? 0)
      await sleep(100)
    }
  }
  const [underWay] = await database.sql`select count(*)::int as count from webhooks.deliveries where state = 'sending'`
  report({
    name: `memory at 1,000 in flight (${underWay!.count} claimed), most`, value: idle === null ? null : most, unit: 'MiB',
    ...(idle === null ? {} : { beside: { name: 'idle', value: idle }, ratio: most / idle }),
  })
  await dispatcher.stop()
  await server.drop(database)
}
