// The axis of the chart: counts, so whole numbers, and few of them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { niceTicks } from '../../web/ui/nice_ticks.ts'

test.each([
  [0, [0, 1]], [1, [0, 1]], [3, [0, 1, 2, 3]], [4, [0, 1, 2, 3, 4]], [5, [0, 2, 4, 6]], [10, [0, 5, 10]], [95, [0, 50, 100]], [1_204, [0, 500, 1_000, 1_500]],
])('up to %i', (most, ticks) => expect(niceTicks(most)).toEqual(ticks))

test('any count fits, with at most four even steps', () => {
  fc.assert(fc.property(fc.nat(10_000_000), (most) => {
    const ticks = niceTicks(most)
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(most)
    expect(ticks.length).toBeLessThanOrEqual(5)
    expect(ticks.every((tick, index) => Number.isInteger(tick) && tick === index * ticks[1]!)).toBe(true)
  }))
})
