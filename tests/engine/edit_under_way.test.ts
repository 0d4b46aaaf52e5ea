// An edit while requests are under way: what they answer is about the address that was asked, and what still waits goes to the new one.
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, startEngine, statesOf, until, type Engine } from '../support/engine.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

let db: FreshDatabase
let old: Receiver
let moved: Receiver
let engine: Engine
/** Requests to the old address that wait for an answer. */
let held: ServerResponse[]
/** Milliseconds that the dispatcher believes to have passed besides. */
let skipped: number
beforeEach(async () => {
  held = []
  skipped = 0
  db = await freshDatabase()
  await addOrganization(db)
  old = await startReceiver({ answer: (response) => void held.push(response) })
  moved = await startReceiver()
  engine = await startEngine(db, { ticks: () => performance.now() + skipped })
})
afterEach(async () => {
  await engine.stop()
  await Promise.all([old.close(), moved.close()])
  await db.drop()
})

function answerHeld(status: number): void {
  old.answer(status)
  for (const response of held) response.writeHead(status).end()
}
const moveTo = (id: string) => db.sql`update public.webhook_configurations set url = ${moved.url} where id = ${id}`

test('a 410 of the old address does not turn the webhook off', async () => {
  const { id } = await addWebhook(db, { url: old.url })
  await addContacts(db, 1)
  await old.waitForCount(1)
  await moveTo(id)
  answerHeld(410)
  await until('the answer to be recorded', () => statesOf(db), (states) => !states.sending)
  expect((await db.sql`select is_active, disabled_reason from public.webhook_configurations`)[0]).toEqual({ is_active: true, disabled_reason: null })
  moved.answer(410)
  await addContacts(db, 1)
  await until('one of the new address to do so', () => db.sql`select is_active, disabled_reason from public.webhook_configurations`, ([row]) => !row!.is_active)
})

test('what was claimed before and still waits goes to the new address', async () => {
  const { id } = await addWebhook(db, { url: old.url })
  await addContacts(db, 40)
  await old.waitForCount(16)
  await moveTo(id)
  await addContacts(db, 1)
  // One answer at a time, until the claim of the last contact has told of the edit.
  await until('a request to the new address', async () => (held.shift()?.end(), moved.requests.length), (count) => count > 0)
  answerHeld(200)
  await until('all to be recorded', () => statesOf(db), (states) => states.succeeded === 41)
  expect(old.requests.length + moved.requests.length).toBe(41)
  expect(moved.requests.length).toBeGreaterThan(10)
})

test('what was claimed before follows an edit by itself: with nothing new to claim, too', async () => {
  const { id } = await addWebhook(db, { url: old.url })
  await addContacts(db, 190)
  await old.waitForCount(16)
  await until('all to be claimed', () => statesOf(db), (states) => states.sending === 190)
  await moveTo(id)
  skipped = 1_000
  // One answer at a time, until the dispatcher has looked.
  await until('a request to the new address', async () => (held.shift()?.end(), moved.requests.length), (count) => count > 0)
  answerHeld(200)
  await until('all to be recorded', () => statesOf(db), (states) => states.succeeded === 190)
  expect(old.requests.length + moved.requests.length).toBe(190)
})

test('a webhook that is turned off gets only what was under way, and the rest when it is turned on', async () => {
  const { id } = await addWebhook(db, { url: old.url })
  await addContacts(db, 300)
  await old.waitForCount(16)
  const turn = (on: boolean) => db.sql`update public.webhook_configurations set is_active = ${on} where id = ${id}`
  await turn(false)
  await until('the rest to be given back', () => statesOf(db), (states) => states.sending === 16)
  answerHeld(200)
  await until('what was under way to be recorded', () => statesOf(db), (states) => states.succeeded === 16 && states.pending === 284)
  expect(old.requests.length).toBe(16)
  await turn(true)
  await until('all of them', () => statesOf(db), (states) => states.succeeded === 300)
  expect(old.requests.length).toBe(300)
})

test('a 410 turns the webhook off for what was claimed with it, too', async () => {
  await addWebhook(db, { url: old.url })
  await addContacts(db, 300)
  await old.waitForCount(16)
  held.shift()!.writeHead(410).end()
  await until('the rest to be given back', () => statesOf(db), (states) => states.pending! >= 280)
  expect(old.requests.length).toBeLessThan(20)
  answerHeld(200)
})

test('a webhook that is deleted gets nothing more', async () => {
  const { id } = await addWebhook(db, { url: old.url })
  await addContacts(db, 300)
  await old.waitForCount(16)
  await db.sql`delete from public.webhook_configurations where id = ${id}`
  await until('the rest to be given back', async () => engine.dispatcher.inHand, (inHand) => inHand === 16)
  answerHeld(200)
  await until('empty hands', async () => engine.dispatcher.inHand, (inHand) => inHand === 0)
  expect(old.requests.length).toBe(16)
})
