// Which write of the CRM is which event: every type of the catalog, and the writes that are no event.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addListener, addOrganization, addRow, addWebhook, columns, heardBy, typesHeardBy, users, type Database, type Values } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())

/** Rows that a table cannot do without. */
async function parents(sql: Database, table: string, organization: string): Promise<Values> {
  if (table !== 'chatbot_runs') return {}
  return { chatbot_id: (await addRow(sql, 'chatbots', { organization_id: organization, name: 'Night shift' })).id }
}

const minimal: Record<string, Values> = {
  contacts: { first_name: 'Ada' },
  deals: { title: 'Pilot' },
  conversations: {},
  messages: { direction: 'outbound' },
  meetings: { topic: 'Introduction' },
  chatbot_runs: {},
  insights: { kind: 'topic' },
}

/** What one webhook hears of `insert`, or of `change` when there is one. */
async function eventsOf(table: string, insert: Values, change?: Values) {
  const { organization, webhook } = await addListener(db.sql)
  const row = { organization_id: organization, ...minimal[table], ...await parents(db.sql, table, organization), ...insert }
  const { id } = await addRow(db.sql, table, row)
  if (change === undefined) return heardBy(db.sql, webhook)
  const before = await heardBy(db.sql, webhook)
  await db.sql`update public.${db.sql(table)} set ${db.sql(columns(change))} where id = ${id as string}`
  return (await heardBy(db.sql, webhook)).slice(before.length)
}

const someone = { assigned_to: users.member }
const nobody = { assigned_to: null }

describe('an insert', () => {
  test.each<[string, Values, string[]]>([
    ['contacts', {}, ['contact.created']],
    ['contacts', someone, ['contact.created', 'contact.assigned']],
    ['deals', {}, ['deal.created']],
    ['deals', someone, ['deal.created', 'deal.assigned']],
    ['deals', { stage: 'won' }, ['deal.created']],
    ['conversations', {}, ['conversation.created']],
    ['conversations', someone, ['conversation.created', 'conversation.assigned']],
    ['conversations', { status: 'closed' }, ['conversation.created']],
    ['messages', { direction: 'inbound' }, ['message.received']],
    ['messages', { direction: 'inbound', status: 'read' }, ['message.received']],
    ['messages', { direction: 'outbound', status: 'queued' }, []],
    ['messages', { direction: 'outbound', status: 'sent' }, ['message.sent']],
    ['messages', { direction: 'outbound', status: 'delivered' }, ['message.delivered']],
    ['messages', { direction: 'outbound', status: 'read' }, ['message.read']],
    ['messages', { direction: 'outbound', status: 'failed' }, ['message.failed']],
    ['meetings', {}, []],
    ['meetings', { recording_status: 'processing' }, []],
    ['meetings', { recording_status: 'completed' }, ['zoom.recording.completed']],
    ['chatbot_runs', {}, ['chatbot.triggered']],
    ['insights', { kind: 'summary' }, ['insight.summary']],
    ['insights', { kind: 'topic' }, ['insight.topic']],
    ['insights', { kind: 'key' }, ['insight.key']],
    ['insights', { kind: 'conversation' }, ['insight.conversation']],
    ['insights', { kind: 'sentiment' }, ['insight.sentiment']],
  ])('into %s of %j', async (table, insert, types) => {
    const events = await eventsOf(table, insert)
    expect(events.map((event) => event.type)).toEqual(types)
    expect(events.every((event) => event.previous === null)).toBe(true)
  })

  test.each(['inbound', 'outbound'])('of an %s message of a broadcast', async (direction) => {
    const { organization, webhook } = await addListener(db.sql)
    const broadcast = await addRow(db.sql, 'broadcasts', { organization_id: organization, name: 'Sale', channel: 'sms' })
    await addRow(db.sql, 'messages', { organization_id: organization, direction, broadcast_id: broadcast.id })
    expect(await typesHeardBy(db.sql, webhook)).toEqual(direction === 'inbound' ? ['message.received', 'broadcast.response'] : [])
  })
})

describe('an update', () => {
  const sent = { direction: 'outbound', status: 'sent' }
  test.each<[string, Values, Values, string[], Values | null]>([
    ['contacts', {}, { last_name: 'Lovelace' }, ['contact.updated'], { last_name: null }],
    ['contacts', {}, someone, ['contact.updated', 'contact.assigned'], nobody],
    ['contacts', someone, { assigned_to: users.admin }, ['contact.updated', 'contact.assigned'], someone],
    ['contacts', someone, nobody, ['contact.updated'], someone],
    ['contacts', someone, someone, [], null],
    ['deals', {}, { title: 'Rollout' }, ['deal.updated'], { title: 'Pilot' }],
    ['deals', {}, { stage: 'won' }, ['deal.updated', 'deal.stage.changed'], { stage: 'new' }],
    ['deals', {}, { stage: 'new' }, [], null],
    ['deals', { value: 100 }, { value: 100.00 }, [], null],
    ['deals', { value: 100 }, { value: 100.5, stage: 'won', ...someone }, ['deal.updated', 'deal.stage.changed', 'deal.assigned'],
      { value: 100, stage: 'new', ...nobody }],
    ['deals', someone, nobody, ['deal.updated'], someone],
    ['conversations', {}, { channel: 'sms' }, [], null],
    ['conversations', {}, { status: 'closed' }, ['conversation.status.changed'], { status: 'open' }],
    ['conversations', {}, someone, ['conversation.assigned'], nobody],
    ['conversations', someone, nobody, [], null],
    ['messages', {}, { status: 'sent' }, ['message.sent'], { status: 'queued' }],
    ['messages', sent, { status: 'delivered' }, ['message.delivered'], { status: 'sent' }],
    ['messages', sent, { status: 'read' }, ['message.read'], { status: 'sent' }],
    ['messages', sent, { status: 'failed' }, ['message.failed'], { status: 'sent' }],
    ['messages', sent, { content: 'Hello' }, [], null],
    ['messages', { direction: 'inbound', status: 'delivered' }, { status: 'read' }, [], null],
    ['meetings', {}, { recording_status: 'processing' }, [], null],
    ['meetings', { recording_status: 'processing' }, { recording_status: 'completed' }, ['zoom.recording.completed'], { recording_status: 'processing' }],
    ['meetings', { recording_status: 'completed' }, { recording_url: 'https://zoom.test/1' }, [], null],
    ['chatbot_runs', {}, { status: 'completed' }, [], null],
    ['insights', {}, { kind: 'key' }, [], null],
  ])('of %s, %j to %j', async (table, insert, change, types, previous) => {
    const events = await eventsOf(table, insert, change)
    expect(events.map((event) => event.type)).toEqual(types)
    for (const event of events) expect(JSON.parse(event.previous!)).toEqual(previous)
  })

  test.each(['contacts', 'deals', 'conversations', 'messages', 'meetings'])('of %s that changes nothing, or only updated_at', async (table) => {
    const { organization, webhook } = await addListener(db.sql)
    const { id } = await addRow(db.sql, table, { organization_id: organization, ...minimal[table] })
    const before = await typesHeardBy(db.sql, webhook)
    await db.sql`update public.${db.sql(table)} set organization_id = organization_id where id = ${id as string}`
    await db.sql`update public.${db.sql(table)} set updated_at = '2020-01-01' where id = ${id as string}`
    expect(await typesHeardBy(db.sql, webhook)).toEqual(before)
  })
})

test('an outbound message reaches each status once, however often its row is written', async () => {
  const { organization, webhook } = await addListener(db.sql)
  const { id } = await addRow(db.sql, 'messages', { organization_id: organization, direction: 'outbound', status: 'sent' })
  for (const status of ['delivered', 'sent', 'delivered', 'failed', 'sent', 'read', 'delivered', 'read']) {
    await db.sql`update public.messages set status = ${status} where id = ${id as string}`
  }
  expect(await typesHeardBy(db.sql, webhook)).toEqual(['message.sent', 'message.delivered', 'message.failed', 'message.read'])
})

test('a message that becomes outbound reaches its status then', async () => {
  const events = await eventsOf('messages', { direction: 'inbound', status: 'read' }, { direction: 'outbound' })
  expect(events.map((event) => event.type)).toEqual(['message.read'])
})

test('a delete of a CRM row is no event', async () => {
  const { organization, webhook } = await addListener(db.sql)
  await addRow(db.sql, 'deals', { organization_id: organization, title: 'Pilot' })
  await db.sql`delete from public.deals where organization_id = ${organization}`
  expect(await typesHeardBy(db.sql, webhook)).toEqual(['deal.created'])
})

test('a foreign key that empties a column is an update: of the deals, not of what does not speak of contacts', async () => {
  const { organization, webhook } = await addListener(db.sql)
  const { id } = await addRow(db.sql, 'contacts', { organization_id: organization, first_name: 'Ada' })
  const row = { organization_id: organization, contact_id: id }
  await addRow(db.sql, 'deals', { ...row, title: 'Pilot' })
  await addRow(db.sql, 'deals', { ...row, title: 'Rollout' })
  await addRow(db.sql, 'conversations', row)
  const before = (await heardBy(db.sql, webhook)).length
  await db.sql`delete from public.contacts where id = ${id as string}`
  const events = (await heardBy(db.sql, webhook)).slice(before)
  expect(events.map((event) => [event.type, JSON.parse(event.previous!)])).toEqual(Array(2).fill(['deal.updated', { contact_id: id }]))
})

test('a member who leaves is unassigned, which is an update and no assignment', async () => {
  const { organization, webhook } = await addListener(db.sql)
  for (const table of ['contacts', 'deals', 'conversations']) {
    await addRow(db.sql, table, { organization_id: organization, ...minimal[table], ...someone })
  }
  const before = (await heardBy(db.sql, webhook)).length
  await db.sql`delete from public.organization_members where organization_id = ${organization} and user_id = ${users.member}`
  expect((await typesHeardBy(db.sql, webhook)).slice(before).sort()).toEqual(['contact.updated', 'deal.updated'])
})

describe('a row that moves to another organization', () => {
  async function move(change: Values) {
    const from = await addListener(db.sql), to = await addListener(db.sql)
    const { id } = await addRow(db.sql, 'deals', { organization_id: from.organization, title: 'Secret plan', value: 7, stage: 'proposal' })
    await db.sql`update public.deals set ${db.sql(columns({ organization_id: to.organization, ...change }))} where id = ${id as string}`
    return { old: await heardBy(db.sql, from.webhook), new: await heardBy(db.sql, to.webhook), organization: to.organization }
  }

  test('is created there, and nothing of what it was is told', async () => {
    const heard = await move({ stage: 'won', title: 'Deal', value: 8 })
    expect(heard.old.map((event) => event.type)).toEqual(['deal.created'])
    expect(heard.new.map((event) => event.type)).toEqual(['deal.created'])
    expect(heard.new[0]!.previous).toBeNull()
    expect(JSON.parse(heard.new[0]!.data)).toMatchObject({ organization_id: heard.organization, stage: 'won', title: 'Deal' })
    expect(heard.new[0]!.data).not.toMatch(/Secret|proposal/)
  })

  test('and is assigned there is created and assigned', async () => {
    expect((await move(someone)).new.map((event) => event.type)).toEqual(['deal.created', 'deal.assigned'])
  })

  test('tells a status again that only the first organization had heard of', async () => {
    const from = await addListener(db.sql), to = await addListener(db.sql)
    await addRow(db.sql, 'messages', { organization_id: from.organization, direction: 'outbound', status: 'sent' })
    await db.sql`update public.messages set organization_id = ${to.organization} where organization_id = ${from.organization}`
    expect(await typesHeardBy(db.sql, from.webhook)).toEqual(['message.sent'])
    expect(await typesHeardBy(db.sql, to.webhook)).toEqual(['message.sent'])
  })
})

test('nobody hears of an organization without webhooks, and no row is written', async () => {
  const organization = await addOrganization(db.sql)
  await addListener(db.sql)
  const picky = await addOrganization(db.sql)
  await addWebhook(db.sql, picky, { events: ['deal.created'] })
  for (const each of [organization, picky]) await addRow(db.sql, 'contacts', { organization_id: each, first_name: 'Ada' })
  expect(await db.sql`select from webhooks.events where organization_id in (${organization}, ${picky})`).toHaveLength(0)
  expect(await db.sql`select from webhooks.deliveries where organization_id in (${organization}, ${picky})`).toHaveLength(0)
})
