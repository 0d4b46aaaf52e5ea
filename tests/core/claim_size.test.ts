// How much a dispatcher claims of one webhook, by what it has just seen. Time is an argument.
import { expect, test } from 'vitest'
import { createClaimSize, type ClaimSize } from '../../functions/dispatcher/claim_size.ts'
import { createLanes } from '../../functions/dispatcher/lanes.ts'
import { WINDOW } from '../../functions/dispatcher/window.ts'

/** What the next claim may bring of a webhook that has nothing in hand. */
const next = (size: ClaimSize) => size.next(createLanes(), 0).perWebhook

type Seen = Parameters<ClaimSize['seen']>
const lane = (inHand: number, brought: number, window: number = WINDOW.initial): Seen => [{ inHand, window }, brought]
const long = lane(200, 100)
const little = lane(1, 1)
const hanging = lane(2, 1, WINDOW.min)

function sizeAfter(...seen: Seen[]): number {
  const size = createClaimSize(() => 0)
  for (const one of seen) size.seen(...one)
  return next(size)
}
const alone = sizeAfter()

test('a long queue alone, and little alone, get all at once', () => {
  expect(sizeAfter(long)).toBe(alone)
  expect(sizeAfter(little, little)).toBe(alone)
  expect(sizeAfter(lane(40, 40), long)).toBe(alone)
})

test('a long queue beside one that has little comes in small parts, whichever was seen first', () => {
  expect(sizeAfter(long, little)).toBeLessThan(alone)
  expect(sizeAfter(little, long)).toBeLessThan(alone)
})

test('one that hangs has little because it asks for little: it makes nobody wait', () => {
  expect(sizeAfter(long, hanging)).toBe(alone)
})

test('a long queue still counts as one when it comes in small parts', () => {
  const small = sizeAfter(long, little)
  expect(sizeAfter(lane(small, small), little)).toBe(small)
})

test('a second after the last of either was seen it is over', () => {
  let now = 0
  const size = createClaimSize(() => now)
  size.seen(...little)
  now = 900
  size.seen(...long)
  expect(next(size)).toBeLessThan(alone)
  now = 1_000
  expect(next(size)).toBe(alone)
  size.seen(...little)
  expect(next(size)).toBeLessThan(alone)
})
