// An alert may go to another webhook: what happens to one is an event that others of the organization can list.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, startEngine, until, type Engine } from '../support/engine.ts'
import { startReceiver, verified, type Receiver } from '../support/receiver.ts'

let db: FreshDatabase
let engine: Engine
const receivers: Receiver[] = []
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(async () => {
  await engine.stop()
  await Promise.all(receivers.map((receiver) => receiver.close()))
  await db.drop()
})
async function receiverThatAnswers(answer: 200 | 500): Promise<Receiver> {
  receivers.push(await startReceiver({ answer }))
  return receivers.at(-1)!
}

test('failing, well again, and turned off: each is told once, signed, to the webhook that lists it, and to no other', async () => {
  const sick = await receiverThatAnswers(500)
  const witness = await receiverThatAnswers(200)
  const bystander = await receiverThatAnswers(200)
  const stranger = await receiverThatAnswers(200)
  const { id } = await addWebhook(db, { name: 'sick', url: sick.url, events: ['contact.created', 'webhook.failing', 'webhook.recovered', 'webhook.disabled'], retry_policy: 'none' })
  const { secret } = await addWebhook(db, { url: witness.url, events: ['webhook.failing', 'webhook.recovered', 'webhook.disabled'] })
  await addWebhook(db, { url: bystander.url, events: ['contact.updated'] })
  await addOrganization(db, '00000000-0000-4000-8000-0000000000ff')
  await addWebhook(db, { organization_id: '00000000-0000-4000-8000-0000000000ff', url: stranger.url })
  engine = await startEngine(db)
  const failures = () => db.sql`select consecutive_failures as n, is_active from public.webhook_configurations where id = ${id}`
  const heard = () => witness.requests.map((request) => verified(request, secret!) as { event: string, data: Record<string, unknown> })

  await addContacts(db, 5)
  await until('five failures', failures, ([row]) => row!.n === 5)
  await witness.waitForCount(1)
  expect(heard().at(-1)).toMatchObject({ event: 'webhook.failing', data: { webhook_id: id, name: 'sick', url: sick.url, reason: null } })

  sick.answer(200)
  await addContacts(db, 1)
  await witness.waitForCount(2)
  expect(heard().at(-1)).toMatchObject({ event: 'webhook.recovered', data: { webhook_id: id, consecutive_failures: 0 } })

  sick.answer(500)
  await addContacts(db, 3)
  await witness.waitForCount(3)
  await db.sql`update public.webhook_configurations set failing_since = now() - interval '6 days' where id = ${id}`
  await addContacts(db, 1)
  await witness.waitForCount(4)
  expect(heard().map(({ event }) => event)).toEqual(['webhook.failing', 'webhook.recovered', 'webhook.failing', 'webhook.disabled'])
  expect(heard().at(-1)!.data).toMatchObject({ reason: 'failing' })
  expect((await failures())[0]!.is_active).toBe(false)
  // A webhook is not told of itself, or a receiver that fails would be sent one more thing to fail at.
  expect(new Set(sick.requests.map(({ headers }) => headers['x-webhook-event']))).toEqual(new Set(['contact.created']))
  expect(bystander.requests).toHaveLength(0)
  expect(stranger.requests).toHaveLength(0)
})
