// What a long queue leaves to those who have little. Time, and how busy the thread is, are arguments.
import { expect, test } from 'vitest'
import { createNeighbours, type Neighbours } from '../../functions/dispatcher/neighbours.ts'
import { WINDOW } from '../../functions/dispatcher/window.ts'

type Seen = Parameters<Neighbours['seen']>
const webhook = (id: string) => ({ id, rateLimit: null, maxConcurrency: null })
const lane = (id: string, inHand: number, brought: number, more: { window?: number, isNew?: boolean, limits?: object } = {}): Seen =>
  [{ webhook: { ...webhook(id), ...more.limits }, inHand, window: more.window ?? WINDOW.initial }, brought, more.isNew ?? true]
const long = lane('long', 1_000, 192)
const little = lane('little', 1, 1)

function partsAfter(...seen: Seen[]): Record<string, number> {
  const neighbours = createNeighbours(() => 0)
  for (const one of seen) neighbours.seen(...one)
  return Object.fromEntries(neighbours.parts())
}

test('a long queue alone, and little alone, are given what they want', () => {
  expect(partsAfter(long)).toEqual({})
  expect(partsAfter(little, little, lane('another', 1, 1))).toEqual({})
  expect(partsAfter(lane('some', 40, 40), long)).toEqual({})
})

test('a long queue beside one that has little comes in parts, whichever was seen first, and only the long one does', () => {
  expect(partsAfter(long, little)).toEqual({ long: 32 })
  expect(partsAfter(little, long)).toEqual({ long: 32 })
  expect(partsAfter(little, lane('some', 20, 20), long)).toEqual({ long: 32 })
})

test('a hundred long queues are long, too, though a claim of a thousand brings ten of each', () => {
  const hundred = Array.from({ length: 100 }, (_, nth) => lane(`long ${nth}`, 200, 10))
  expect(Object.keys(partsAfter(little, ...hundred))).toHaveLength(100)
})

test.each([
  ['hangs: it has little because it asks for little', { window: WINDOW.min }],
  ['is tried again: it has waited anyway', { isNew: false }],
  ['has a rate limit: it waits for that', { limits: { rateLimit: 10 } }],
  ['has few requests at a time: it waits for those', { limits: { maxConcurrency: 1 } }],
])('nobody makes room for one that %s', (_, more) => {
  expect(partsAfter(long, lane('other', 2, 1, more))).toEqual({})
})

test('a long queue is no neighbour of itself: its end does not hold up its next beginning', () => {
  expect(partsAfter(long, lane('long', 1, 1))).toEqual({})
  expect(partsAfter(long, lane('long', 1, 1), long)).toEqual({})
  expect(partsAfter(lane('a', 1, 1), lane('b', 1, 1), lane('a', 20, 20), lane('b', 192, 192))).toEqual({})
})

/** A clock that is set by hand. */
function withClock(busyPart?: () => number) {
  const clock = { now: 0 }
  return { clock, neighbours: createNeighbours(() => clock.now, busyPart) }
}

test('it is over a second after the long queue was seen last', () => {
  const { clock, neighbours } = withClock()
  neighbours.seen(...little)
  neighbours.seen(...long)
  clock.now = 999
  expect(neighbours.parts().size).toBe(1)
  clock.now = 1_000
  expect(neighbours.parts().size).toBe(0)
})

test('a neighbour is remembered for half a minute, so that what it has next meets no full hands', () => {
  const { clock, neighbours } = withClock()
  neighbours.seen(...little)
  clock.now = 29_999
  neighbours.seen(...long)
  expect(neighbours.parts().size).toBe(1)
  clock.now = 30_000
  expect(neighbours.parts().size).toBe(0)
})

/** The parts of a long queue beside neighbours with so many in all, one claim each 20 ms, while the thread is so busy. */
function partsWhile(busyPart: (part: number) => number, claims: number, others = 1): number[] {
  const parts: number[] = []
  const { clock, neighbours } = withClock(() => busyPart(parts.at(-1) ?? 0))
  for (let nth = 0; nth < claims; nth++, clock.now += 20) {
    neighbours.seen(...little)
    neighbours.seen(...lane('others', 20, others - 1))
    neighbours.seen(...lane('long', 300, parts.at(-1) ?? 192))
    parts.push(neighbours.parts().get('long')!)
  }
  return parts
}

test('a thread that is busy takes less of the long queue each time, but never less than what shows that it is long', () => {
  const parts = partsWhile(() => 0.9, 200)
  expect(parts).toEqual([...parts].sort((a, b) => b - a))
  expect(parts.at(-1)).toBe(8)
})

test('a thread that has time takes as much as without neighbours in the end', () => {
  const parts = partsWhile(() => 0.1, 400)
  expect(parts).toEqual([...parts].sort((a, b) => a - b))
  expect(parts.at(-1)).toBe(256)
})

test('in between it finds the part that leaves the thread half of its time', () => {
  const settled = partsWhile((part) => part / 100, 400).slice(-100)
  expect(Math.max(...settled)).toBeLessThan(55)
  expect(Math.min(...settled)).toBeGreaterThan(35)
})

test('a thread that its neighbours keep busy by themselves still gives the long queue a quarter of its time', () => {
  const settled = partsWhile((part) => Math.min(1, (part + 28) / 50), 400, 28).slice(-100) // 28 of 50 without the long queue
  const mean = settled.reduce((sum, part) => sum + part) / settled.length
  expect(mean).toBeGreaterThan(10)
  expect(mean).toBeLessThan(15)
})

test('each long queue begins alike, whatever the last one ended with', () => {
  const { clock, neighbours } = withClock(() => 0.1)
  for (; clock.now < 10_000; clock.now += 20) {
    neighbours.seen(...little)
    neighbours.seen(...long)
    neighbours.parts()
  }
  expect(neighbours.parts().get('long')).toBe(256)
  clock.now += 3_600_000
  expect(neighbours.parts().size).toBe(0)
  neighbours.seen(...little)
  neighbours.seen(...lane('other', 192, 192))
  expect(neighbours.parts().get('other')).toBe(32)
})

test('a long queue still counts as one when it comes in parts', () => {
  const { clock, neighbours } = withClock(() => 1)
  neighbours.seen(...long)
  neighbours.seen(...little)
  for (; clock.now < 20_000; clock.now += 100) {
    const part = neighbours.parts().get('long')!
    expect(part).toBeGreaterThanOrEqual(8)
    neighbours.seen(...lane('long', part, part))
  }
})
