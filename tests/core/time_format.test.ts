// Times as people read them.
import { describe, expect, test } from 'vitest'
import { relativeTime, upcomingTime } from '../../web/ui/time_format.ts'

const now = new Date('2026-11-21T12:00:00Z')
const at = (seconds: number) => new Date(now.getTime() + seconds * 1_000)

test.each([[-3, 'now'], [3, 'now'], [-90, '1 min ago'], [90, 'in 1 min'], [-7_200, '2 hr ago']])('%i s away is “%s”', (seconds, text) => expect(relativeTime(at(seconds), now)).toBe(text))

describe('of what is still to come', () => {
  // The page's clock is up to half a minute behind: “now”, “in 12 sec” and “1 sec ago” would all be wrong.
  test.each([[-2, 'in a moment'], [4, 'in a moment'], [59, 'in a moment'], [300, 'in 5 min'], [7_200, 'in 2 hr']])('%i s away is “%s”', (seconds, text) => expect(upcomingTime(at(seconds), now)).toBe(text))
})
