// How much a dispatcher claims of each webhook.
import { expect, test } from 'vitest'
import { createClaimSize, IN_HAND } from '../../functions/dispatcher/claim_size.ts'
import { createLanes, type Lane, type Lanes } from '../../functions/dispatcher/lanes.ts'
import { WINDOW } from '../../functions/dispatcher/window.ts'

const webhook = (id: string, limits: object = {}) => ({ id, origin: 'https://a.example', rateLimit: null, maxConcurrency: null, ...limits }) as Lane['webhook']
function open(lanes: Lanes, id: string, as: Partial<Lane>, limits?: object): Lane {
  return Object.assign(lanes.open({ webhookId: id, organizationId: 'o' } as Parameters<Lanes['open']>[0], webhook(id, limits)), as)
}
const waiting = (count: number) => Array.from({ length: count }, () => ({ leaseEnds: 0 }) as Lane['queue'][number])

/** What the next claim may bring of a webhook; of one that is not named, what it may bring of any other. */
function roomFor(id: string, { perWebhook, busy }: { perWebhook: number, busy: ReadonlyMap<string, number> }): number {
  return perWebhook - (busy.get(id) ?? 0)
}
const alone = createClaimSize(() => 0).next(createLanes(), 0).perWebhook

test('what is free bounds all', () => {
  const size = createClaimSize(() => 0)
  expect(size.next(createLanes(), IN_HAND - 20)).toMatchObject({ max: 18, perWebhook: 20 })
  expect(size.next(createLanes(), 0).max).toBe(1_000)
})

test('a long queue beside others is given its part whether or not it has something in hand, and the others all', () => {
  const size = createClaimSize(() => 0)
  size.seen({ webhook: webhook('little'), inHand: 1, window: WINDOW.initial }, 1, true)
  size.seen({ webhook: webhook('long'), inHand: 192, window: WINDOW.initial }, 192, true)
  expect(roomFor('long', size.next(createLanes(), 0))).toBe(32)
  const lanes = createLanes()
  open(lanes, 'long', { window: WINDOW.max, inHand: 100 })
  expect(roomFor('long', size.next(lanes, 100))).toBe(32)
  expect(roomFor('whoever', size.next(lanes, 100))).toBe(alone)
})

test('a webhook of which enough waits here gets no more for now', () => {
  const lanes = createLanes()
  open(lanes, 'a', { window: WINDOW.max, inHand: 500, queue: waiting(3 * WINDOW.max) })
  expect(roomFor('a', createClaimSize(() => 0).next(lanes, 500))).toBeLessThanOrEqual(0)
})

test('one that gave no answer lately claims nothing ahead, and neither does one with a rate limit', () => {
  const lanes = createLanes()
  open(lanes, 'hanging', { window: WINDOW.min, inHand: 1 })
  open(lanes, 'limited', { window: WINDOW.initial, inHand: 1 }, { rateLimit: 5 })
  const next = createClaimSize(() => 0).next(lanes, 2)
  expect(roomFor('hanging', next)).toBe(WINDOW.min - 1)
  expect(roomFor('limited', next)).toBe(WINDOW.initial - 1)
})

test('with little room only webhooks of which nothing waits get more', () => {
  const lanes = createLanes()
  open(lanes, 'a', { window: WINDOW.max, inHand: 200, queue: waiting(1) })
  open(lanes, 'b', { window: WINDOW.max, inHand: 200 })
  const next = createClaimSize(() => 0).next(lanes, IN_HAND - 500)
  expect(roomFor('a', next)).toBeLessThanOrEqual(0)
  expect(roomFor('b', next)).toBeGreaterThan(0)
})
