import { expect, test } from 'vitest'
import { parseRetryAfter } from '../../functions/core/retry_after.ts'

const now = new Date('2026-11-20T12:00:00.500Z')
const day = 24 * 3_600

test.each<[string | undefined, number | null]>([
  ['1', 1],
  ['120', 120],
  [' 120 ', 120],
  ['007', 7],
  [String(day), day],
  [String(day + 1), day],
  [String(10 * 365 * day), day],
  ['9'.repeat(400), day],
  ['0', null],
  ['-1', null],
  ['+5', null],
  ['1.5', null],
  ['1e3', null],
  ['0x10', null],
  ['', null],
  ['soon', null],
  ['120, 240', null],
  [undefined, null],
  ['Fri, 20 Nov 2026 12:10:00 GMT', 599.5],
  ['Fri, 20 Nov 2036 12:10:00 GMT', day],
  ['Fri, 20 Nov 2026 11:59:59 GMT', null],
  ['Fri, 20 Foo 2026 12:10:00 GMT', null],
  ['Fri, 20 Nov 2026 12:10:00 CET', null],
  ['2026-11-20T12:10:00Z', null],
  // The two forms that nobody should send any more, and everybody must read (RFC 9110, 5.6.7).
  ['Friday, 20-Nov-26 12:10:00 GMT', 599.5],
  ['Sunday, 06-Nov-94 08:49:37 GMT', null],
  ['Friday, 20-Nov-76 12:10:00 GMT', day],
  ['Friday, 20-Nov-77 12:10:00 GMT', null],
  ['Friday, 20-Foo-26 12:10:00 GMT', null],
  ['Fri Nov 20 12:10:00 2026', 599.5],
  ['Tue Dec  1 12:10:00 2026', day],
  ['Sun Nov  6 08:49:37 1994', null],
])('Retry-After: %s', (value, seconds) => {
  expect(parseRetryAfter(value, now)).toEqual(seconds === null ? null : new Date(now.getTime() + seconds * 1_000))
})
