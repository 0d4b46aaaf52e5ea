// The long-lived dispatcher: local use and self-hosting, on Node. The same engine as the edge function in index.ts.
import { randomUUID } from 'node:crypto'
import process from 'node:process'
import { readEnvironment } from '../io/environment.ts'
import { createLog, faultOf } from '../io/log.ts'
import { createSender } from '../io/send.ts'
import { openStore } from '../io/store.ts'
import { createDispatcher } from './dispatch.ts'
import { keepHouse } from './housekeeping.ts'

const now = () => new Date()
const log = createLog((text) => process.stdout.write(text), now)

try {
  const environment = readEnvironment((name) => process.env[name])
  const store = await openStore(environment.databaseUrl)
  const sender = createSender({ allow: environment.allow })
  const dispatcherId = randomUUID()
  const dispatcher = createDispatcher({ store, sender, keyring: environment.keyring, log, now, ticks: () => performance.now(), random: Math.random, dispatcherId })
  const house = keepHouse({ store, log })

  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    log({ level: 'info', event: 'dispatcher.stopping', dispatcher_id: dispatcherId, signal })
    house.stop()
    await dispatcher.stop()
    await Promise.all([sender.close(), store.close()])
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))

  await store.listen(dispatcher.wake)
  log({ level: 'info', event: 'dispatcher.ready', dispatcher_id: dispatcherId })
  await dispatcher.run()
} catch (error) {
  const { fault } = faultOf(error)
  process.stderr.write(`The dispatcher could not start: ${fault}\n`)
  process.exit(1)
}
