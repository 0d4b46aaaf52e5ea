// One system per data folder: running.json names the process that owns the folder and the children it started.
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { explainFileError, Foreseen } from './foreseen.ts'
import { identify, isRunning, startOf } from './process_identity.mjs'
import type { ProcessIdentity } from './process_identity.mjs'
import type { Stoppable } from './running.ts'

type Owner = ProcessIdentity & { launcher: ProcessIdentity | null, children: (ProcessIdentity & { name: string })[] }

export type Instance = Stoppable & {
  /** Remembers a child, so that the next start can end it if this process is killed. */
  remember: (name: string, pid: number) => void
}

const LAUNCHER_GONE_WAIT_MS = 15_000

/**
 * Takes the data folder for this process. Children of an owner that was killed are ended first.
 * @throws Foreseen when another system is running on the folder, or when the folder cannot be written
 */
export async function takeDataFolder(data: string, launcher: ProcessIdentity | null): Promise<Instance> {
  try {
    makeFolder(path.join(data, 'logs'))
    return await own(data, launcher)
  } catch (error) {
    throw explainFileError(error, data)
  }
}

/** Node's own recursive mkdir never returns where nothing can be made, as in /proc. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return
  makeFolder(path.dirname(folder))
  fs.mkdirSync(folder)
}

async function own(data: string, launcher: ProcessIdentity | null): Promise<Instance> {
  const file = path.join(data, 'running.json')
  const previous = readOwner(file)
  if (previous) await endLeftovers(previous, data)
  fs.rmSync(file, { force: true })
  fs.rmSync(path.join(data, 'system.json'), { force: true })

  const self = identify(process.pid)
  if (!self) throw new Error('this process cannot find itself')
  const owner: Owner = { ...self, launcher, children: [] }
  try {
    // `wx` fails when another start got here first.
    fs.writeFileSync(file, JSON.stringify(owner), { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyRunning(data, readOwner(file)?.pid)
    throw error
  }
  return {
    remember(name, pid) {
      const child = identify(pid)
      if (!child) return
      owner.children = [...owner.children.filter(isRunning), { name, ...child }]
      fs.writeFileSync(file, JSON.stringify(owner))
    },
    async stop() {
      fs.rmSync(path.join(data, 'system.json'), { force: true })
      fs.rmSync(file, { force: true })
    },
  }
}

function readOwner(file: string): Owner | null {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Owner
  } catch {
    return null // missing, or cut off by a crash: the children end by themselves when their stdin closes
  }
}

async function endLeftovers(owner: Owner, data: string): Promise<void> {
  // An owner whose `npm start` was killed is about to stop by itself.
  const isLeaving = owner.launcher !== null && !isRunning(owner.launcher)
  const deadline = Date.now() + (isLeaving ? LAUNCHER_GONE_WAIT_MS : 0)
  while (isRunning(owner) && Date.now() < deadline) await sleep(100)
  if (isRunning(owner)) throw alreadyRunning(data, owner.pid)
  for (const child of owner.children) await endProcess(child)
}

function alreadyRunning(data: string, pid: number | undefined): Foreseen {
  return new Foreseen(
    `Tablehook is already running on ${data}${pid ? ` (process ${pid})` : ''}. `
    + 'Stop it with Ctrl-C there, or start a second one with its own TABLEHOOK_DATA and TABLEHOOK_PORT.',
  )
}

/** Ends that very process: asks first, insists after five seconds. A pid that was reused is left alone. */
export async function endProcess(identity: ProcessIdentity, signal: NodeJS.Signals = 'SIGTERM', patienceMs = 5000): Promise<void> {
  if (!signalProcess(identity, signal)) return
  const deadline = Date.now() + patienceMs
  while (isRunning(identity)) {
    if (Date.now() > deadline) {
      signalProcess(identity, 'SIGKILL')
      while (startOf(identity.pid) === identity.started) await sleep(20)
      return
    }
    await sleep(20)
  }
}

function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false
  try {
    process.kill(identity.pid, signal)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}
