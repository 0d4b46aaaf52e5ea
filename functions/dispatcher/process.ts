// The long-lived dispatcher: local use and self-hosting, on Node. The same engine as the edge function in index.ts.
import { randomUUID } from 'node:crypto'
import process from 'node:process'
import { measureBusyPart } from '../io/busy_part.ts'
import { connectionFault } from '../io/connection_fault.ts'
import { readAlertSettings, readEnvironment, readHealthSettings } from '../io/environment.ts'
import { createLog, faultOf } from '../io/log.ts'
import { openMailer } from '../io/mailer.ts'
import { openOutput } from '../io/output.ts'
import { rememberQueueHealth } from '../io/queue_health.ts'
import { resolveInNode } from '../io/resolve_in_node.ts'
import { createSender } from '../io/send.ts'
import { openShapeStore } from '../io/shape_store.ts'
import { openStore, type Store } from '../io/store.ts'
import { silent, telemetryWanted } from '../io/telemetry.ts'
import { openTransformThreads } from '../io/transform/threads.ts'
import { mailAlerts } from './alerts.ts'
import { createDispatcher } from './dispatch.ts'
import { judgeHealth } from './health.ts'
import { serveHealth } from './health_server.ts'
import { keepHouse } from './housekeeping.ts'
import { shapeClaims } from './shapes.ts'
import { vacuumWhenDue } from './vacuum.ts'

const now = () => new Date()
const ticks = () => performance.now()
const get = (name: string) => process.env[name]
const output = openOutput(1, now)
const log = createLog(output.write, now)

try {
  const environment = readEnvironment(get)
  const health = readHealthSettings(get)
  const alerts = readAlertSettings(get)
  const dispatcherId = randomUUID()

  const transform = openTransformThreads({ ticks })
  const store = shapeClaims(await openInstalled(environment.databaseUrl), { shapes: openShapeStore(environment.databaseUrl), transform, ticks })
  const sender = createSender({ allow: environment.allow, resolve: resolveInNode() })
  // The SDK and the mail library are loaded by those who asked for them.
  const telemetry = telemetryWanted(get) ? (await import('../io/otel.ts')).openTelemetry(dispatcherId) : silent
  const mailer = alerts === null ? null : await openMailer(alerts)

  const dispatcher = createDispatcher({ store, sender, keyring: environment.keyring, log, now, ticks, random: Math.random, busyPart: measureBusyPart(), dispatcherId, telemetry })
  const queue = rememberQueueHealth(store.queueHealth, ticks)
  const askQueue = () => queue().catch((error: unknown) => {
    log({ level: 'warn', event: 'health.fault', ...faultOf(error) })
    return null
  })
  telemetry.observe({ inHand: () => dispatcher.inHand, queue: askQueue })
  const healthServer = health.port === null ? null : await serveHealth({
    host: health.host, port: health.port,
    ask: async () => {
      const queue = await askQueue()
      return judgeHealth({ dispatcher: dispatcher.status(), queue, maxAgeSeconds: health.maxAgeSeconds, now: now() })
    },
  })
  const house = keepHouse({
    store, log,
    vacuum: vacuumWhenDue(store, () => dispatcher.counts.succeeded + dispatcher.counts.failed, ticks),
    mail: alerts === null || mailer === null ? undefined : (isOver) => mailAlerts({ store, mailer, webUrl: alerts.webUrl, log }, isOver),
  })

  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    log({ level: 'info', event: 'dispatcher.stopping', dispatcher_id: dispatcherId, signal })
    await Promise.all([house.stop(), dispatcher.stop()])
    mailer?.close()
    await telemetry.close()
    healthServer?.close()
    await Promise.all([sender.close(), store.close(), transform.close()])
    log.flush()
    await output.flush()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))

  await store.listen(dispatcher.wake)
  log({ level: 'info', event: 'dispatcher.ready', dispatcher_id: dispatcherId })
  await dispatcher.run()
} catch (error) {
  log.flush()
  await output.flush()
  const { fault } = faultOf(error)
  process.stderr.write(`The dispatcher could not start: ${fault}\n`)
  process.exit(1)
}

/** A wrong address is said at the start, and so is a database without Tablehook: the first claim would only fail again and again. */
async function openInstalled(url: string): Promise<Store> {
  try {
    const store = await openStore(url)
    await store.readWebhooks([])
    return store
  } catch (error) {
    const fault = connectionFault(error, url, 'SUPABASE_DB_URL')
    throw fault === null ? error : new Error(fault, { cause: error })
  }
}
