import { expect, test } from 'vitest'
import { boundLargeEvents } from '../../functions/dispatcher/large_events.ts'
import type { Claim } from '../../functions/io/store.ts'

const MEGABYTE = 1024 * 1024
const claim = (organizationId: string, bytes = MEGABYTE, deliveryId: string = crypto.randomUUID()) => ({ deliveryId, organizationId, bytes }) as Claim
const many = (count: number, organization: string) => Array.from({ length: count }, () => claim(organization))
const started = () => boundLargeEvents({
  readLargeEvents: async (claims) => new Map(claims.map(({ deliveryId }) => [deliveryId, { data: '{}', previous: null, context: null }])),
})

test('one organization has no more large events in hand than is left for all others', async () => {
  const events = started()
  const greedy = many(100, 'greedy')
  const postponed = await events.read(greedy)
  expect(greedy.length - postponed.size).toBe(8)
  const next = many(100, 'next')
  expect(next.length - (await events.read(next)).size).toBe(4)
  // Its first, also when the others would have little left.
  for (const organization of ['a', 'b', 'c', 'd']) expect((await events.read(many(1, organization))).size).toBe(0)
  expect((await events.read(many(1, 'e'))).size, 'now all room is taken').toBe(1)
})

test('what is no longer in hand makes room again, once', async () => {
  const events = started()
  const first = many(8, 'one')
  await events.read(first)
  expect((await events.read(many(1, 'one'))).size).toBe(1)
  for (let time = 0; time < 2; time++) events.forget(first[0]!)
  expect((await events.read(many(2, 'one'))).size).toBe(1)
})

test('what came with its claim needs no room, and what is never sent is never read', async () => {
  const events = started()
  expect((await events.read([...many(50, 'one').map((each) => ({ ...each, bytes: 65_536 })), ...many(50, 'one').map((each) => ({ ...each, bytes: MEGABYTE + 1 }))])).size).toBe(0)
  expect((await events.read(many(8, 'one'))).size).toBe(0)
})
