// The engine against a database of one's own: in this process, where a test holds clock and dice, or as a child that can be killed.
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import path from 'node:path'
import { parseAllowList } from '../../functions/core/address.ts'
import { parseKeyring, seal } from '../../functions/core/seal.ts'
import { createDispatcher, type Dispatcher } from '../../functions/dispatcher/dispatch.ts'
import { shapeClaims } from '../../functions/dispatcher/shapes.ts'
import type { LogLine } from '../../functions/io/log.ts'
import { createSender } from '../../functions/io/send.ts'
import { openShapeStore } from '../../functions/io/shape_store.ts'
import { openStore } from '../../functions/io/store.ts'
import { transformInProcess } from '../../functions/io/transform/in_process.ts'
import type { FreshDatabase } from './database.ts'

export const ORGANIZATION = '00000000-0000-4000-8000-00000000ac3e'
export const SECRET_KEY = `v1:${Buffer.alloc(32, 7).toString('base64')}`
const keyring = parseKeyring(SECRET_KEY)
const allow = parseAllowList('127.0.0.1/32')

/** The two demo organizations without any other row: the template has users but no seed. */
export async function addOrganization({ sql }: FreshDatabase, id = ORGANIZATION): Promise<void> {
  await sql`insert into public.organizations (id, name) values (${id}, 'Acme') on conflict do nothing`
}

/** A webhook with a sealed secret. Answers with its id and the secret as its owner sees it. */
export async function addWebhook({ sql }: FreshDatabase, values: { url: string; events?: string[]; secret?: string | null } & Record<string, unknown>): Promise<{ id: string; secret: string | null }> {
  const { secret = `whsec_${randomBytes(32).toString('base64')}`, events = ['*'], ...rest } = values
  const row = { organization_id: ORGANIZATION, name: `w ${randomUUID().slice(0, 8)}`, events, ...rest }
  const [webhook] = await sql`insert into public.webhook_configurations ${sql(row as unknown as Record<string, never>)} returning id`
  const id = webhook!.id as string
  if (secret !== null) {
    await sql`insert into webhooks.secrets (webhook_id, sealed) values (${id}, ${seal(keyring, secret, id, randomBytes(12))})`
    await sql`update public.webhook_configurations set secret_hint = ${secret.slice(-4)} where id = ${id}`
  }
  return { id, secret }
}

/** Gives a webhook a new secret; the old one stays for an hour. Answers with the new one. */
export async function rollSecret({ sql }: FreshDatabase, id: string): Promise<string> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  await sql`update webhooks.secrets set created_at = now() - interval '1 day', expires_at = now() + interval '1 hour' where webhook_id = ${id}`
  await sql`insert into webhooks.secrets (webhook_id, sealed) values (${id}, ${seal(keyring, secret, id, randomBytes(12))})`
  await sql`update public.webhook_configurations set secret_hint = ${secret.slice(-4)} where id = ${id}`
  return secret
}

/** So many contact.created events, committed in one transaction. */
export async function addContacts({ sql }: FreshDatabase, count: number, prefix = 'contact'): Promise<void> {
  await sql`insert into public.contacts (organization_id, first_name) select ${ORGANIZATION}, ${prefix} || '-' || i from generate_series(1, ${count}) i`
}

export type Engine = { dispatcher: Dispatcher; lines: LogLine[]; stop: () => Promise<void> }

/** Runs a dispatcher in this process under role tablehook_dispatcher. `clock`: a fake time for claims and records; `ticks`: for leases and waits. */
export async function startEngine(db: FreshDatabase, options: { clock?: () => Date; ticks?: () => number; random?: () => number; sweepMs?: number; stopMs?: number; key?: string } = {}): Promise<Engine> {
  const lines: LogLine[] = []
  const store = shapeClaims(await openStore(db.dispatcherUrl, options.clock ?? (() => null)), {
    shapes: openShapeStore(db.dispatcherUrl), transform: transformInProcess(() => performance.now()), ticks: options.ticks ?? (() => performance.now()),
  })
  const sender = createSender({ allow })
  const dispatcher = createDispatcher({
    store, sender, keyring: options.key === undefined ? keyring : parseKeyring(options.key), log: (line) => lines.push(line),
    now: options.clock ?? (() => new Date()), ticks: options.ticks ?? (() => performance.now()), random: options.random ?? (() => 0.5),
    dispatcherId: randomUUID(), sweepMs: options.sweepMs ?? 200, ...(options.stopMs === undefined ? {} : { stopMs: options.stopMs }),
  })
  await store.listen(dispatcher.wake)
  const running = dispatcher.run()
  return {
    dispatcher, lines,
    async stop() {
      await dispatcher.stop()
      await running
      await Promise.all([sender.close(), store.close()])
    },
  }
}

export type DispatcherProcess = { child: ChildProcess; output: () => string; kill: (signal?: NodeJS.Signals) => Promise<void>; ready: Promise<void> }

/** The real process, as self-hosters run it; or `bundle`, the same in one file. */
export function spawnDispatcher(databaseUrl: string, environment: Record<string, string> = {}, bundle?: string): DispatcherProcess {
  const root = path.resolve(import.meta.dirname, '../..')
  const program = bundle === undefined ? ['--import', 'tsx', path.join(root, 'functions/dispatcher/process.ts')] : [bundle]
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { ...process.env, SUPABASE_DB_URL: databaseUrl, TABLEHOOK_SECRET_KEY: SECRET_KEY, TABLEHOOK_ALLOW_PRIVATE: '127.0.0.1/32', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('dispatcher.ready')) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => reject(new Error(`The dispatcher ended with ${code}: ${output.slice(-2_000)}`)))
  })
  ready.catch(() => {}) // awaited by whoever cares
  return {
    child, ready,
    output: () => output,
    async kill(signal = 'SIGKILL') {
      child.kill(signal)
      await exited
    },
  }
}

/** Polls a query until it holds, or throws and says the last value. */
export async function until<Value>(what: string, read: () => Promise<Value>, holds: (value: Value) => boolean, timeoutMs = 20_000): Promise<Value> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}. Last seen: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** How many deliveries are in each state. */
export async function statesOf({ sql }: FreshDatabase): Promise<Record<string, number>> {
  const rows = await sql`select state, count(*)::int as n from webhooks.deliveries group by state`
  return Object.fromEntries(rows.map((row) => [row.state as string, row.n as number]))
}
