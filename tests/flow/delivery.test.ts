// As a user does it: an admin creates a webhook over the API, a member writes rows with supabase-js, a server verifies what arrives.
import { createHmac } from 'node:crypto'
import type { SupabaseClient } from '@supabase/supabase-js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Webhook as SvixWebhook } from 'svix'
import { EVENT_TYPES } from '../../functions/core/event_types.ts'
import { acme, demoUsers } from '../../local/demo_users.ts'
import { connect, signIn, system } from '../support/running_system.ts'
import { startReceiver, verified, type Receiver } from '../support/receiver.ts'

let admin: SupabaseClient
let member: SupabaseClient
let receiver: Receiver
let webhook: { id: string }
let secret: string
const memberId = demoUsers.find((user) => user.email === 'member@acme.test')!.id

beforeAll(async () => {
  admin = await signIn('admin@acme.test')
  member = await signIn('member@acme.test')
})
beforeEach(async () => {
  receiver = await startReceiver()
  ;({ webhook, secret } = await create({ url: receiver.url, events: ['*'] }))
})
afterEach(async () => {
  await admin.from('webhook_configurations').delete().eq('id', webhook.id)
  await receiver.close()
})
afterAll(() => Promise.all([admin.auth.signOut(), member.auth.signOut()]))

async function create(values: Record<string, unknown>): Promise<{ webhook: { id: string }; secret: string }> {
  const { data, error } = await admin.functions.invoke('webhooks', { method: 'POST', body: { organization_id: acme, name: `flow ${crypto.randomUUID()}`, ...values } })
  if (error) throw new Error(await (error as { context: Response }).context.text())
  return data as { webhook: { id: string }; secret: string }
}

const must = <Row>({ data, error }: { data: Row; error: unknown }): NonNullable<Row> => {
  if (error) throw error
  return data!
}
const insert = async (table: string, row: Record<string, unknown>) =>
  must(await member.from(table).insert({ organization_id: acme, ...row }).select().single()) as Record<string, unknown> & { id: string }
const update = async (table: string, id: string, row: Record<string, unknown>) => must(await member.from(table).update(row).eq('id', id).select().single())

test('a member inserts a row; within two seconds it has arrived, verified, and is in webhook_logs', async () => {
  const contact = await insert('contacts', { first_name: 'Ada', email: 'ada@example.com' })
  const committed = performance.now()
  const [request] = await receiver.waitForCount(1)
  expect(request!.at - committed).toBeLessThan(2_000)

  const body = verified(request!, secret) as { id: string; event: string; data: unknown }
  new SvixWebhook(secret).verify(request!.body, request!.headers as Record<string, string>)
  expect(request!.headers['x-webhook-signature']).toBe(`sha256=${createHmac('sha256', secret).update(request!.body).digest('hex')}`)
  expect(body).toMatchObject({ event: 'contact.created', id: request!.headers['webhook-id'], data: contact })

  await expect.poll(async () => (await member.from('webhook_logs').select('*').eq('webhook_id', webhook.id)).data, { timeout: 5_000 }).toMatchObject([
    { event_id: body.id, event_type: 'contact.created', attempt: 1, status_code: 200, error_code: null, is_test: false, organization_id: acme },
  ])
  const { data: deliveries } = await member.from('webhook_deliveries').select('state, attempt_count').eq('webhook_id', webhook.id)
  expect(deliveries).toEqual([{ state: 'succeeded', attempt_count: 1 }])
})

describe('every event type of the catalog reaches the receiver, in the shape the catalog promises', () => {
  // What a member writes, and the events it causes, in order.
  const writes: [string, () => Promise<unknown>, string[]][] = [
    ['a contact with somebody in charge', () => insert('contacts', { first_name: 'B', assigned_to: memberId }), ['contact.created', 'contact.assigned']],
    ['a contact that changes', async () => update('contacts', (await insert('contacts', { first_name: 'C' })).id, { last_name: 'D' }), ['contact.created', 'contact.updated']],
    ['a deal that moves on and gets an owner', async () => update('deals', (await insert('deals', { title: 'Big' })).id, { stage: 'won', assigned_to: memberId }),
      ['deal.created', 'deal.updated', 'deal.stage.changed', 'deal.assigned']],
    ['a conversation that is assigned and closed', async () => update('conversations', (await insert('conversations', {})).id, { status: 'closed', assigned_to: memberId }),
      ['conversation.created', 'conversation.assigned', 'conversation.status.changed']],
    ['an answer to a broadcast', async () => {
      const broadcast = must(await connect(system(), system().SECRET_KEY).from('broadcasts').insert({ organization_id: acme, name: 'News', channel: 'email' }).select().single()) as { id: string }
      return insert('messages', { direction: 'inbound', content: 'Hi', broadcast_id: broadcast.id })
    }, ['message.received', 'broadcast.response']],
    ['a message on its way', async () => {
      const { id } = await insert('messages', { direction: 'outbound', content: 'Hello' })
      for (const status of ['sent', 'delivered', 'read']) await update('messages', id, { status })
    }, ['message.sent', 'message.delivered', 'message.read']],
    ['a message that fails', () => insert('messages', { direction: 'outbound', status: 'failed' }), ['message.failed']],
    ['a recording that is ready', async () => update('meetings', (await insert('meetings', { topic: 'Demo' })).id, { recording_status: 'completed' }), ['zoom.recording.completed']],
    ['a chatbot that runs', async () => insert('chatbot_runs', { chatbot_id: (await insert('chatbots', { name: 'Bot' })).id }), ['chatbot.triggered']],
    ...['summary', 'topic', 'key', 'conversation', 'sentiment'].map((kind): [string, () => Promise<unknown>, string[]] =>
      [`an insight: ${kind}`, () => insert('insights', { kind, content: { text: 'x' } }), [`insight.${kind}`]]),
  ]

  test.each(writes)('%s', async (_, write, expected) => {
    await write()
    const requests = await receiver.waitForCount(expected.length)
    expect(requests.map((request) => request.headers['x-webhook-event']).sort()).toEqual([...expected].sort())
    for (const request of requests) {
      const body = verified(request, secret) as { event: string; data: unknown; previous?: Record<string, unknown> }
      EVENT_TYPES.find((type) => type.name === body.event)!.schema.parse(body.data)
    }
  })

  test('the list above names every type of the host app', () => {
    const covered = new Set(writes.flatMap(([, , events]) => events))
    expect(EVENT_TYPES.filter((type) => !type.name.startsWith('webhook.') && !covered.has(type.name)).map((type) => type.name)).toEqual([])
  })
})

test('an event of the app’s own: publish_event by RPC with the service role, refused to members', async () => {
  const service = connect(system(), system().SECRET_KEY)
  const id = must(await service.rpc('publish_event', { organization_id: acme, type: 'chatbot.triggered', data: { made: 'by hand' } }))
  const [request] = await receiver.waitForCount(1)
  expect(verified(request!, secret)).toMatchObject({ id, event: 'chatbot.triggered', data: { made: 'by hand' } })
  expect((await member.rpc('publish_event', { organization_id: acme, type: 'chatbot.triggered', data: {} })).error).not.toBeNull()
})

test('a member turns it off and on: nothing while off, the next event when on', async () => {
  must(await member.from('webhook_configurations').update({ is_active: false }).eq('id', webhook.id).select('id').single())
  await insert('contacts', { first_name: 'Unheard' })
  must(await member.from('webhook_configurations').update({ is_active: true }).eq('id', webhook.id).select('id').single())
  await insert('contacts', { first_name: 'Heard' })
  const [request] = await receiver.waitForCount(1)
  expect(verified(request!, secret)).toMatchObject({ data: { first_name: 'Heard' } })
  expect(receiver.requests).toHaveLength(1)
})

test('the dispatcher function: refuses strangers, and drains for the service', async () => {
  const { API_URL, PUBLISHABLE_KEY, SECRET_KEY } = system()
  const call = (headers: Record<string, string>) => fetch(`${API_URL}/functions/v1/dispatcher`, { method: 'POST', headers })
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Bearer ${PUBLISHABLE_KEY}` }]) {
    const refused = await call(headers as Record<string, string>)
    expect(refused.status).toBe(401)
    expect(await refused.json()).toMatchObject({ error: { code: 'unauthorized' } })
  }
  const answer = await call({ authorization: `Bearer ${SECRET_KEY}` })
  expect(answer.status).toBe(200)
  expect(Object.keys(await answer.json() as object).sort()).toEqual(['claimed', 'failed', 'retried', 'succeeded'])
})
