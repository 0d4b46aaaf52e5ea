// The twenty lines of the README, run as they stand: its SQL in, its request out, and its receiver at the other end.
import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePorts } from '../support/free_port.ts'
import { startReceiver, verified } from '../support/receiver.ts'
import { signIn, system } from '../support/running_system.ts'

const root = path.resolve(import.meta.dirname, '../..')
const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8')
const block = (language: string) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme)?.[1] ?? ''
const secret = 'correct-horse-battery-staple'

let sql: postgres.Sql
let copied: ChildProcess | undefined
const webhooks: string[] = []

beforeAll(() => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  if (copied && copied.exitCode === null) copied.kill()
  // Other files share this system: leave no table, no webhook and no event type behind.
  if (webhooks.length > 0) await sql`delete from public.webhook_configurations where id in ${sql(webhooks)}`
  await sql.unsafe(`
    select webhooks.detach('public.invoices');
    drop table public.invoices;
    delete from public.webhook_event_types where source = 'attached' and name like 'invoice.%'`)
  await sql.end()
})

async function createWebhook(name: string, url: string): Promise<void> {
  const client = await signIn('owner@acme.test')
  const { data, error } = await client.functions.invoke<{ webhook: { id: string } }>('webhooks', {
    body: { organization_id: '00000000-0000-4000-8000-00000000ac3e', name, url, events: ['invoice.created'], secret },
  })
  if (error || !data) throw error ?? new Error('no answer')
  webhooks.push(data.webhook.id)
}

test('the SQL of the README sends the request of the README', async () => {
  const [ddl = '', insert = ''] = block('sql').split(/(?=^-- Your app)/m)
  expect(insert).toContain('insert into public.invoices')
  await sql.unsafe(ddl)

  const receiver = await startReceiver()
  const port = await freePorts(1)
  copied = spawn(process.execPath, [path.join(root, 'docs/receiving/node/receiver.mjs')], { env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) }, stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  copied.stdout?.on('data', (chunk) => { printed += String(chunk) })
  await until(() => printed.includes('listening'), () => printed)
  await createWebhook('README: what is sent', receiver.url.replace(/\/hook$/, '/webhooks'))
  await createWebhook('README: what is received', `http://127.0.0.1:${port}/webhooks`)

  await sql.unsafe(insert)

  const [request] = await receiver.waitForCount(1)
  verified(request!, secret)
  const [head = '', body = ''] = block('http').split('\n\n')
  const [line, ...headers] = head.split('\n')
  expect(`${request!.method} ${request!.url} HTTP/1.1`).toBe(line)
  // Everything but what no two requests share: ids, times and signatures, of which the form must be the same.
  expect(form(headers.join('\n'))).toBe(form(headers.map((header) => header.split(': ')[0]!).map((name) => `${name}: ${String(request!.headers[name])}`).join('\n')))
  expect(form(request!.body)).toBe(form(body.trim()))
  const carried = ['host', 'connection', 'content-length']
  expect(headers.map((header) => header.split(': ')[0]).sort()).toEqual(Object.keys(request!.headers).filter((name) => !carried.includes(name)).sort())

  await until(() => printed.includes(`accepted invoice.created ${String(request!.headers['webhook-id'])}`), () => printed)
  await receiver.close()
})

function form(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id, version) => id.startsWith('00000000') ? id : `<uuid v${version}>`)
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replace(/(webhook-timestamp: )\d{10}$/m, '$1<seconds>')
    .replace(/v1,[A-Za-z0-9+/]{43}=/g, '<signature>')
    .replace(/sha256=[0-9a-f]{64}/g, '<hex signature>')
}

async function until(condition: () => boolean, seen: () => string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (condition()) return
    await sleep(25)
  }
  throw new Error(`the receiver of the README printed only:\n${seen()}`)
}
