// What a webhook's settings about the body become: rows that never change, and what deliveries keep of them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addDeliveries, addListener, addRow, addWebhook, claim, columns, users, type Values } from '../support/factories.ts'

let db: FreshDatabase
let organization: string, webhook: string

beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())
beforeEach(async () => {
  await db.sql`delete from public.webhook_configurations`
  ;({ organization, webhook } = await addListener(db.sql, { events: ['contact.created'] }))
})

const change = (values: Values, id = webhook) => db.sql`update public.webhook_configurations set ${db.sql(columns(values))} where id = ${id}`
const shapeId = async (id = webhook) => (await db.sql`select shape_id from public.webhook_configurations where id = ${id}`)[0]!.shape_id as string | null
const content = async (id = webhook) => (await db.sql`select s.content from public.webhook_configurations w join webhooks.shapes s on s.id = w.shape_id where w.id = ${id}`)[0]?.content as unknown
const refusalOf = (work: Promise<unknown>) => work.then(() => 'accepted', (error: { hint?: string; detail?: string; message: string }) => `${error.hint ?? ''} ${error.detail ?? ''} ${error.message}`.trim())

describe('choices', () => {
  test('none costs nothing', async () => {
    expect(await shapeId()).toBeNull()
    await change({ transformation: ' \n ', included_fields: [], excluded_fields: [] })
    expect(await shapeId()).toBeNull()
  })
  test.each<[Values, unknown]>([
    [{ payload: 'thin' }, { thin: true }],
    [{ included_fields: ['id', 'email', 'id'] }, { included_fields: ['email', 'id'] }],
    [{ excluded_fields: ['phone'], transformation: ' {"a": 1}\n' }, { excluded_fields: ['phone'], transformation: '{"a": 1}' }],
  ])('%j', async (values, wanted) => {
    await change(values)
    expect(await content()).toEqual(wanted)
    await change({ payload: 'full', included_fields: null, excluded_fields: null, transformation: null })
    expect(await shapeId()).toBeNull()
  })
  test('the same choice is the same row, in one organization', async () => {
    await change({ payload: 'thin' })
    const [first, second] = [await shapeId(), await addWebhook(db.sql, organization, { payload: 'thin' })]
    expect(await shapeId(second)).toBe(first)
    const elsewhere = await addListener(db.sql, { payload: 'thin' })
    expect(await shapeId(elsewhere.webhook)).not.toBe(first)
    await change({ payload: 'full' })
    await change({ payload: 'thin' })
    expect(await shapeId()).toBe(first)
  })
  test.each<[Values, string]>([
    [{ payload: 'thin', transformation: '{}' }, 'invalid_input transformation A thin body has only the id.'],
    [{ payload: 'thin', included_fields: ['id'] }, 'invalid_input included_fields A thin body has only the id.'],
    [{ included_fields: ['a'], excluded_fields: ['b'] }, 'invalid_input excluded_fields Name the fields to send, or those to leave out, not both.'],
    [{ excluded_fields: ['a..b'] }, 'invalid_input excluded_fields “a..b” is no field.'],
    [{ included_fields: ['a b'] }, 'invalid_input included_fields “a b” is no field.'],
    [{ included_fields: [''] }, 'invalid_input included_fields “” is no field.'],
    [{ format: 'libromi', payload: 'thin' }, 'invalid_input payload The body of the format “libromi” is another product’s'],
    [{ format: 'whatsable', excluded_fields: ['a'] }, 'invalid_input excluded_fields The body of the format “whatsable”'],
    [{ format: 'caleida', transformation: '{}' }, 'invalid_input transformation The body of the format “caleida”'],
    [{ payload: 'half' }, 'the_payload_is_full_or_thin'],
    [{ transformation: 'x'.repeat(10_001) }, 'a_transformation_has_at_most_10000_characters'],
    [{ excluded_fields: Array.from({ length: 101 }, (_, i) => `f${i}`) }, 'at_most_100_fields_are_excluded'],
  ])('%j is refused', async (values, wanted) => {
    expect(await refusalOf(change(values))).toContain(wanted)
    expect(await shapeId()).toBeNull()
  })
  test('a format with a body of its own is refused while something is chosen', async () => {
    await change({ payload: 'thin' })
    expect(await refusalOf(change({ format: 'nativemsg' }))).toContain('invalid_input payload')
    await change({ format: 'nativemsg', payload: 'full' })
    expect(await shapeId()).toBeNull()
  })
})

describe('who may', () => {
  test('a member may not shape a body, an admin may, over plain REST too', async () => {
    const thin = (id: string) => db.as(id, (sql) => sql`update public.webhook_configurations set payload = 'thin' where id = ${webhook}`)
    await expect(thin(users.member)).rejects.toThrow('Only admins can change a webhook.')
    await thin(users.admin)
    expect(await content()).toEqual({ thin: true })
    await expect(db.as(users.admin, (sql) => sql`update public.webhook_configurations set shape_id = null where id = ${webhook}`)).rejects.toThrow('permission denied')
  })
  test('it is written to the audit log, without the number', async () => {
    await db.sql`delete from webhooks.audit_log`
    await change({ transformation: '{"a": 1}' })
    const rows = await db.sql`select action, details from webhooks.audit_log`
    expect(rows).toEqual([{ action: 'changed', details: { transformation: { to: '{"a": 1}' } } }])
  })
  test('dispatchers read shapes by id, and nothing else', async () => {
    await change({ payload: 'thin' })
    const id = await shapeId()
    expect(await db.dispatcher`select * from webhooks.read_shapes(array[${id}, 0]::bigint[])`).toEqual([{ id, content: { thin: true } }])
    await expect(db.dispatcher`select from webhooks.shapes`).rejects.toThrow('permission denied')
  })
})

describe('deliveries', () => {
  const write = () => addRow(db.sql, 'contacts', { organization_id: organization, first_name: 'Ada' })
  const claimed = async () => (await claim(db.sql, { at: new Date(Date.now() + 60_000) }))[0]!.shape_id as string | null

  test('keep the shape of the moment they were promised', async () => {
    await change({ payload: 'thin' })
    const promised = await shapeId()
    await write()
    await change({ payload: 'full', transformation: '{"a": 1}' })
    expect(await shapeId()).not.toBe(promised)
    expect(await claimed()).toBe(promised)
  })
  test('have none where nothing was chosen', async () => {
    await write()
    await change({ payload: 'thin' })
    expect(await claimed()).toBeNull()
  })
  test('a shape that deliveries rely on never changes', async () => {
    await change({ payload: 'thin' })
    await expect(db.sql`update webhooks.shapes set content = '{"a": 1}'`).rejects.toThrow('A shape never changes')
  })
})

describe('previews', () => {
  const recent = (type: string, most = 5) => db.sql<{ data: string }[]>`select * from webhooks.recent_events(${organization}, ${type}, ${most})`

  test('take the newest events that went out, each once, of this organization', async () => {
    const again = await addWebhook(db.sql, organization, { events: ['contact.created'] })
    const other = await addListener(db.sql)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await addRow(db.sql, 'contacts', { organization_id: organization, first_name: name })
    await addRow(db.sql, 'contacts', { organization_id: other.organization, first_name: 'theirs' })
    expect(await recent('contact.created')).toEqual([])
    await db.sql`
      update webhooks.deliveries set state = 'succeeded', due_at = null, leased_until = null, finished_at = now() where webhook_id in (${webhook}, ${again}, ${other.webhook})`
    expect((await recent('contact.created')).map(({ data }) => (JSON.parse(data) as Values).first_name)).toEqual(['g', 'f', 'e', 'd', 'c'])
    expect(await recent('contact.created', 1)).toHaveLength(1)
    expect(await recent('contact.updated')).toEqual([])
  })
  test('are counted by the minute', async () => {
    const at = new Date('2026-11-21T09:30:15Z')
    const count = async (moment = at) => (await db.sql`select webhooks.count_preview(${organization}, 2, ${moment}) as seconds`)[0]!.seconds as number
    expect([await count(), await count(), await count()]).toEqual([0, 0, 45])
    expect(await count(new Date('2026-11-21T09:31:00Z'))).toBe(0)
  })
})

describe('upkeep', () => {
  const DAY = 86_400_000
  const start = new Date(Date.now() + 400 * DAY)
  const day = (days: number) => new Date(start.getTime() + days * DAY)
  const maintain = (days: number) => db.dispatcher`select webhooks.maintain(${day(days)})`
  const exists = async (id: string) => (await db.sql`select from webhooks.shapes where id = ${id}`).length === 1
  const promise = async (shape: string, values: Values) => {
    const [id] = await addDeliveries(db.sql, organization, webhook, 1, values)
    await db.sql`update webhooks.deliveries set shape_id = ${shape} where id = ${id!}`
    return id!
  }
  beforeEach(async () => {
    await db.sql`truncate webhooks.deliveries, webhooks.events`
    await change({ payload: 'thin' })
  })

  test('removes a shape a retention after the last webhook left it, and none that one still points to', async () => {
    const [left, kept] = [(await shapeId())!, await addWebhook(db.sql, organization, { excluded_fields: ['phone'] })]
    await maintain(0)
    await change({ payload: 'full' })
    await maintain(1)
    await maintain(32)
    expect(await exists(left)).toBe(true)
    await maintain(33)
    expect(await exists(left)).toBe(false)
    expect(await exists((await shapeId(kept))!)).toBe(true)
    // Chosen again, it is a new row: whoever kept the old one by its number is right.
    await change({ payload: 'thin' })
    expect(BigInt((await shapeId())!)).toBeGreaterThan(BigInt(left))
  })

  test('counts from anew for a shape that was chosen again meanwhile', async () => {
    const shape = (await shapeId())!
    await change({ payload: 'full' })
    await maintain(0)
    await change({ payload: 'thin' })
    await maintain(20)
    await change({ payload: 'full' })
    await maintain(21)
    await maintain(40)
    expect(await exists(shape)).toBe(true)
    await maintain(53)
    expect(await exists(shape)).toBe(false)
  })

  test('leaves a shape to the deliveries that are still sent in it, or can be seen as expired', async () => {
    const shape = (await shapeId())!
    await change({ payload: 'full' })
    await maintain(0)
    const sent = await promise(shape, { state: 'sending', claim_count: 1, created_at: day(0), due_at: day(41) })
    await maintain(40)
    expect(await exists(shape)).toBe(true)
    await maintain(42)
    expect((await db.sql`select state from webhooks.deliveries where id = ${sent}`)[0]!.state).toBe('cancelled')
    expect(await exists(shape)).toBe(true)
    await maintain(44)
    expect(await exists(shape)).toBe(false)
  })

  test('and a webhook that takes the shape at the same moment get along', async () => {
    const shape = (await shapeId())!
    await change({ payload: 'full' })
    await maintain(0)
    await db.sql.begin(async (tx) => {
      await tx`update public.webhook_configurations set payload = 'thin' where id = ${webhook}`
      await maintain(40)
    })
    expect(await shapeId()).toBe(shape)
    await maintain(41)
    await maintain(80)
    expect(await exists(shape)).toBe(true)
  })

  test('looks at no delivery while there is no shape to remove', async () => {
    await promise((await shapeId())!, { due_at: day(0) })
    await db.sql.begin(async (tx) => {
      const scanned = async () => (await tx`select sum(seq_scan + coalesce(idx_scan, 0))::int as n from pg_stat_xact_all_tables where relname in ('open_deliveries', 'closed_deliveries')`)[0]!.n as number
      const before = await scanned()
      await tx`select webhooks.maintain_shapes(${day(0)}, ${day(-30)})`
      expect(await scanned()).toBe(before)
    })
  })
})
