// Random transactions against a model: whatever the app writes, the captured events are those that the model predicts.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addListener, heardBy, users, type Database } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())

type Deal = { title: string, stage: string, assigned_to: string | null }
type Message = { direction: string, status: string, content: string }
/** Rows by slot, how many messages were deleted, which messages have spoken of which status, and what has been heard. */
type World = { deals: Map<number, Deal>, messages: Map<number, Message>, deleted: number, spoken: Set<string>, heard: string[] }
type Step =
  | { kind: 'put deal', slot: number, values: Deal } | { kind: 'put message', slot: number, values: Message }
  | { kind: 'change all deals', stage: string } | { kind: 'delete', table: 'deals' | 'messages', slot: number }
type Block = { steps: Step[], ends: 'keep' | 'undo' }

const slot = fc.integer({ min: 0, max: 3 })
const deal = fc.record({
  title: fc.constantFrom('Pilot', 'Rollout'), stage: fc.constantFrom('new', 'proposal', 'won'), assigned_to: fc.constantFrom(null, users.member, users.admin),
})
const message = fc.record({
  direction: fc.constantFrom('inbound', 'outbound', 'outbound'), status: fc.constantFrom('queued', 'sent', 'delivered', 'read', 'failed'), content: fc.constantFrom('a', 'b'),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('put deal' as const), slot, values: deal }),
  fc.record({ kind: fc.constant('put message' as const), slot, values: message }),
  fc.record({ kind: fc.constant('change all deals' as const), stage: fc.constantFrom('new', 'proposal', 'won') }),
  fc.record({ kind: fc.constant('delete' as const), table: fc.constantFrom('deals' as const, 'messages' as const), slot }),
)
const block: fc.Arbitrary<Block> = fc.record({ steps: fc.array(step, { maxLength: 4 }), ends: fc.constantFrom('keep', 'keep', 'undo') })
/** A transaction is a list of savepoints, and is itself kept or undone. */
const transactions = fc.array(fc.record({ blocks: fc.array(block, { maxLength: 3 }), ends: fc.constantFrom('keep' as const, 'keep' as const, 'undo' as const) }), { minLength: 1, maxLength: 5 })

// ---- the model ----

const copy = (world: World): World => ({
  deals: new Map(world.deals), messages: new Map(world.messages), deleted: world.deleted, spoken: new Set(world.spoken), heard: [...world.heard],
})

function foretell(world: World, change: Step): void {
  if (change.kind === 'delete') {
    world[change.table].delete(change.slot)
    // Messages get new ids from here on, so what was spoken of is another record.
    if (change.table === 'messages') { world.deleted++; world.spoken.clear(); world.messages.clear() }
  } else if (change.kind === 'put deal') foretellDeal(world, change.slot, change.values)
  else if (change.kind === 'put message') foretellMessage(world, change.slot, change.values)
  else for (const [each, old] of [...world.deals].sort(([a], [b]) => a - b)) foretellDeal(world, each, { ...old, stage: change.stage })
}

function foretellDeal(world: World, at: number, now: Deal): void {
  const old = world.deals.get(at)
  world.deals.set(at, now)
  const changed = (Object.keys(now) as (keyof Deal)[]).filter((key) => old !== undefined && old[key] !== now[key])
  if (old !== undefined && changed.length === 0) return
  const previous = old === undefined ? null : Object.fromEntries(changed.map((key) => [key, old[key]]))
  const say = (type: string) => world.heard.push(told(type, now, previous))
  say(old === undefined ? 'deal.created' : 'deal.updated')
  if (old !== undefined && old.stage !== now.stage) say('deal.stage.changed')
  if (now.assigned_to !== null && old?.assigned_to !== now.assigned_to) say('deal.assigned')
}

function foretellMessage(world: World, at: number, now: Message): void {
  const old = world.messages.get(at)
  world.messages.set(at, now)
  const changed = (Object.keys(now) as (keyof Message)[]).filter((key) => old !== undefined && old[key] !== now[key])
  if (old !== undefined && changed.length === 0) return
  const previous = old === undefined ? null : Object.fromEntries(changed.map((key) => [key, old[key]]))
  if (old === undefined && now.direction === 'inbound') world.heard.push(told('message.received', now, null))
  const reachedIt = old === undefined || old.status !== now.status || old.direction !== now.direction
  if (now.direction !== 'outbound' || now.status === 'queued' || !reachedIt || world.spoken.has(`${at} ${now.status}`)) return
  world.spoken.add(`${at} ${now.status}`)
  world.heard.push(told(`message.${now.status}`, now, previous))
}

/** An event as text with its keys in order, so that two compare whatever the order of their columns. */
function told(type: string, data: Record<string, unknown>, previous: Record<string, unknown> | null): string {
  const known = ['assigned_to', 'content', 'direction', 'stage', 'status', 'title']
  const sorted = (values: Record<string, unknown>) => known.filter((key) => key in values).map((key) => `${key}=${values[key]}`).join(' ')
  return `${type} {${sorted(data)}} ${previous === null ? '' : `was {${sorted(previous)}}`}`
}

// ---- the app ----

async function run(sql: Database, organization: string, idOf: (table: string, slot: number) => string, change: Step): Promise<void> {
  if (change.kind === 'put deal') {
    const { title, stage, assigned_to } = change.values
    await sql`insert into public.deals (id, organization_id, title, stage, assigned_to) values (${idOf('deals', change.slot)}, ${organization}, ${title}, ${stage}, ${assigned_to})
              on conflict (id) do update set title = excluded.title, stage = excluded.stage, assigned_to = excluded.assigned_to`
  } else if (change.kind === 'put message') {
    const { direction, status, content } = change.values
    await sql`
      merge into public.messages m using (values (${idOf('messages', change.slot)}::uuid)) v (id) on m.id = v.id
      when matched then update set direction = ${direction}, status = ${status}, content = ${content}
      when not matched then insert (id, organization_id, direction, status, content) values (v.id, ${organization}, ${direction}, ${status}, ${content})`
  } else if (change.kind === 'delete') {
    await sql`delete from public.${sql(change.table)} where id = ${idOf(change.table, change.slot)}`
  } else {
    await sql`update public.deals set stage = ${change.stage} where organization_id = ${organization}`
  }
}

class Undo extends Error {}
const undone = (error: unknown) => { if (!(error instanceof Undo)) throw error }

test('what is heard is what the model says, for random transactions of inserts, updates, deletes, savepoints and rollbacks', async () => {
  await fc.assert(fc.asyncProperty(transactions, async (list) => {
    const { organization, webhook } = await addListener(db.sql)
    let world: World = { deals: new Map(), messages: new Map(), deleted: 0, spoken: new Set(), heard: [] }
    // After a delete the slots of messages get new ids: the same id again would be the same record.
    const idIn = (at: World) => (table: string, row: number) =>
      `${organization.slice(0, 24)}${table === 'deals' ? `d${'0'.repeat(10)}` : `e${String(at.deleted).padStart(10, '0')}`}${row}`
    for (const transaction of list) {
      let inside = copy(world)
      await db.sql.begin(async (sql) => {
        for (const { steps, ends } of transaction.blocks) {
          const attempt = copy(inside)
          await sql.savepoint(async (savepoint) => {
            for (const each of steps) {
              await run(savepoint, organization, idIn(attempt), each)
              foretell(attempt, each)
            }
            if (ends === 'undo') throw new Undo()
          }).then(() => { inside = attempt }, undone)
        }
        if (transaction.ends === 'undo') throw new Undo()
      }).then(() => { world = inside }, undone)
    }
    const heard = (await heardBy(db.sql, webhook)).map((event) => told(event.type, JSON.parse(event.data), event.previous && JSON.parse(event.previous)))
    // Within one statement the order of rows is free; of one row it is not, and `position` keeps statements in order.
    expect([...heard].sort()).toEqual([...world.heard].sort())
    const orphans = await db.sql`select from webhooks.deliveries d where d.webhook_id = ${webhook} and not exists (select from webhooks.events e where e.id = d.event_id)`
    expect(orphans).toHaveLength(0)
  }), { numRuns: 60, seed: Number(process.env.FC_SEED ?? 20261121) })
})
