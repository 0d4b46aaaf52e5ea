// Runs `tablehook` as somebody in a terminal would, away from their own settings.
import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { cliProgram } from './built_packages.ts'
import { throwAwayFolder } from './throw_away_folder.ts'

export type Ended = { code: number | null; out: string; err: string }
export type Started = {
  process: ChildProcess
  out: () => string
  err: () => string
  /** Waits until what was printed fulfils the condition; throws with what was printed when the program ends before, or 30 s have passed. */
  until: (what: string, condition: (out: string, err: string) => boolean) => Promise<void>
  ended: Promise<Ended>
}

/** A home of one's own: what `login` stores goes there. */
export function makeHome(): { folder: string; env: NodeJS.ProcessEnv; config: () => string } {
  const folder = throwAwayFolder('home')
  const file = path.join(folder, 'tablehook', 'config.json')
  return { folder, env: { XDG_CONFIG_HOME: folder, HOME: folder }, config: () => fs.readFileSync(file, 'utf8') }
}

export function startCommand(args: readonly string[], { env = {}, cwd, input }: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string } = {}): Started {
  const child = spawn(process.execPath, [cliProgram, ...args], {
    env: { ...withoutOurs(process.env), ...env }, ...(cwd === undefined ? {} : { cwd }), stdio: ['pipe', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  let listeners: (() => void)[] = []
  const tell = () => { for (const listener of listeners) listener() }
  child.stdout.on('data', (chunk) => { out += String(chunk); tell() })
  child.stderr.on('data', (chunk) => { err += String(chunk); tell() })
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, err })))
  return {
    process: child, out: () => out, err: () => err, ended,
    until: (what, condition) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail('30 s have passed'), 30_000)
      const done = () => { clearTimeout(timer); listeners = listeners.filter((one) => one !== check) }
      const fail = (why: string) => { done(); reject(new Error(`waited for ${what}, but ${why}. It printed:\n${out}\n${err}`)) }
      const check = () => { if (condition(out, err)) { done(); resolve() } }
      listeners.push(check)
      void ended.then(({ code }) => { if (condition(out, err)) { done(); resolve() } else fail(`it ended with ${code}`) })
      check()
    }),
  }
}

export const runCommand = (args: readonly string[], options: Parameters<typeof startCommand>[1] = {}): Promise<Ended> => startCommand(args, options).ended

/** Neither the settings of whoever runs the tests nor colors. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(TABLEHOOK_|SUPABASE_|VITEST|NODE_OPTIONS$|NODE_ENV$|FORCE_COLOR$|npm_)/.test(name)))
}
