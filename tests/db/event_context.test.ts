// What is kept with an event for the formats that say more than its row: captured once, in the transaction of the write.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addOrganization, addRow, addWebhook, columns, type Values } from '../support/factories.ts'

let db: FreshDatabase
let organization: string, contact: string, conversation: string
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())
beforeEach(async () => {
  organization = await addOrganization(db.sql)
  contact = await add('contacts', { first_name: 'John', last_name: 'Doe', phone: '+15555550123' })
  conversation = await add('conversations', { contact_id: contact, channel: 'whatsapp' })
})

const add = async (table: string, values: Values) => (await addRow(db.sql, table, { organization_id: organization, ...values })).id as string
const listen = (format: string, values: Values = {}) => addWebhook(db.sql, organization, { format, ...values })
type Context = Record<string, unknown> & { history: { content: string }[]; last_outbound: { content: string } | null }
const contexts = async () => (await db.sql<{ type: string; context: string | null }[]>`
  select type, context from webhooks.events where organization_id = ${organization} order by occurred_at`).map(({ type, context }) => ({ type, context: context === null ? null : JSON.parse(context) as Context }))
const newest = async () => (await contexts()).at(-1)!.context!
const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 12, minute))
const say = (direction: string, content: string, minute: number, values: Values = {}) =>
  add('messages', { conversation_id: conversation, contact_id: contact, direction, content, created_at: at(minute), status: 'sent', ...values })

test.each(['standard', 'standard-webhooks', 'cloudevents'])('nobody who listens in %s makes the app look anything up', async (format) => {
  await listen(format)
  await say('inbound', 'Hello', 0)
  expect(await contexts()).toEqual([{ type: 'message.received', context: null }])
})

test.each(['nativemsg', 'whatsable', 'libromi', 'caleida'])('one webhook in %s among others is enough', async (format) => {
  await listen('standard')
  await listen(format)
  await say('inbound', 'Hello', 0)
  expect(await newest()).toMatchObject({ contact: { first_name: 'John', phone: '+15555550123' }, conversation: { channel: 'whatsapp', status: 'open' } })
})

test('a webhook that is off, or wants other events, does not count', async () => {
  await listen('standard')
  await listen('libromi', { is_active: false })
  await listen('libromi', { events: ['contact.created'] })
  await say('inbound', 'Hello', 0)
  expect((await contexts()).map(({ context }) => context)).toEqual([null])
})

describe('every kind of row tells who it is about', () => {
  const bot = () => add('chatbots', { name: 'Welcome' })
  const rows: [string, () => Promise<unknown>, Values][] = [
    ['a deal', () => add('deals', { title: 'Bread', contact_id: contact }), { contact: { first_name: 'John' }, conversation: null, chatbot: null }],
    ['a conversation', () => add('conversations', { contact_id: contact }), { contact: { first_name: 'John' } }],
    ['a meeting', () => add('meetings', { topic: 'Kick-off', contact_id: contact, recording_status: 'completed' }), { contact: { first_name: 'John' } }],
    ['a chatbot run', async () => add('chatbot_runs', { chatbot_id: await bot(), conversation_id: conversation }),
      { contact: { first_name: 'John' }, conversation: { channel: 'whatsapp' }, chatbot: { name: 'Welcome' } }],
    ['an insight, by way of its conversation', () => add('insights', { kind: 'topic', conversation_id: conversation }), { contact: { first_name: 'John' }, conversation: { channel: 'whatsapp' } }],
    ['a message, with the bot that last ran', async () => {
      await add('chatbot_runs', { chatbot_id: await bot(), conversation_id: conversation, created_at: at(0) })
      await add('chatbot_runs', { chatbot_id: await add('chatbots', { name: 'Orders' }), conversation_id: conversation, created_at: at(1) })
      await say('outbound', 'Hello', 2)
    }, { contact: { first_name: 'John' }, chatbot: { name: 'Orders' } }],
    ['a deal with nobody', () => add('deals', { title: 'Bread' }), { contact: null, conversation: null, chatbot: null }],
  ]
  test.each(rows)('%s', async (_, write, expected) => {
    await listen('libromi')
    await write()
    expect(await newest()).toMatchObject(expected)
  })

  test('a contact tells it by itself', async () => {
    await listen('libromi', { events: ['contact.created'] })
    await add('contacts', { first_name: 'Ada' })
    expect(await contexts()).toEqual([{ type: 'contact.created', context: null }])
  })
})

describe('the history of an inbound message', () => {
  beforeEach(async () => { await listen('whatsable', { events: ['message.received', 'message.read'] }) })

  test('is what both sides said up to it, oldest first, and what the organization said last', async () => {
    await say('inbound', 'one', 1)
    await say('outbound', 'two', 2)
    await say('inbound', 'three', 3)
    expect(await newest()).toMatchObject({
      history: [{ direction: 'inbound', content: 'one' }, { direction: 'outbound', content: 'two' }, { direction: 'inbound', content: 'three', type: 'text', at: '2026-01-15T12:03:00+00:00' }],
      last_outbound: { content: 'two' },
    })
  })

  test('knows nothing of what is written later, in other conversations, or never went out', async () => {
    await say('outbound', 'failed', 1, { status: 'failed' })
    await say('outbound', 'waiting', 2, { status: 'queued' })
    await say('inbound', 'later', 9)
    await say('inbound', 'elsewhere', 3, { conversation_id: await add('conversations', {}) })
    await say('inbound', 'this', 4)
    expect(await newest()).toMatchObject({ history: [{ content: 'this' }], last_outbound: null })
  })

  test('has the last ten messages; what the organization said last is found further back', async () => {
    await say('outbound', 'greeting', 0)
    for (let minute = 1; minute <= 11; minute++) await say('inbound', `m${minute}`, minute)
    const { history, last_outbound } = await newest()
    expect(history.map(({ content }) => content)).toEqual(['m2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9', 'm10', 'm11'])
    expect(last_outbound).toMatchObject({ content: 'greeting' })
  })

  test('of many messages that one statement writes is that of each', async () => {
    await db.sql`insert into public.messages ${db.sql([1, 2, 3].map((minute) => columns({
      organization_id: organization, conversation_id: conversation, direction: 'inbound', content: `m${minute}`, created_at: at(minute) })))}`
    const lengths = (await contexts()).map(({ context }) => context!.history.length)
    expect(lengths.sort()).toEqual([1, 2, 3])
  })

  test('is not looked up for the status of a message that went out', async () => {
    const id = await say('outbound', 'Hello', 1)
    await db.sql`update public.messages set status = 'read' where id = ${id}`
    expect(await newest()).not.toHaveProperty('history')
  })

  test('is walked by index, and not to the beginning of a long conversation', async () => {
    await db.sql`
      insert into public.messages (organization_id, conversation_id, direction, content, created_at)
      select ${organization}, ${conversation}, 'inbound', 'x', '2026-01-01'::timestamptz + n * interval '1 second' from generate_series(1, 5000) n`
    await db.sql`analyze public.messages`
    const [row] = await db.sql`select * from public.messages where conversation_id = ${conversation} order by created_at desc limit 1`
    await db.sql.begin(async (tx) => {
      const count = async () => Number((await tx`select pg_stat_get_xact_tuples_fetched('public.messages'::regclass) + pg_stat_get_xact_tuples_returned('public.messages'::regclass) as n`)[0]!.n)
      await tx`select m.id from public.messages m where m.id = ${row!.id as string}`
      const before = await count()
      await tx`select app.event_context(m) from public.messages m where m.id = ${row!.id as string}`
      expect(await count() - before).toBeLessThan(500)
    })
  })
})

test('what was captured stays, whatever becomes of the contact', async () => {
  await listen('libromi')
  await say('inbound', 'Hello', 0)
  await db.sql`update public.contacts set first_name = 'Johanna' where id = ${contact}`
  const [received] = (await contexts()).filter(({ type }) => type === 'message.received')
  expect(received!.context).toMatchObject({ contact: { first_name: 'John' } })
})

test('a member who writes sees to it as well, whatever row-level security would show them', async () => {
  await listen('nativemsg')
  const [{ user_id }] = await db.sql<[{ user_id: string }]>`select user_id from public.organization_members where organization_id = ${organization} and role = 'member'`
  await db.as(user_id, (tx) => tx`insert into public.messages (organization_id, conversation_id, direction, content) values (${organization}, ${conversation}, 'inbound', 'Hi')`)
  expect(await newest()).toMatchObject({ contact: { first_name: 'John' } })
})

test('no API user may call it', async () => {
  const [{ user_id }] = await db.sql<[{ user_id: string }]>`select user_id from public.organization_members limit 1`
  await expect(db.as(user_id, (tx) => tx`select app.event_context(c) from public.contacts c`)).rejects.toMatchObject({ code: '42501' })
})
