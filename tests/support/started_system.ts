import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SystemStatus } from '../../local/state.ts'
import { freePorts } from './free_port.ts'
import { deleteFolder, throwAwayFolder } from './throw_away_folder.ts'

const endWithParent = path.resolve(import.meta.dirname, '../../local/end_with_parent.mjs')
const start = path.resolve(import.meta.dirname, '../../local/start.mjs')
const READY_WAIT_MS = 180_000

export type StartedSystem = {
  status: SystemStatus
  data: string
  /** The first port of its block. */
  port: number
  /** The process that `npm start` is. */
  process: ChildProcess
  /** Everything it has printed so far. */
  output: () => string
  /** Sends SIGINT, as Ctrl-C does, and waits. Returns the exit code. Leaves the data. */
  stop: () => Promise<number | null>
  /** Stops it if it runs, and deletes its data. */
  discard: () => Promise<void>
}

/** Where to start: the same folder and port as before, or by default a throw-away folder and free ports. */
export type Place = { data: string, port: number }

/** Starts a whole system as `npm start` does, and waits until it is ready. */
export async function startSystem(place?: Place, env: NodeJS.ProcessEnv = {}): Promise<StartedSystem> {
  const { data, port } = place ?? { data: throwAwayFolder('system'), port: await freePorts(4) }
  const child = spawnStart({ data, port }, env)
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const printed: string[] = []
  child.stdout?.on('data', (chunk) => printed.push(String(chunk)))
  child.stderr?.on('data', (chunk) => printed.push(String(chunk)))
  const output = () => printed.join('')
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT')
    return exited
  }
  const discard = async () => {
    await stop()
    deleteFolder(data)
  }
  try {
    return { status: await untilReady(data, child, output), data, port, process: child, output, stop, discard }
  } catch (error) {
    await discard()
    throw error
  }
}

/** Runs local/start.mjs without waiting for anything. */
export function spawnStart({ data, port }: Place, env: NodeJS.ProcessEnv = {}, args: string[] = []): ChildProcess {
  // Its stdin is a pipe from us: when we are gone, however that came, it stops.
  return spawn(process.execPath, ['--import', endWithParent, start, ...args], {
    env: { ...withoutVitest(process.env), TABLEHOOK_WEB: 'build', TABLEHOOK_DEMO: 'none', ...env, TABLEHOOK_DATA: data, TABLEHOOK_PORT: String(port) },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

async function untilReady(data: string, child: ChildProcess, output: () => string): Promise<SystemStatus> {
  const deadline = Date.now() + READY_WAIT_MS
  for (;;) {
    // A killed predecessor leaves a description behind: this one's counts only once this one owns the folder.
    const owner = readJson<{ pid: number }>(path.join(data, 'running.json'))
    const status = owner?.pid === child.pid ? readJson<SystemStatus>(path.join(data, 'system.json')) : null
    if (status) return status
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the system did not start:\n${output()}`)
    if (Date.now() > deadline) throw new Error(`the system was not ready after ${READY_WAIT_MS / 1000} s:\n${output()}`)
    await sleep(50)
  }
}

function readJson<Content>(file: string): Content | null {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Content
  } catch {
    return null // not there yet, or being written
  }
}

/** Vitest sets NODE_ENV=test and its own variables, which would change what Vite builds. */
function withoutVitest(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(VITEST|VITE_|NODE_ENV$|NODE_OPTIONS$|npm_lifecycle)/.test(name)))
}
