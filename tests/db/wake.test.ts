// Who is awake, and for how long that is believed: rows as dispatchers write them, and as a dead one leaves them when the clock is set back.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addListener, addRow } from '../support/factories.ts'

let db: FreshDatabase
let organization: string
beforeAll(async () => {
  db = await freshDatabase()
  ;({ organization } = await addListener(db.sql))
})
afterAll(() => db.drop())
beforeEach(async () => {
  await db.sql`truncate webhooks.dispatchers`
})

/** A dispatcher's promise. */
async function promise(wait: string): Promise<string> {
  const id = randomUUID()
  await db.sql`insert into webhooks.dispatchers values (${id}, clock_timestamp() + ${wait}::interval)`
  return id
}
const promised = async () => (await db.sql`select id from webhooks.dispatchers`).map(({ id }) => id as string)

/** Whether `work` wakes anybody. A second notification shows that the first would have arrived by now. */
async function wakes(work: () => Promise<unknown>): Promise<boolean> {
  const heard: string[] = []
  let ended!: () => void
  const end = new Promise<void>((resolve) => { ended = resolve })
  const { unlisten } = await db.sql.listen('webhooks', (text) => {
    if (text === 'end') ended()
    else heard.push(text)
  })
  await work()
  await db.sql`select pg_notify('webhooks', 'end')`
  await end
  await unlisten()
  return heard.length > 0
}
const wake = () => db.sql`select webhooks.wake()`
const write = () => addRow(db.sql, 'contacts', { organization_id: organization, first_name: 'Ada' })

test.each<[string, string | null, boolean]>([
  ['nobody', null, true],
  ['somebody who promised 3 seconds', '3 seconds', false],
  ['somebody whose promise is over', '-1 millisecond', true],
  ['a dead one, whose promise ends in an hour', '1 hour', true],
])('with %s, a wake', async (_, wait, wanted) => {
  if (wait !== null) await promise(wait)
  expect(await wakes(wake)).toBe(wanted)
})

test('next to a dead one, somebody who is awake still is', async () => {
  await promise('1 hour')
  await promise('3 seconds')
  expect(await wakes(wake)).toBe(false)
})

test('a dead one silences no commit', async () => {
  await promise('1 hour')
  expect(await wakes(write)).toBe(true)
  expect(await promised()).toEqual([])
})

test('nor does one that is left behind: it goes when a dispatcher falls asleep', async () => {
  const [alive, other] = [await promise('3 seconds'), await promise('2 seconds')]
  for (const wait of ['1 hour', '-1 hour']) await promise(wait)
  await db.dispatcher`select webhooks.fall_asleep(${alive})`
  expect(await promised()).toEqual([other])
})

test('two who find a dead one at once do not wait for each other', async () => {
  await promise('1 hour')
  await db.sql.begin(async (tx) => {
    await tx`select webhooks.wake()`
    // The other does not see yet that it is gone; it wakes all the same.
    expect(await wakes(wake)).toBe(true)
  })
})
