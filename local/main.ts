// The whole system on this machine, without Docker. Read it from top to bottom: one line per step.
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { bootstrap } from './bootstrap.ts'
import { readFunctions } from './config.ts'
import { insertDemoUsers } from './demo_users.ts'
import { makeDemoWebhooks } from './demo/webhooks.ts'
import { startDispatcher } from './dispatcher.ts'
import { Foreseen } from './foreseen.ts'
import { startFunctions } from './functions.ts'
import { startGateway } from './gateway.ts'
import { takeDataFolder } from './instance.ts'
import { readOrMakeKeys } from './keys.ts'
import { findLauncher, followLauncher } from './launcher.mjs'
import { applyLocalSettings } from './local_settings.ts'
import { migrate } from './migrate.ts'
import { refuseTakenPorts } from './ports.ts'
import { endLeftoverPostgres, startPostgres } from './postgres.ts'
import { startProgress, type Progress } from './progress.ts'
import { wipe } from './reset.ts'
import { startRest } from './rest.ts'
import { nothingRunning, type Running } from './running.ts'
import { readSettings, type Settings } from './settings.ts'
import { describeSystem, writeSystemStatus } from './state.ts'
import { tokensSignedWith } from './tokens.ts'
import { hasWebApp, startWeb } from './web.ts'
import { restartOnChange } from './watch_functions.ts'
import { welcome } from './welcome.ts'

const LAST_STEP_WAIT_MS = 15_000

async function start(settings: Settings, running: Running, progress: Progress): Promise<void> {
  const launcher = findLauncher()
  if (launcher) followLauncher(launcher, () => void leave(running, 0))
  const instance = await running.add(await takeDataFolder(settings.data, launcher))
  await endLeftoverPostgres(`${settings.data}/postgres`)
  if (settings.reset) wipe(settings.data)
  await refuseTakenPorts(settings.ports)
  const keys = readOrMakeKeys(settings.data)

  const database = await running.add(await startPostgres({ data: settings.data, port: settings.ports.postgres, passwords: keys.passwords, durable: true }))
  void database.died.then((reason) => fail(running, reason))
  progress.done(`Postgres ${database.version} on port ${settings.ports.postgres}${database.wasCreated ? ', new' : ''}`)
  await bootstrap(database.adminUrl, keys.passwords)
  await insertDemoUsers(database.adminUrl)
  const applied = await migrate(database.url, running)
  await applyLocalSettings(database.adminUrl, keys.passwords, settings)
  progress.done(applied ? `Migrations: ${applied} applied` : 'Migrations: up to date')
  if (settings.reset) return progress.done('The database is new. Start the system with npm start')

  const rest = await running.add(await startRest(database.adminUrl, keys, `http://127.0.0.1:${settings.ports.web}`))
  const functions = readFunctions().filter(({ name, entrypoint }) => {
    const exists = fs.existsSync(entrypoint)
    if (!exists) progress.note(`Function ${name} is skipped: ${entrypoint} does not exist`)
    return exists
  })
  const context = { settings, keys, database, instance, warn: progress.note }
  const [served] = await Promise.all([
    startFunctions({ ...context, functions }, running),
    startWeb(settings, keys, running).then((server) => running.add(server)),
  ])
  progress.done(`Functions: ${functions.map(({ name }) => name).join(', ') || 'none'}`)
  progress.done(`Web app on port ${settings.ports.web}${hasWebApp() ? '' : ' (a placeholder: web/index.html does not exist)'}`)
  await running.add(await startGateway({ ports: settings.ports, rest, functions, tokens: tokensSignedWith(keys.jwtSecret) }))
  progress.done(`API gateway on port ${settings.ports.api}`)

  const status = describeSystem(settings, keys, database)
  if (settings.demo && await makeDemoWebhooks(status, database.adminUrl, `${settings.data}/demo-unfinished`)) progress.done('Demo webhooks, with a month of history')

  const dispatcher = startDispatcher(context)
  if (dispatcher) await running.add(dispatcher)
  progress.done(dispatcher ? 'Dispatcher' : 'Dispatcher is skipped: functions/dispatcher/process.ts does not exist')
  if (settings.web === 'dev') await running.add(restartOnChange(dispatcher ? [served, dispatcher] : [served], progress.note))

  writeSystemStatus(settings.data, status)
  console.log(welcome(status, settings))
}

async function leave(running: Running, code: number): Promise<void> {
  await running.stop()
  // A part that was just being started is stopped once it has: without this wait it would outlive us.
  await Promise.race([starting, sleep(LAST_STEP_WAIT_MS)])
  process.exit(code)
}

async function fail(running: Running, error: unknown): Promise<void> {
  if (running.isStopping) return // what fails while we stop was stopped by us
  console.error(error instanceof Foreseen ? `\n${error.message}` : error)
  await leave(running, 1)
}

const running = nothingRunning()
const progress = startProgress()
// Whoever read our output has left (`npm start | head`): that is no reason to leave Postgres behind.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})
process.on('uncaughtException', (error) => void fail(running, error))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A terminal's Ctrl-C arrives twice: from the terminal, and passed on by npm.
    if (!running.isStopping) console.log('\nStopping…')
    void leave(running, 0)
  })
}
let starting: Promise<unknown> = Promise.resolve()
try {
  const settings = readSettings(process.env, process.argv.slice(2))
  const started = start(settings, running, progress)
  starting = started.catch(() => {})
  await started
  if (settings.reset) await leave(running, 0)
} catch (error) {
  await fail(running, error)
}
