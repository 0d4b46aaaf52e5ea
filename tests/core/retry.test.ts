import { describe, expect, test } from 'vitest'
import { RETRY_POLICIES, retryDelay, type RetryPolicy } from '../../functions/core/retry.ts'

const minute = 60_000, hour = 60 * minute

test('the standard schedule is the one we promise', () => {
  expect(RETRY_POLICIES.standard).toEqual([
    5_000, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour,
  ])
})

describe('the delay after a failed attempt', () => {
  test.each<[RetryPolicy, number, number | null]>([
    ['standard', 1, 5_000],
    ['standard', 9, 24 * hour],
    ['standard', 10, null],
    ['three', 1, 30_000],
    ['three', 3, 30 * minute],
    ['three', 4, null],
    ['none', 1, null],
    ['standard', 0, null],
  ])('%s, attempt %i', (policy, attempt, delay) => {
    expect(retryDelay(policy, attempt, () => 0.5)).toBe(delay)
  })

  test.each([[0, 4_500], [0.5, 5_000], [0.999_999_9, 5_500]])('dice %d', (dice, delay) => {
    expect(retryDelay('standard', 1, () => dice)).toBe(delay)
  })
})
