// Fifty dispatchers, each killed at a point that the dice choose: some while they start, some mid-claim, some mid-record.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { newSeed, seededDice } from '../support/dice.ts'
import { bundleDispatcher } from '../support/dispatcher_bundle.ts'
import { addOrganization, addWebhook, ORGANIZATION, spawnDispatcher, statesOf, until } from '../support/engine.ts'
import { dispatchersAreGone, duplicatesAmong, expectExactlyTheCommitted, keyOf, lapseLeases } from '../support/ledger.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

const KILLS = 50

let db: FreshDatabase
let bundle: string
let receiver: Receiver
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
  bundle = await bundleDispatcher()
})
afterAll(async () => {
  await receiver.close()
  await db.drop()
})

class Undo extends Error {}

test('fifty dispatchers killed under load: nothing is lost, nothing invented, and no more comes twice than was in flight', async () => {
  const seed = newSeed()
  const dice = seededDice(seed)
  receiver = await startReceiver({ answer: (response) => { setTimeout(() => response.writeHead(200).end(), dice() * 8) } })
  await addWebhook(db, { url: `${receiver.url}/plain`, events: ['contact.created'] })
  await addWebhook(db, { url: `${receiver.url}/ordered`, events: ['contact.created'], ordered: true })
  await addWebhook(db, { url: `${receiver.url}/narrow`, events: ['contact.created'], max_concurrency: 4 })

  let writing = true
  const writer = (async () => {
    while (writing) {
      const kept = dice() < 0.8
      const rows = Math.ceil(dice() * 8)
      await db.sql.begin(async (tx) => {
        await tx`insert into public.contacts (organization_id, first_name) select ${ORGANIZATION}, ${kept ? 'kept' : 'undone'} from generate_series(1, ${rows})`
        if (!kept) throw new Undo()
      }).catch((error: unknown) => { if (!(error instanceof Undo)) throw error })
      await sleep(dice() * 40)
    }
  })()

  /** How often a delivery was in the hands of a dispatcher that was killed. */
  const inFlight = new Map<string, number>()
  let killedAtWork = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const dispatcher = spawnDispatcher(db.dispatcherUrl, {}, bundle)
    // One in five dies while it starts.
    if (dice() < 0.2) await sleep(dice() * 250)
    else await dispatcher.ready.then(() => sleep(dice() * 150))
    await dispatcher.kill()
    await dispatchersAreGone(db)
    const leases = await lapseLeases(db)
    for (const key of leases) inFlight.set(key, (inFlight.get(key) ?? 0) + 1)
    if (leases.length > 0) killedAtWork++
  }
  writing = false
  await writer

  const last = spawnDispatcher(db.dispatcherUrl, {}, bundle)
  await until('every delivery to be closed', () => statesOf(db), (states) => !states.pending && !states.sending, 60_000)
  await last.kill('SIGTERM')

  const context = `(SEED=${seed})`
  await expectExactlyTheCommitted(db, receiver.requests, context)
  expect(receiver.requests.filter(({ body }) => body.includes('undone')), context).toEqual([])
  const repeats = new Map<string, number>()
  for (const request of duplicatesAmong(receiver.requests)) repeats.set(keyOf(request), (repeats.get(keyOf(request)) ?? 0) + 1)
  expect([...repeats].filter(([key, times]) => times > (inFlight.get(key) ?? 0)), context).toEqual([])
  // Nothing of this was proven if the dice only hit dispatchers that had nothing to do.
  expect(killedAtWork, context).toBeGreaterThan(KILLS / 5)
  expect(receiver.requests.length, context).toBeGreaterThan(1_000)
})
