// How much a dispatcher claims of one webhook, by what it has just seen. Time, and how busy the thread is, are arguments.
import { expect, test } from 'vitest'
import { createClaimSize, type ClaimSize } from '../../functions/dispatcher/claim_size.ts'
import { createLanes } from '../../functions/dispatcher/lanes.ts'
import { WINDOW } from '../../functions/dispatcher/window.ts'

/** What the next claim may bring of a webhook that has nothing in hand. */
const next = (size: ClaimSize) => size.next(createLanes(), 0).perWebhook

type Seen = Parameters<ClaimSize['seen']>
const lane = (id: string, inHand: number, brought: number, window: number = WINDOW.initial): Seen => [{ webhook: { id }, inHand, window }, brought]
const long = lane('long', 1_000, 256)
const tail = lane('long', 1, 1)
const little = lane('little', 1, 1)
const hanging = lane('hanging', 2, 1, WINDOW.min)

function sizeAfter(...seen: Seen[]): number {
  const size = createClaimSize(() => 0)
  for (const one of seen) size.seen(...one)
  return next(size)
}
const alone = sizeAfter()

test('a long queue alone, and little alone, get all at once', () => {
  expect(sizeAfter(long)).toBe(alone)
  expect(sizeAfter(little, little)).toBe(alone)
  expect(sizeAfter(lane('some', 40, 40), long)).toBe(alone)
})

test('a long queue beside one that has little comes in small parts, whichever was seen first', () => {
  expect(sizeAfter(long, little)).toBeLessThan(alone)
  expect(sizeAfter(little, long)).toBeLessThan(alone)
})

test('one that hangs has little because it asks for little: it makes nobody wait', () => {
  expect(sizeAfter(long, hanging)).toBe(alone)
})

test('a long queue is no neighbour of itself: its end does not hold up its next beginning', () => {
  expect(sizeAfter(long, tail, long)).toBe(alone)
  expect(sizeAfter(lane('a', 1, 1), lane('b', 1, 1), lane('a', 20, 20), lane('b', 256, 256))).toBe(alone)
})

test('a long queue still counts as one when it comes in small parts', () => {
  let now = 0
  const size = createClaimSize(() => now, () => 1)
  size.seen(...long)
  size.seen(...little)
  for (; now < 10_000; now += 100) {
    const part = next(size)
    expect(part).toBeLessThan(alone)
    size.seen(...lane('long', 300, part))
  }
})

test('it is over a second after the long queue was seen last', () => {
  let now = 0
  const size = createClaimSize(() => now)
  size.seen(...little)
  size.seen(...long)
  now = 999
  expect(next(size)).toBeLessThan(alone)
  now = 1_000
  expect(next(size)).toBe(alone)
})

test('a neighbour is remembered for half a minute, so that what it has next meets no full hands', () => {
  let now = 0
  const size = createClaimSize(() => now)
  size.seen(...little)
  now = 29_999
  size.seen(...long)
  expect(next(size)).toBeLessThan(alone)
  now = 30_000
  expect(next(size)).toBe(alone)
})

/** The parts of a long queue beside one that has little, one claim each 20 ms, while the thread is so busy. */
function partsWhile(busyPart: (part: number) => number, claims: number): number[] {
  let now = 0
  const parts: number[] = []
  const size = createClaimSize(() => now, () => busyPart(parts.at(-1) ?? 0))
  for (let nth = 0; nth < claims; nth++, now += 20) {
    size.seen(...little)
    size.seen(...lane('long', 300, parts.at(-1) ?? 256))
    parts.push(next(size))
  }
  return parts
}

test('a thread that is busy takes less of the long queue each time, but never less than what shows that it is long', () => {
  const parts = partsWhile(() => 0.9, 50)
  expect(parts).toEqual([...parts].sort((a, b) => b - a))
  expect(parts.at(-1)).toBe(8)
})

test('a thread that has time takes all at once in the end', () => {
  const parts = partsWhile(() => 0.1, 400)
  expect(parts).toEqual([...parts].sort((a, b) => a - b))
  expect(parts.at(-1)).toBe(alone)
})

test('in between it finds the part that leaves the thread half of its time', () => {
  const settled = partsWhile((part) => part / 100, 400).slice(-100)
  expect(Math.max(...settled)).toBeLessThan(55)
  expect(Math.min(...settled)).toBeGreaterThan(35)
})
