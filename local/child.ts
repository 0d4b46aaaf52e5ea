// A child process that is started again when it dies, and that never outlives us.
import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { endProcess, type Instance } from './instance.ts'
import { identify } from './process_identity.mjs'
import type { Stoppable } from './running.ts'

export type ChildOptions = {
  name: string
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  cwd: string
  /** Its output goes to `<name>.log` in this folder. */
  logs: string
  instance: Instance
  /** Told in one sentence when the child died and will be started again. */
  warn: (sentence: string) => void
}

export type Child = Stoppable & {
  /** Ends it and starts it again, for example after its code changed. */
  restart: () => Promise<void>
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 10_000
const WELL_AFTER_MS = 30_000

/** Starts a child and keeps it running: pauses double from half a second to ten while it keeps dying. */
export function keepRunning(options: ChildOptions): Child {
  const log = path.join(options.logs, `${options.name}.log`)
  const output = fs.openSync(log, 'w')
  let current: { child: ChildProcess, isUnwanted: boolean, exited: Promise<void> }
  let isStopping = false
  let pause = FIRST_PAUSE_MS
  let timer: NodeJS.Timeout | undefined
  let restarted = Promise.resolve()

  function start() {
    const began = Date.now()
    // In a group of its own, so that Ctrl-C does not reach it before us. It ends when its stdin closes: also if we are killed.
    const child = spawn(options.command, options.args, { cwd: options.cwd, env: { ...options.env, NO_COLOR: '1' }, detached: true, stdio: ['pipe', output, output] })
    child.stdin?.on('error', () => {}) // it died: `close` tells
    child.once('error', (error) => options.warn(`Cannot start the ${options.name}: ${error.message}.`))
    if (child.pid !== undefined) options.instance.remember(options.name, child.pid)
    const started = { child, isUnwanted: false, exited: new Promise<void>((resolve) => child.once('close', () => resolve())) }
    current = started
    child.once('close', (code, signal) => {
      if (started.isUnwanted) return
      if (Date.now() - began > WELL_AFTER_MS) pause = FIRST_PAUSE_MS
      options.warn(`The ${options.name} ended (${signal ?? `code ${code}`}) and will be started again in ${pause / 1000} s. Its log: ${log}`)
      timer = setTimeout(start, pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    })
  }

  async function end() {
    clearTimeout(timer)
    const { child, exited } = current
    current.isUnwanted = true
    child.stdin?.end()
    const identity = child.pid === undefined ? null : identify(child.pid)
    if (!identity) return
    await endProcess(identity, 'SIGTERM', 10_000)
    await exited
  }

  start()
  return {
    async stop() {
      isStopping = true
      await end()
      fs.closeSync(output)
    },
    restart() {
      // One after another: two at once would leave two children.
      restarted = restarted.then(end).then(() => isStopping || start()).then(() => {})
      return restarted
    },
  }
}
