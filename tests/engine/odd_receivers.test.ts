// Receivers that misbehave in ways that a table of answers cannot say: over time, below HTTP, by certificate or by name.
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { newSeed, seededDice } from '../support/dice.ts'
import { addContacts, addOrganization, addWebhook, spawnDispatcher, startEngine, statesOf, until, type Engine } from '../support/engine.ts'
import { forgetWebhooks } from '../support/factories.ts'
import { expectExactlyTheCommitted } from '../support/ledger.ts'
import { startReceiver, type Answer, type Receiver } from '../support/receiver.ts'
import { authority, expired, forAnotherHost, forThisHost } from '../support/test_authority.ts'
import { throwAwayFolder } from '../support/throw_away_folder.ts'

let db: FreshDatabase
let engine: Engine | undefined
let receiver: Receiver | undefined
const servers: (Server | HttpsServer)[] = []
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(() => db.drop())
afterEach(async () => {
  await engine?.stop()
  await receiver?.close()
  engine = receiver = undefined
  for (const server of servers.splice(0)) server.close()
  await forgetWebhooks(db.sql)
})

const logs = () => db.sql`select l.*, w.name from public.webhook_logs l join public.webhook_configurations w on w.id = l.webhook_id order by l.created_at, l.attempt`
const logged = (count: number) => until(`${count} log rows`, logs, (rows) => rows.length >= count)
async function listen(server: Server | HttpsServer): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

test.each<[string, Answer, { status: number | null; error: string }]>([
  ['headers, and then nothing', (response) => { response.writeHead(200, { 'content-length': '10' }).flushHeaders() }, { status: 200, error: 'timeout' }],
  ['a byte of the body each second', (response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('.'), 1_000)
    response.on('close', () => clearInterval(timer))
  }, { status: 200, error: 'timeout' }],
  ['a byte of the headers each second', (response) => {
    const socket = response.socket!
    const text = 'HTTP/1.1 200 OK\r\nx-slow: yes\r\n'
    let at = 0
    const timer = setInterval(() => socket.write(text[at++ % text.length]!), 1_000)
    socket.on('close', () => clearInterval(timer))
  }, { status: null, error: 'timeout' }],
  ['1xx without end', (response) => {
    const timer = setInterval(() => response.writeProcessing(), 5)
    response.on('close', () => clearInterval(timer))
  }, { status: null, error: 'timeout' }],
  ['a redirect without an address', 302, { status: 302, error: 'redirect' }],
  ['a redirect to itself', (response, { url }) => { response.writeHead(307, { location: url }).end() }, { status: 307, error: 'redirect' }],
  ['a redirect in a circle', (response, { url }) => { response.writeHead(308, { location: url.endsWith('/a') ? '/hook' : '/hook/a' }).end() }, { status: 308, error: 'redirect' }],
  ['a length that is no number', (response) => { response.socket!.end('HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nhello') }, { status: null, error: 'invalid_response' }],
])('%s', async (_, answer, expected) => {
  receiver = await startReceiver({ answer })
  await addWebhook(db, { url: receiver.url, timeout_ms: 1_500 })
  engine = await startEngine(db)
  await addContacts(db, 1)
  const [row] = await logged(1)
  expect({ status: row!.status_code, error: row!.error_code }).toEqual(expected)
  expect(Object.keys(await statesOf(db))).toEqual(['pending'])
  expect(row!.duration_ms).toBeLessThan(2_500)
  expect(receiver.requests).toHaveLength(1)
})

test('a certificate for another name, one that has ended, and one that is right', async () => {
  const ports = await Promise.all([forAnotherHost, expired, forThisHost].map((certificate) => listen(createHttpsServer(certificate, (request, response) => {
    request.resume()
    response.end()
  }))))
  for (const [nth, name] of ['another name', 'ended', 'right'].entries()) await addWebhook(db, { name, url: `https://127.0.0.1:${ports[nth]}/hook` })
  const trusted = path.join(throwAwayFolder('trust'), 'authority.pem')
  fs.writeFileSync(trusted, authority)
  const dispatcher = spawnDispatcher(db.dispatcherUrl, { NODE_EXTRA_CA_CERTS: trusted })
  try {
    await addContacts(db, 1)
    const rows = await logged(3)
    expect(Object.fromEntries(rows.map((row) => [row.name, [row.status_code, row.error_code]]))).toEqual({
      'another name': [null, 'tls_failed'], ended: [null, 'tls_failed'], right: [200, null],
    })
  } finally {
    await dispatcher.kill()
  }
})

test('a receiver that closes kept connections just as we send on them: what is cut off is logged as that, and all arrive', async () => {
  const seed = newSeed()
  const dice = seededDice(seed)
  receiver = await startReceiver()
  // The answer is whole and says nothing of closing. Then the socket goes, before, while or after the next request is on its way.
  receiver.answer((response) => {
    const socket = response.socket!
    response.end('ok', () => void sleep(dice() * 3).then(() => (dice() < 0.5 ? socket.resetAndDestroy() : socket.end())))
  })
  await addWebhook(db, { url: receiver.url, events: ['contact.created'] })
  let ahead = 0
  engine = await startEngine(db, { clock: () => new Date(Date.now() + ahead), sweepMs: 20 })
  for (let turn = 0; turn < 10; turn++) {
    await addContacts(db, 40)
    await receiver.waitFor('this turn', (requests) => requests.length >= 40 * (turn + 1) * 0.5)
  }
  await until('every delivery to succeed', async () => {
    ahead += 60_000 // past every retry
    return statesOf(db)
  }, (states) => Object.keys(states).join() === 'succeeded')
  await expectExactlyTheCommitted(db, receiver.requests, `(SEED=${seed})`)
  const broken = (await logs()).filter((row) => row.error_code !== null)
  expect(new Set(broken.map((row) => row.error_code))).toEqual(broken.length > 0 ? new Set(['connection_reset']) : new Set())
})

test('a connection that is closed at the very request it was kept for: a reset, a retry, and the event arrives', async () => {
  const seen: string[] = []
  // Below HTTP: the first request of each connection is answered, the second finds a closed door.
  const port = await listen(createServer((socket: Socket) => {
    let first = true
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1])
      if (!(text.split('\r\n\r\n')[1]?.length === length)) return
      if (!first) return void socket.resetAndDestroy()
      seen.push(/"first_name":"([^"]+)"/.exec(text)![1]!)
      ;[first, text] = [false, '']
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n')
    })
  }))
  await addWebhook(db, { url: `http://127.0.0.1:${port}/hook`, events: ['contact.created'] })
  let ahead = 0
  engine = await startEngine(db, { clock: () => new Date(Date.now() + ahead), sweepMs: 20 })
  await addContacts(db, 1, 'first')
  await until('the first', () => statesOf(db), (states) => states.succeeded === 1)
  await addContacts(db, 1, 'second')
  await until('the attempt that was cut off', logs, (rows) => rows.length === 2)
  ahead = 60_000
  await until('the second', () => statesOf(db), (states) => states.succeeded === 2)
  expect(seen).toEqual(['first-1', 'second-1'])
  expect((await logs()).map((row) => [row.attempt, row.status_code, row.error_code])).toEqual([[1, 200, null], [1, null, 'connection_reset'], [2, 200, null]])
})

