const longest = 24 * 60 * 60 * 1_000
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** The form of today, and the two of old that RFC 9110 has every recipient read as well. */
const httpDates = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/,
]

/**
 * The moment that a `Retry-After` header asks us to wait for: seconds, or an HTTP date. At most 24 hours from `now`;
 * null for anything that is absent, malformed or already past.
 */
export function parseRetryAfter(value: string | undefined, now: Date): Date | null {
  const wait = millisecondsToWait(value?.trim() ?? '', now)
  return wait === null || wait <= 0 ? null : new Date(now.getTime() + Math.min(wait, longest))
}

function millisecondsToWait(value: string, now: Date): number | null {
  if (/^\d+$/.test(value)) return Number(value) * 1_000
  const parts = httpDates.map((form) => form.exec(value)?.groups).find((groups) => groups !== undefined)
  if (parts === undefined || !months.includes(parts.month!)) return null
  const [hours, minutes, seconds] = parts.time!.split(':').map(Number)
  return Date.UTC(fullYear(parts.year!, now), months.indexOf(parts.month!), Number(parts.day), hours, minutes, seconds) - now.getTime()
}

/** Two digits are a year of this century or, when that is more than 50 years ahead, of the last. */
function fullYear(digits: string, now: Date): number {
  if (digits.length > 2) return Number(digits)
  const thisYear = now.getUTCFullYear()
  const year = thisYear - thisYear % 100 + Number(digits)
  return year > thisYear + 50 ? year - 100 : year
}
