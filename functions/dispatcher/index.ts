// The edge function: drains until empty or out of time. Wakes come from pg_net at commit and from pg_cron's sweep.
import { readAlertSettings, readEnvironment, readHealthSettings } from '../io/environment.ts'
import { createLog, faultOf } from '../io/log.ts'
import { openMailer } from '../io/mailer.ts'
import { readQueueHealthOnce, rememberQueueHealth } from '../io/queue_health.ts'
import { createSender } from '../io/send.ts'
import { openShapeStore } from '../io/shape_store.ts'
import { openStore } from '../io/store.ts'
import { transformInProcess } from '../io/transform/in_process.ts'
import { answerService } from './service.ts'
import { shapeClaims } from './shapes.ts'

const now = () => new Date()
const ticks = () => performance.now()
const get = (name: string) => Deno.env.get(name)
const log = createLog((text) => console.log(text.trimEnd()), now)
const transform = transformInProcess(ticks)
const readQueue = rememberQueueHealth(() => readQueueHealthOnce(readEnvironment(get).databaseUrl), ticks)

Deno.serve(async (request) => {
  try {
    const environment = readEnvironment(get)
    const alerts = readAlertSettings(get)
    return await answerService(request, {
      secrets: environment.dispatcherSecrets,
      parts: async () => ({
        store: shapeClaims(await openStore(environment.databaseUrl), { shapes: openShapeStore(environment.databaseUrl), transform, ticks }),
        sender: createSender({ allow: environment.allow }),
        keyring: environment.keyring,
        log,
        now,
        ticks,
        random: Math.random,
        dispatcherId: crypto.randomUUID(),
      }),
      mail: alerts === null ? null : async () => ({ mailer: await openMailer(alerts), webUrl: alerts.webUrl }),
      readQueue,
      maxAgeSeconds: readHealthSettings(get).maxAgeSeconds,
    })
  } catch (error) {
    log({ level: 'error', event: 'dispatcher.fault', ...faultOf(error) })
    return Response.json({ error: { code: 'internal', message: 'The dispatcher failed. Its log says why.' } }, { status: 500 })
  }
})
