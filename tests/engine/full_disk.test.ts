// The disk that holds the log is full: what was sent cannot be recorded. It must not be sent again and again because of that.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, startEngine, statesOf, until } from '../support/engine.ts'
import { duplicatesAmong, expectExactlyTheCommitted, lapseLeases } from '../support/ledger.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { putOnSmallDisk } from '../support/small_disk.ts'

let db: FreshDatabase
let receiver: Receiver
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(async () => {
  await receiver.close()
  await db.drop()
})

test('nothing is sent twice or lost while the disk of the log is full, the dispatcher says so, and goes on when there is room', async () => {
  receiver = await startReceiver()
  // Bytes that do not compress: each row of the log takes its 16 KB.
  receiver.answer((response) => response.writeHead(200).end(randomBytes(12_000).toString('base64')))
  await addWebhook(db, { url: receiver.url, events: ['contact.created'] })
  const [today] = await db.sql`select 'webhooks.logs_' || to_char(clock_timestamp() at time zone 'utc', 'YYYYMMDD') as name`
  const disk = await putOnSmallDisk(db, today!.name as string)
  let minutes = 0
  const engine = await startEngine(db, { ticks: () => performance.now() + minutes * 60_000 })
  /** Past the end of all leases, as the dispatcher and the database see it. */
  const aMinutePasses = async () => {
    minutes++
    await lapseLeases(db)
  }
  const faults = () => engine.lines.filter(({ event }) => event === 'record.fault')
  const moreFaults = async () => {
    const before = faults().length
    await until('the record to be tried twice more', async () => faults().length, (count) => count >= before + 2)
  }
  try {
    await addContacts(db, 400)
    await moreFaults()
    expect(faults()[0]).toMatchObject({ level: 'error', code: '53100', fault: expect.stringContaining('No space left on device') })
    // Requests that were under way may end; then all is quiet, also when leases lapse and new events come.
    const sent = receiver.requests.length
    expect(sent).toBeGreaterThan(20)
    expect(sent).toBeLessThan(400)
    await addContacts(db, 50)
    await aMinutePasses()
    await moreFaults()
    await aMinutePasses()
    await moreFaults()
    expect(receiver.requests.length).toBe(sent)
    expect((await statesOf(db)).failed).toBeUndefined()

    await disk.grow()
    await until('every delivery to succeed', () => statesOf(db), (states) => Object.keys(states).join() === 'succeeded')
    await expectExactlyTheCommitted(db, receiver.requests)
    expect(receiver.requests.length - duplicatesAmong(receiver.requests).length).toBe(450)
    expect(duplicatesAmong(receiver.requests)).toHaveLength(0)
  } finally {
    await disk.grow()
    await engine.stop()
    await disk.discard()
  }
})
