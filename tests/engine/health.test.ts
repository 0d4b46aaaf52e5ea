// GET /health of a long-lived dispatcher and of the edge function: 200 while deliveries go out, 503 with a reason when they do not.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { judgeHealth } from '../../functions/dispatcher/health.ts'
import type { DispatcherStatus } from '../../functions/dispatcher/dispatch.ts'
import { answerService } from '../../functions/dispatcher/service.ts'
import { readQueueHealthOnce, rememberQueueHealth, type QueueHealth } from '../../functions/io/queue_health.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, spawnDispatcher, until, type DispatcherProcess } from '../support/engine.ts'
import { forgetWebhooks } from '../support/factories.ts'
import { freePorts } from '../support/free_port.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

let db: FreshDatabase
let receiver: Receiver | undefined
let dispatcher: DispatcherProcess | undefined
let port: number

beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(() => db.drop())
afterEach(async () => {
  await dispatcher?.kill()
  dispatcher = undefined
  await receiver?.close()
  await db.sql`grant execute on function webhooks.claim_deliveries, webhooks.queue_health to tablehook_dispatcher` // what a test took
  await forgetWebhooks(db.sql)
})

async function start(environment: Record<string, string> = {}): Promise<void> {
  port = await freePorts(1)
  dispatcher = spawnDispatcher(db.dispatcherUrl, { TABLEHOOK_HEALTH_PORT: String(port), ...environment })
  await dispatcher.ready
}

type Answer = { code: number; health: ReturnType<typeof judgeHealth> }
async function ask(): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/health`)
  return { code: response.status, health: await response.json() as Answer['health'] }
}
const untilCode = (code: number) => until(`the code ${code}`, ask, (answer) => answer.code === code)

describe('a long-lived dispatcher', () => {
  test('is well, and says what it has in hand', async () => {
    receiver = await startReceiver({ answer: 'hang' })
    await addWebhook(db, { url: receiver.url, max_concurrency: 2, timeout_ms: 30_000 })
    await start()
    const idle = await untilCode(200)
    expect(idle.health).toMatchObject({
      status: 'ok', reasons: [], in_hand: 0, under_way: 0, waiting_to_record: 0, last_record_at: null,
      queue: { due: 0, oldest_due_seconds: 0, unattended_seconds: 0, open: 0 },
    })
    expect(idle.health.dispatcher_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(Date.now() - Date.parse(idle.health.last_claim_at!)).toBeLessThan(5_000)

    await addContacts(db, 5)
    await receiver.waitForCount(2)
    const busy = await until('what is open', ask, ({ health }) => health.queue?.open === 5)
    expect(busy.code).toBe(200)
    expect(busy.health).toMatchObject({ in_hand: 2, under_way: 2, queue: { due: 3, open: 5 } })
  })

  test('answers 503 while deliveries wait and cannot be claimed, and 200 when they can again', async () => {
    receiver = await startReceiver()
    await addWebhook(db, { url: receiver.url })
    await start({ TABLEHOOK_HEALTH_MAX_AGE: '60' })
    await untilCode(200)
    await db.sql`revoke execute on function webhooks.claim_deliveries from tablehook_dispatcher`
    await addContacts(db, 1)
    await db.sql`update webhooks.deliveries set due_at = now() - interval '50 seconds'`
    await until('the wait to be seen', ask, ({ health }) => (health.queue?.unattended_seconds ?? 0) > 45)
    expect((await ask()).code).toBe(200) // not too long yet
    await db.sql`update webhooks.deliveries set due_at = now() - interval '61 seconds'`
    const { health } = await untilCode(503)
    expect(health).toMatchObject({ status: 'failing', queue: { due: 1, open: 1 } })
    expect(health.reasons).toEqual([expect.stringMatching(/^A delivery has waited 6\d s, and no dispatcher takes it\.$/)])

    await db.sql`grant execute on function webhooks.claim_deliveries to tablehook_dispatcher`
    await receiver.waitForCount(1)
    await untilCode(200)
    await until('the record', ask, ({ health }) => health.last_record_at !== null)
  })

  test('answers also when the queue cannot be read', async () => {
    await start()
    await db.sql`revoke execute on function webhooks.queue_health from tablehook_dispatcher`
    const { code, health } = await until('an answer without a queue', ask, ({ health }) => health.queue === null)
    expect([code, health.status]).toEqual([200, 'ok'])
    await until('the log line', async () => dispatcher!.output(), (text) => text.includes('health.fault'))
  })

  test('listens to this machine only, to GET and to one path', async () => {
    await start()
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
    expect((await fetch(`http://127.0.0.1:${port}/health`, { method: 'POST' })).status).toBe(405)
    expect((await fetch(`http://127.0.0.1:${port}/health`, { method: 'HEAD' })).status).toBe(200)
    await expect(fetch(`http://127.0.0.2:${port}/health`)).rejects.toThrow()
  })

  test('goes on being told of while it stops, and then is gone', async () => {
    receiver = await startReceiver({ answer: { status: 200, delayMs: 3_000 } })
    await addWebhook(db, { url: receiver.url })
    await start()
    await addContacts(db, 1)
    await receiver.waitForCount(1)
    dispatcher!.child.kill('SIGTERM')
    const { health } = await untilCode(503)
    expect(health).toMatchObject({ status: 'stopping', under_way: 1 })
    await new Promise((resolve) => dispatcher!.child.once('exit', resolve))
    await expect(ask()).rejects.toThrow()
  })

  test('without the variable nothing listens; a port that is taken, or is none, ends the start with a sentence', async () => {
    receiver = await startReceiver()
    dispatcher = spawnDispatcher(db.dispatcherUrl, { TABLEHOOK_HEALTH_PORT: String(receiver.port) })
    await expect(dispatcher.ready).rejects.toThrow(`TABLEHOOK_HEALTH_PORT ${receiver.port} of 127.0.0.1 cannot be used (EADDRINUSE)`)
    dispatcher = spawnDispatcher(db.dispatcherUrl, { TABLEHOOK_HEALTH_PORT: '80a' })
    await expect(dispatcher.ready).rejects.toThrow('TABLEHOOK_HEALTH_PORT is not a whole number')
    dispatcher = spawnDispatcher(db.dispatcherUrl, { TABLEHOOK_HEALTH_PORT: '' })
    await dispatcher.ready
  })
})

describe('the verdict', () => {
  const now = new Date('2026-11-21T12:00:00Z')
  const status = (claimAgeMs: number | null, rest: Partial<DispatcherStatus> = {}): DispatcherStatus => ({
    dispatcherId: 'd', stopping: false, inHand: 0, underWay: 0, waitingToRecord: 0, handsFull: false,
    lastClaimAt: claimAgeMs === null ? null : new Date(now.getTime() - claimAgeMs), lastRecordAt: null, ...rest,
  })
  const verdict = (dispatcher: DispatcherStatus, queue: Partial<QueueHealth> | null = {}) =>
    judgeHealth({ dispatcher, queue: queue === null ? null : { due: 0, oldestDueSeconds: 0, unattendedSeconds: 0, open: 0, ...queue }, maxAgeSeconds: 300, now }).status

  test.each<[string, DispatcherStatus, Partial<QueueHealth> | null, string]>([
    ['a claim 30 s ago', status(30_000), {}, 'ok'],
    ['a claim more than 30 s ago', status(30_001), {}, 'failing'],
    ['full hands, and slow receivers', status(60_000, { handsFull: true }), {}, 'ok'],
    ['full hands for longer than a request can take', status(90_001, { handsFull: true }), {}, 'failing'],
    ['no claim yet', status(null), {}, 'starting'],
    ['a stop', status(0, { stopping: true }), {}, 'stopping'],
    ['a delivery that waits 300 s', status(0), { unattendedSeconds: 300 }, 'ok'],
    ['a delivery that waits longer', status(0), { unattendedSeconds: 301 }, 'failing'],
    ['a slow receiver with a long queue', status(0), { oldestDueSeconds: 5_000, due: 10_000 }, 'ok'],
    ['a database that does not say', status(0), null, 'ok'],
  ])('%s', (_, dispatcher, queue, expected) => expect(verdict(dispatcher, queue)).toBe(expected))
})

test('however often it is asked, the queue is read once a second, and a fault is not kept', async () => {
  let reads = 0
  let clock = 0
  let fails = false
  const read = rememberQueueHealth(async () => {
    reads++
    if (fails) throw new Error('away')
    return { due: reads, oldestDueSeconds: 0, unattendedSeconds: 0, open: 0 }
  }, () => clock)
  await Promise.all(Array.from({ length: 100 }, read))
  clock = 999
  expect((await read()).due).toBe(1)
  clock = 1_000
  expect((await read()).due).toBe(2)
  clock = 2_000
  fails = true
  await expect(read()).rejects.toThrow('away')
  clock = 3_000
  fails = false
  expect((await read()).due).toBe(4)
})

test('the edge function: for holders of the service secret, with the queue alone', async () => {
  const get = (secret: string | null, method = 'GET') => answerService(
    new Request('http://localhost/dispatcher/health', { method, headers: secret === null ? {} : { authorization: `Bearer ${secret}` } }),
    { secrets: ['the-secret'], parts: () => Promise.reject(new Error('not asked')), mail: null, maxAgeSeconds: 60, readQueue: () => readQueueHealthOnce(db.url) },
  )
  expect((await get(null)).status).toBe(401)
  expect((await get('guess')).status).toBe(401)
  expect((await get('the-secret', 'POST')).status).toBe(405)
  const well = await get('the-secret')
  expect([well.status, await well.json()]).toEqual([200, { status: 'ok', reasons: [], queue: { due: 0, oldest_due_seconds: 0, unattended_seconds: 0, open: 0 } }])

  await addWebhook(db, { url: 'https://example.com/a' })
  await addContacts(db, 2)
  await db.sql`update webhooks.deliveries set due_at = now() - interval '61 seconds'`
  const ill = await get('the-secret')
  expect(ill.status).toBe(503)
  expect(await ill.json()).toMatchObject({ status: 'failing', queue: { due: 2, open: 2 } })
})
