// Rows that are large or odd: they never fail the app's write, and what is sent is what the row says.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { bundleDispatcher } from '../support/dispatcher_bundle.ts'
import { addOrganization, addWebhook, ORGANIZATION, spawnDispatcher, startEngine, statesOf, until, type Engine } from '../support/engine.ts'
import { forgetWebhooks, users } from '../support/factories.ts'
import { duplicatesAmong, expectExactlyTheCommitted } from '../support/ledger.ts'
import { startReceiver, verified, type Receiver } from '../support/receiver.ts'

const MB = 1024 * 1024

let db: FreshDatabase
let receiver: Receiver
let engine: Engine | undefined
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
  await db.sql.unsafe(`create table public.papers (id int primary key, organization_id uuid, body text, doc json); select webhooks.attach('public.papers')`)
})
afterAll(() => db.drop())
afterEach(async () => {
  await engine?.stop()
  engine = undefined
  await receiver.close()
  await db.sql`delete from public.papers`
  await forgetWebhooks(db.sql)
})

const paper = (id: number, body: string, doc: string | null = null) => db.sql`insert into public.papers values (${id}, ${ORGANIZATION}, ${body}, ${doc}::text::json)`
const closed = () => until('all deliveries to be closed', () => statesOf(db), (states) => !states.pending && !states.sending, 60_000)

describe('size', () => {
  test('up to a megabyte arrives whole; more is captured, fails at once with the reason, and the next event arrives', async () => {
    receiver = await startReceiver()
    const { secret } = await addWebhook(db, { url: receiver.url, events: ['paper.created'] })
    engine = await startEngine(db)
    await paper(1, 'x'.repeat(MB - 200))
    await paper(2, 'x'.repeat(5 * MB))
    await paper(3, 'small')
    expect(await closed()).toEqual({ succeeded: 2, failed: 1 })
    const bodies = receiver.requests.map((request) => verified(request, secret!) as { data: { id: number, body: string } })
    expect(bodies.map(({ data }) => [data.id, data.body.length]).sort()).toEqual([[1, MB - 200], [3, 5]])
    const [refused] = await db.sql`
      select d.attempt_count, d.last_error_code, l.error_detail from webhooks.deliveries d join public.webhook_logs l on l.delivery_id = d.id where d.state = 'failed'`
    expect(refused).toEqual({ attempt_count: 1, last_error_code: 'event_too_large', error_detail: expect.stringMatching(/^The event has 5,24\d,\d{3} bytes as JSON\. The limit is 1,048,576\.$/) })
    const [webhook] = await db.sql`select is_active, consecutive_failures from public.webhook_configurations`
    expect(webhook!.is_active).toBe(true)
  })

  test('an event of the app’s own is held to the same, and so is one that is sent again by hand', async () => {
    receiver = await startReceiver()
    const { id: webhook } = await addWebhook(db, { url: receiver.url, events: ['paper.created'] })
    engine = await startEngine(db)
    const publish = (text: string) => db.sql`select webhooks.publish_event(${ORGANIZATION}, 'paper.created', ${db.sql.json({ text })}) as id`
    await publish('x'.repeat(MB - 100))
    expect((await publish('x'.repeat(5 * MB)))[0]!.id).not.toBeNull()
    expect(await closed()).toEqual({ succeeded: 1, failed: 1 })

    const [refused] = await db.sql`select id from webhooks.deliveries where state = 'failed'`
    const failed = refused!.id as string
    await db.sql`insert into public.organization_members (organization_id, user_id, role) values (${ORGANIZATION}, ${users.owner}, 'owner')`
    await db.as(users.owner, (sql) => sql`select public.webhook_resend(${webhook}, ${[failed]})`)
    expect(await until('it to fail once more', () => db.sql`select attempt_count, state, last_error_code from webhooks.deliveries where id = ${failed}`, ([row]) => row!.attempt_count === 2))
      .toEqual([{ attempt_count: 2, state: 'failed', last_error_code: 'event_too_large' }])
    expect(receiver.requests).toHaveLength(1)
  })

  test('a change counts with its old values', async () => {
    receiver = await startReceiver()
    await addWebhook(db, { url: receiver.url, events: ['paper.updated'] })
    await paper(1, 'x'.repeat(0.6 * MB))
    engine = await startEngine(db)
    await db.sql`update public.papers set body = body || 'y'`
    expect(await closed()).toEqual({ failed: 1 })
    expect(receiver.requests).toHaveLength(0)
  })

  test('ninety events of a megabyte go through a dispatcher that has room for a few', async () => {
    receiver = await startReceiver()
    receiver.answer((response, request) => {
      request.body = '' // or it is this process that has no room
      response.end()
    })
    for (const path of ['a', 'b', 'c']) await addWebhook(db, { url: `${receiver.url}/${path}`, events: ['paper.created'] })
    await db.sql`insert into public.papers select i, ${ORGANIZATION}, repeat('x', ${MB - 1_000}) from generate_series(1, 30) i`
    const dispatcher = spawnDispatcher(db.dispatcherUrl, { NODE_OPTIONS: '--max-old-space-size=100' }, await bundleDispatcher())
    try {
      await closed()
      await expectExactlyTheCommitted(db, receiver.requests)
      expect(duplicatesAmong(receiver.requests)).toHaveLength(0)
      expect(dispatcher.child.exitCode).toBeNull()
    } finally {
      await dispatcher.kill()
    }
  })
})

test('five thousand levels arrive as they are; a form that must read them fails at once with the reason, and the next event arrives', async () => {
  receiver = await startReceiver()
  const of = (path: string) => ({ url: `${receiver.url}/${path}`, events: ['paper.created'] })
  await addWebhook(db, of('plain'))
  await addWebhook(db, { ...of('fields'), excluded_fields: ['doc.x'], ordered: true })
  await addWebhook(db, { ...of('libromi'), format: 'libromi' })
  engine = await startEngine(db)
  const deep = '['.repeat(5_000) + ']'.repeat(5_000)
  await paper(1, 'deep', deep)
  await paper(2, 'next')
  expect(await closed()).toEqual({ succeeded: 4, failed: 2 })
  expect(receiver.requests.find(({ url, body }) => url.endsWith('/plain') && body.includes('deep'))!.body).toContain(`"doc":${deep}`)
  expect(await db.sql`select distinct attempt_count, last_error_code from webhooks.deliveries where state = 'failed'`).toEqual([{ attempt_count: 1, last_error_code: 'event_too_large' }])
  expect(engine.lines.filter(({ event }) => event === 'delivery.fault')).toEqual([])
})

describe('JSON that jsonb does not take, in a json column', () => {
  test.each<[string, string]>([
    ['a NUL', String.raw`{"a": "x\u0000y"}`],
    ['half of a surrogate pair', String.raw`{"a": "\ud83e"}`],
    ['the other half', String.raw`{"a": "\udd8a"}`],
    ['a number that is too large', '{"a": 1e999999}'],
    ['a key twice', '{"a": 1, "a": 2}'],
    ['an odd key', String.raw`{"\u0000": 1}`],
    ['a thousand levels', '['.repeat(1_000) + ']'.repeat(1_000)],
  ])('%s: writes never fail, and the body has it as it was written', async (_, doc) => {
    receiver = await startReceiver()
    const { secret } = await addWebhook(db, { url: receiver.url, events: ['paper.created', 'paper.updated', 'paper.deleted'] })
    await addWebhook(db, { url: `${receiver.url}/filtered`, events: ['paper.created', 'paper.updated'], filter: '$.new.body == "b"' })
    engine = await startEngine(db)
    await paper(1, 'a', doc)
    await db.sql`update public.papers set body = 'b'`
    await db.sql`update public.papers set doc = '{"a": "fine"}'`
    await db.sql`update public.papers set doc = ${doc}::text::json`
    await db.sql`delete from public.papers`
    expect(await closed()).toEqual({ succeeded: 5 + 3 })
    const plain = receiver.requests.filter(({ url }) => !url.endsWith('/filtered'))
    for (const request of plain) verified(request, secret!)
    const created = plain.find(({ headers }) => headers['x-webhook-event'] === 'paper.created')!
    expect(created.body).toContain(`"doc":${doc}`)
    const changes = plain.filter(({ headers }) => headers['x-webhook-event'] === 'paper.updated').map(({ body }) => Object.keys((JSON.parse(body) as { previous: object }).previous).join())
    expect(changes.sort()).toEqual(['body', 'doc', 'doc'])
  })
})
