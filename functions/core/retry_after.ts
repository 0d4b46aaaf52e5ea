const longest = 24 * 60 * 60 * 1_000
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/

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
  const [, day, month, year, hours, minutes, seconds] = httpDate.exec(value) ?? []
  if (month === undefined || !months.includes(month)) return null
  return Date.UTC(Number(year), months.indexOf(month), Number(day), Number(hours), Number(minutes), Number(seconds)) - now.getTime()
}
