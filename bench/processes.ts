// The other processes of a measurement: receiver, dispatchers, bare client. Each ends when we do.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { dispatcherArguments } from '../local/dispatcher.ts'
import { projectRoot } from '../local/settings.ts'
import type { Running } from '../local/running.ts'
import { freePort } from './free_port.ts'
import type { BenchDatabase, Server } from './server.ts'
import { SECRET_KEY } from './webhooks.ts'

const file = (name: string) => path.join(projectRoot, name)

export type Arrival = { path: string, id: string, at: number }
export type Waited = { count: number, doubles: number, last: number }

export type Receiver = {
  /** The URL of a webhook; `path` says how the receiver behaves: see receiver.mjs. */
  url: (path: string) => string
  reset: () => Promise<void>
  /** Resolves when so many different deliveries have arrived. Throws when that takes longer than `ms`. */
  wait: (count: number, ms?: number) => Promise<Waited>
  arrivals: () => Promise<Arrival[]>
  /** The first request since the reset. */
  latest: () => Promise<{ headers: string[], body: string }>
}

export async function startReceiver(running: Running): Promise<Receiver> {
  const port = await freePort()
  const child = spawn(process.execPath, [file('bench/receiver.mjs'), String(port)], { stdio: ['pipe', 'pipe', 'inherit'] })
  await running.add({ stop: () => end(child) })
  await once(child.stdout, 'data')
  const url = (path: string) => `http://127.0.0.1:${port}${path}`
  const ask = async (path: string) => (await request(url(path), { headersTimeout: 0 })).body.json()
  return {
    url,
    reset: async () => void await ask('/__reset'),
    async wait(count, ms = 120_000) {
      const waited = await ask(`/__wait?count=${count}&ms=${ms}`) as Waited
      if (waited.count < count) throw new Error(`Only ${waited.count} of ${count} deliveries arrived within ${ms / 1000} s.`)
      return waited
    },
    arrivals: async () => await ask('/__arrivals') as Arrival[],
    latest: async () => await ask('/__latest') as { headers: string[], body: string },
  }
}

export type DispatcherProcess = { pid: number, stop: () => Promise<void> }

/** The long-lived dispatcher as self-hosters run it. `nodeOptions` for profiles: --cpu-prof. */
export async function startDispatcher(running: Running, server: Server, database: BenchDatabase, nodeOptions: readonly string[]): Promise<DispatcherProcess> {
  const log = path.join(server.folder, `dispatcher-${database.name}-${Date.now()}.log`)
  const output = fs.openSync(log, 'w') // to a file: reading a pipe would be work of ours
  const child = spawn(process.execPath, [...nodeOptions, ...dispatcherArguments], {
    cwd: projectRoot,
    env: { ...process.env, SUPABASE_DB_URL: database.dispatcherUrl, TABLEHOOK_SECRET_KEY: SECRET_KEY, TABLEHOOK_ALLOW_PRIVATE: '127.0.0.1/32' },
    stdio: ['pipe', output, output],
  })
  fs.closeSync(output)
  await running.add({ stop: () => end(child) })
  while (!fs.readFileSync(log, 'utf8').includes('dispatcher.ready')) {
    if (child.exitCode !== null) throw new Error(`The dispatcher ended: ${fs.readFileSync(log, 'utf8').slice(-2_000)}`)
    await sleep(20)
  }
  return { pid: child.pid!, stop: () => end(child) }
}

export type BareClient = {
  /** Sends so many requests; answers with the moment it began. */
  send: (count: number) => Promise<number>
}

/** Sends requests like the one given: same body, same headers in number and size. */
export async function startBareClient(running: Running, url: string, like: { headers: string[], body: string }): Promise<BareClient> {
  const child = spawn(process.execPath, [file('bench/bare_client.mjs')], { cwd: projectRoot, stdio: ['pipe', 'pipe', 'inherit'] })
  await running.add({ stop: () => end(child) })
  const pairs = like.headers.flatMap((name, place) => place % 2 === 0 ? [[name.toLowerCase(), like.headers[place + 1]] as const] : [])
  const headers = Object.fromEntries(pairs.filter(([name]) => !['host', 'connection', 'content-length'].includes(name)))
  child.stdin.write(JSON.stringify({ url, headers, body: like.body }) + '\n')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async send(count) {
      child.stdin.write(`${count}\n`)
      return (JSON.parse((await lines.next()).value as string) as { began: number }).began
    },
  }
}

/** Closing stdin is how each of them is asked to end. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.stdin?.end()
  const patience = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await exited
  clearTimeout(patience)
}
