// The edge function: drains until empty or out of time. Wakes come from pg_net at commit and from pg_cron's sweep.
import { readEnvironment } from '../io/environment.ts'
import { createLog, faultOf } from '../io/log.ts'
import { createSender } from '../io/send.ts'
import { openStore } from '../io/store.ts'
import { answerDrain } from './drain.ts'

const now = () => new Date()
const log = createLog((text) => console.log(text.trimEnd()), now)

Deno.serve(async (request) => {
  try {
    const environment = readEnvironment((name) => Deno.env.get(name))
    return await answerDrain(request, {
      secrets: environment.dispatcherSecrets,
      parts: async () => ({
        store: await openStore(environment.databaseUrl),
        sender: createSender({ allow: environment.allow }),
        keyring: environment.keyring,
        log,
        now,
        ticks: () => performance.now(),
        random: Math.random,
        dispatcherId: crypto.randomUUID(),
      }),
    })
  } catch (error) {
    log({ level: 'error', event: 'dispatcher.fault', ...faultOf(error) })
    return Response.json({ error: { code: 'internal', message: 'The dispatcher failed. Its log says why.' } }, { status: 500 })
  }
})
