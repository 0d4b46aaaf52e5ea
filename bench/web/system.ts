// A system with the demo's month of history, serving the production build: the one that runs, or one for this run alone.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Running } from '../../local/running.ts'
import { runningStatus } from '../../local/running_status.ts'
import { projectRoot } from '../../local/settings.ts'
import type { SystemStatus } from '../../local/state.ts'
import { freePort } from '../free_port.ts'

const READY_WAIT_MS = 240_000

export async function builtSystem(running: Running, say: (what: string) => void): Promise<SystemStatus> {
  const found = runningStatus()
  if (found !== null && await servesBuild(found)) {
    say(`Using the system at ${found.WEB_URL}.`)
    return found
  }
  say('Starting a system with the demo and a production build.')
  return startSystem(running)
}

/** Vite's dev server sends the source, which says nothing about speed. */
async function servesBuild({ WEB_URL }: SystemStatus): Promise<boolean> {
  const page = await (await fetch(WEB_URL)).text()
  return page.includes('/assets/')
}

async function startSystem(running: Running): Promise<SystemStatus> {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'tablehook-web-'))
  fs.chmodSync(data, 0o755) // Postgres may run as another user
  await running.add({ stop: async () => void execFileSync('rm', ['-rf', data]) })
  const child = spawn(process.execPath, ['--import', path.join(projectRoot, 'local/end_with_parent.mjs'), path.join(projectRoot, 'local/start.mjs')], {
    env: { ...process.env, TABLEHOOK_DATA: data, TABLEHOOK_PORT: String(await freePort()), TABLEHOOK_WEB: 'build' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdout.resume()
  const exited = once(child, 'exit')
  await running.add({ stop: async () => void (child.exitCode ?? (child.kill('SIGINT'), await exited)) })
  const file = path.join(data, 'system.json')
  for (const end = Date.now() + READY_WAIT_MS; Date.now() < end && child.exitCode === null; await sleep(100)) {
    if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8')) as SystemStatus
  }
  throw new Error('The system did not start.')
}
