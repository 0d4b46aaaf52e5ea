// Shaped bodies on their way: the same bytes at every attempt, a transformation that fails, and what is a fault of ours.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, ORGANIZATION, spawnDispatcher, startEngine, until, type Engine } from '../support/engine.ts'
import { forgetWebhooks } from '../support/factories.ts'
import { startReceiver, verified, type Receiver } from '../support/receiver.ts'

let db: FreshDatabase
let receiver: Receiver
let engine: Engine | undefined
let clock: Date

beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(() => db.drop())
beforeEach(async () => {
  receiver = await startReceiver()
  clock = new Date(Date.now() + 1_000)
})
afterEach(async () => {
  await engine?.stop()
  engine = undefined
  await receiver.close()
  await forgetWebhooks(db.sql)
})

let minutes = 0
const start = async () => { engine = await startEngine(db, { clock: () => clock, ticks: () => performance.now() + minutes * 60_000, sweepMs: 20 }) }
const deliveries = () => db.sql`select *, extract(epoch from due_at) * 1000 as due_ms from webhooks.deliveries order by position`
const only = async () => (await deliveries())[0]!
/** Only these: that a webhook fails is an event, too. */
const events = ['contact.created']
const change = (id: string, values: Record<string, unknown>) => db.sql`update public.webhook_configurations set ${db.sql(values as Record<string, never>)} where id = ${id}`

test('an edit between two attempts changes no byte; the next event gets the new choice', async () => {
  receiver.answer(500)
  const { id, secret } = await addWebhook(db, { events, url: receiver.url, transformation: '{"name": data.first_name, "at": $now(), "dice": $random()}' })
  await addContacts(db, 1)
  await start()
  await until('the first attempt', only, (row) => row.attempt_count === 1)
  for (const [attempt, edit] of [[2, { transformation: '{"other": data.id}' }], [3, { transformation: null, payload: 'thin' }], [4, { payload: 'full' }]] as const) {
    await change(id, edit)
    clock = new Date(Number((await only()).due_ms) + 1)
    engine!.dispatcher.wake()
    await until(`attempt ${attempt}`, only, (row) => row.attempt_count === attempt)
  }
  expect(new Set(receiver.requests.map(({ body }) => body)).size).toBe(1)
  expect(verified(receiver.requests[0]!, secret!)).toMatchObject({ data: { name: 'contact-1', dice: expect.any(Number) as number } })

  receiver.answer(200)
  await change(id, { excluded_fields: ['email', 'phone', 'company', 'created_at', 'updated_at', 'organization_id', 'assigned_to', 'last_name', 'id'] })
  await addContacts(db, 1, 'later')
  clock = new Date(Date.now() + 5_000)
  engine!.dispatcher.wake()
  await until('the later one', deliveries, (rows) => rows.some(({ state }) => state === 'succeeded'))
  expect(JSON.parse(receiver.requests.at(-1)!.body).data).toEqual({ first_name: 'later-1', lifecycle: 'lead' })
})

test('webhooks with every choice beside one with none', async () => {
  const url = (path: string) => `${receiver.url}/${path}`
  const whole = await addWebhook(db, { events, url: url('whole') })
  await addWebhook(db, { events, url: url('thin'), payload: 'thin', format: 'cloudevents' })
  await addWebhook(db, { events, url: url('fields'), included_fields: ['first_name'] })
  await addWebhook(db, { events, url: url('made'), transformation: '{"text": "Hello " & data.first_name}', format: 'standard-webhooks' })
  await addContacts(db, 20)
  await start()
  await receiver.waitForCount(80)
  const of = (path: string) => receiver.requests.filter((request) => request.url === `/hook/${path}`).map(({ body }) => JSON.parse(body) as Record<string, unknown>)
  expect(of('whole').every(({ data }) => Object.keys(data as object).length > 5)).toBe(true)
  expect(of('thin').every(({ data }) => Object.keys(data as object).join() === 'id')).toBe(true)
  expect(of('fields').map(({ data }) => data)).toEqual(expect.arrayContaining([{ first_name: 'contact-7' }]))
  expect(of('made').map(({ data }) => data)).toEqual(expect.arrayContaining([{ text: 'Hello contact-20' }]))
  expect(verified(receiver.requests.find((request) => request.url === '/hook/whole')!, whole.secret!)).toBeTruthy()
})

test('a thin body has the key of its record, whatever it is called and of however many columns', async () => {
  await db.sql.unsafe(`
    create table public.bills ("the.number" int primary key, organization_id uuid, note text);
    create table public.lines (organization_id uuid, bill int, place int, note text, primary key (bill, place));
    create table public.tags (id int primary key, slug text, organization_id uuid, note text);
    select webhooks.attach('public.bills', 'bill', key_column => 'the.number'), webhooks.attach('public.lines', 'line', key_column => 'place'), webhooks.attach('public.tags', 'tag', key_column => 'slug')`)
  await addWebhook(db, { events: ['bill.created', 'line.updated', 'line.deleted', 'tag.created', 'webhook.test'], url: receiver.url, payload: 'thin' })
  await start()
  await db.sql`insert into public.bills values (7, ${ORGANIZATION}, 'x')`
  await db.sql`insert into public.lines values (${ORGANIZATION}, 7, 1, 'x')`
  await db.sql`update public.lines set note = 'y'`
  await db.sql`delete from public.lines`
  await db.sql`insert into public.tags values (3, 'blue', ${ORGANIZATION}, 'x')`
  await db.sql`select webhooks.publish_event(${ORGANIZATION}, 'webhook.test', '{"id": 1, "note": "x"}')`
  await receiver.waitForCount(5)
  const bodies = receiver.requests.map(({ body }) => JSON.parse(body) as { event: string, data: unknown })
  expect(Object.fromEntries(bodies.map(({ event, data }) => [event, data]))).toEqual({
    'bill.created': { 'the.number': 7 }, 'line.updated': { bill: 7, place: 1 }, 'line.deleted': { bill: 7, place: 1 }, 'tag.created': { id: 3, slug: 'blue' }, 'webhook.test': { id: 1 },
  })

  // Attached again with another key, as the dispatcher sees within a minute.
  await db.sql`select webhooks.attach('public.bills', 'bill', key_column => 'note')`
  minutes++
  await db.sql`insert into public.bills values (8, ${ORGANIZATION}, 'eight')`
  await receiver.waitForCount(6)
  expect(JSON.parse(receiver.requests.at(-1)!.body)).toMatchObject({ data: { 'the.number': 8, note: 'eight' } })
})

test('a transformation that fails ends its delivery at once, says where, and sends nothing', async () => {
  const { id } = await addWebhook(db, { events, url: receiver.url, transformation: '{\n  "a": $uppercase(data.first_name) + 1\n}' })
  await addContacts(db, 1)
  await start()
  const row = await until('the delivery to fail', only, ({ state }) => state === 'failed')
  expect(row).toMatchObject({ attempt_count: 1, due_at: null, last_error_code: 'transformation_failed', last_status_code: null })
  const [log] = await db.sql`select * from public.webhook_logs`
  expect(log).toMatchObject({ error_code: 'transformation_failed', error_detail: 'The left side of the "+" operator must evaluate to a number, at line 2, character 36.', status_code: null })
  expect(receiver.requests).toEqual([])
  const [counted] = await db.sql`select answer, failed from webhooks.hourly_counts`
  expect(counted).toMatchObject({ answer: 'transformation_failed', failed: '1' })
  expect((await db.sql`select consecutive_failures from public.webhook_configurations where id = ${id}`)[0]!.consecutive_failures).toBe(1)
})

test('put right and resent, it is sent with the choice of now; what was sent before is not touched', async () => {
  const { id } = await addWebhook(db, { events, url: receiver.url, transformation: '{"x": $number(data.first_name)}' })
  await addContacts(db, 1)
  await addContacts(db, 1, '7')
  await db.sql`update webhooks.events set data = replace(data, '"7-1"', '"7"')`
  await start()
  await until('both to be over', deliveries, (rows) => rows.every(({ finished_at }) => finished_at !== null))
  expect((await deliveries()).map(({ state }) => state)).toEqual(['failed', 'succeeded'])
  const promised = (await deliveries()).map(({ shape_id }) => shape_id as string)

  await change(id, { transformation: '{"name": data.first_name}' })
  const again = () => db.sql`select public.webhook_resend(${id}, (select array_agg(d.id) from webhooks.deliveries d), true)`
  await again()
  clock = new Date(Date.now() + 5_000)
  engine!.dispatcher.wake()
  await receiver.waitForCount(3)
  expect(receiver.requests.map(({ body }) => (JSON.parse(body) as { data: unknown }).data)).toEqual(expect.arrayContaining([{ x: 7 }, { x: 7 }, { name: 'contact-1' }]))
  await until('all to be over', deliveries, (rows) => rows.every(({ state }) => state === 'succeeded'))
  const [failed, sent] = await deliveries()
  expect([failed!.shape_id === promised[0], sent!.shape_id === promised[1]]).toEqual([false, true])
})

test('a shape that cannot be read is a fault of ours: no attempt, and nothing unshaped goes out', async () => {
  const { id } = await addWebhook(db, { events, url: receiver.url, payload: 'thin' })
  const other = await addWebhook(db, { events, url: `${receiver.url}/other` })
  await addContacts(db, 1)
  await db.sql`update webhooks.deliveries set shape_id = 0 where webhook_id = ${id}`
  await start()
  const mine = async () => (await deliveries()).find(({ webhook_id }) => webhook_id === id)!
  await until('it to be given back', async () => engine!.lines.find(({ event }) => event === 'delivery.fault'), (line) => line !== undefined)
  await until('it to wait again', mine, ({ state, claim_count }) => state === 'pending' && claim_count === 1)
  expect(await mine()).toMatchObject({ attempt_count: 0, lapse_count: 0, last_error_code: null })
  expect((await receiver.waitForCount(1)).map(({ url }) => url)).toEqual(['/hook/other'])
  expect(await db.sql`select from public.webhook_logs where webhook_id = ${id}`).toHaveLength(0)
  expect(other.id).not.toBe(id)
})

test('the process transforms beside its event loop: one that takes too much costs others nothing', async () => {
  await addWebhook(db, { events, url: `${receiver.url}/greedy`, name: 'greedy', transformation: '($f := function($x){ $f($x) + 1 }; {"x": $f(1)})' })
  const modest = await addWebhook(db, { events, url: `${receiver.url}/modest`, transformation: '{"name": data.first_name}' })
  const plain = await addWebhook(db, { events, url: `${receiver.url}/plain` })
  const child = spawnDispatcher(db.dispatcherUrl)
  try {
    await child.ready
    await addContacts(db, 30)
    await receiver.waitForCount(60, 60_000)
    const states = () => db.sql<{ webhook_id: string; state: string; n: number }[]>`select webhook_id, state, count(*)::int as n from webhooks.deliveries group by 1, 2`
    const rows = await until('all to be over', states, (all) => all.every(({ state }) => state === 'succeeded' || state === 'failed'), 60_000)
    const of = (id: string) => rows.filter(({ webhook_id }) => webhook_id === id).map(({ state, n }) => `${n} ${state}`)
    expect([of(modest.id), of(plain.id)]).toEqual([['30 succeeded'], ['30 succeeded']])
    expect(rows.filter(({ state }) => state === 'failed').map(({ n }) => n)).toEqual([30])
    const last = (path: string) => Math.max(...receiver.requests.filter(({ url }) => url === path).map(({ at }) => at))
    // The plain ones were all there before the first thread was.
    expect(last('/hook/plain')).toBeLessThan(Math.min(...receiver.requests.filter(({ url }) => url === '/hook/modest').map(({ at }) => at)))
  } finally {
    await child.kill('SIGTERM')
  }
  expect(child.output()).toContain('dispatcher.stopping')
})
