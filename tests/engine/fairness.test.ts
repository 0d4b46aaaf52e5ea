// Who shares a dispatcher with others gets a share, whatever the others do.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, startEngine, until, type Engine } from '../support/engine.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

let db: FreshDatabase
let receiver: Receiver
let engine: Engine
const silent: Server[] = []
const sockets: Socket[] = []
let heard = 0
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
  receiver = await startReceiver()
})
/** What hangs would hold up what follows for half a minute. */
async function hangUp(): Promise<void> {
  await db.sql`update public.webhook_configurations set is_active = false`
  for (const server of silent.splice(0)) server.close()
  for (const socket of sockets.splice(0)) socket.destroy()
}
afterAll(async () => {
  await hangUp()
  await engine.stop()
  await receiver.close()
  await db.drop()
})

/** Takes requests and never answers. */
async function startSilent(): Promise<string> {
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.once('data', () => { heard++ })
  })
  silent.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
}

test('two organizations with fifty webhooks each, all of which hang for half a minute, and a third whose receiver is well', async () => {
  const strangers = Array.from({ length: 2 }, (_, n) => `00000000-0000-4000-8000-0000000000b${n}`)
  for (const id of strangers) {
    await addOrganization(db, id)
    for (let n = 0; n < 50; n++) await addWebhook(db, { organization_id: id, url: await startSilent(), events: ['contact.created'], timeout_ms: 30_000, secret: null })
  }
  await addWebhook(db, { url: receiver.url, events: ['contact.created'] })
  engine = await startEngine(db)
  for (const id of strangers) await db.sql`insert into public.contacts (organization_id, first_name) select ${id}, 'x' from generate_series(1, 200)`
  await until('a thousand requests to hang', async () => heard, (count) => count >= 1_000)
  const began = performance.now()
  await addContacts(db, 20)
  await receiver.waitForCount(20, 60_000)
  expect(performance.now() - began).toBeLessThan(3_000)
})

test('an organization whose webhooks hang at a service that another uses, too: each has sockets of its own', async () => {
  const [id] = ['00000000-0000-4000-8000-0000000000c0']
  await addOrganization(db, id)
  await hangUp()
  await until('empty hands', async () => engine.dispatcher.inHand, (inHand) => inHand === 0)
  const service = await startReceiver()
  service.answer((response, { url }) => { if (!url.includes('/hangs')) response.end() })
  for (let n = 0; n < 20; n++) await addWebhook(db, { organization_id: id, url: `${service.url}/hangs/${n}`, events: ['contact.created'], timeout_ms: 30_000, secret: null })
  await addWebhook(db, { url: `${service.url}/well`, events: ['contact.created'] })
  await db.sql`insert into public.contacts (organization_id, first_name) select ${id!}, 'x' from generate_series(1, 20)`
  await service.waitForCount(128)
  const began = performance.now()
  await addContacts(db, 5)
  await service.waitFor('those that are well', (requests) => requests.filter(({ url }) => url.endsWith('/well')).length === 5)
  expect(performance.now() - began).toBeLessThan(3_000)
  await service.close()
})
