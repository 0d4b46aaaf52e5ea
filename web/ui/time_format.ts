import { inLanguage } from '../words/locale.ts'
import { t } from '../words/every_screen.ts'

/** How a person wants times: stored per browser, the same on every screen. */
export type TimeStyle = 'relative' | 'local' | 'utc'

/** Where exact times are read: in the browser's zone, or in UTC by whoever chose that. */
export type Zone = 'local' | 'utc'

const second = 1_000, minute = 60 * second, hour = 60 * minute, day = 24 * hour
/** Older than this, "8 days ago" tells less than the date. */
const RELATIVE_UP_TO = 7 * day

const relative = inLanguage((language) => new Intl.RelativeTimeFormat(language, { style: 'short', numeric: 'always' }))
const dayOf = inLanguage((language) => new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' }))
const dayOfYear = inLanguage((language) => new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric' }))
const inZone = (options: Intl.DateTimeFormatOptions): Record<Zone, () => Intl.DateTimeFormat> => ({
  local: inLanguage((language) => new Intl.DateTimeFormat(language, options)),
  utc: inLanguage((language) => new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' })),
})
const minutes: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
const seconds: Intl.DateTimeFormatOptions = { ...minutes, second: '2-digit' }
const minutesIn = inZone(minutes)
const secondsIn = inZone(seconds)
const exactIn = inZone({ year: 'numeric', month: 'short', day: 'numeric', ...seconds })

/** The name of a zone as people know it: the IANA name of the browser's, or UTC. */
export const zoneName = (zone: Zone = 'local'): string => (zone === 'utc' ? 'UTC' : exactIn.local().resolvedOptions().timeZone)

/** "2 min ago", "in 4 min", "now"; a date when it is more than a week away. */
export function relativeTime(at: Date, now: Date): string {
  const distance = at.getTime() - now.getTime()
  const away = Math.abs(distance)
  if (away < 10 * second) return t('common.now')
  if (away >= RELATIVE_UP_TO) return date(at, now)
  const [unit, size] = away < minute ? ['second', second] as const : away < hour ? ['minute', minute] as const : away < day ? ['hour', hour] as const : ['day', day] as const
  return relative().format(Math.trunc(distance / size), unit).replace(/\.(?= |$)/, '')
}

/** Of a moment to come. The clock of the page goes by half minutes, so what is nearer than that is not counted down. */
export function upcomingTime(at: Date, now: Date): string {
  return at.getTime() - now.getTime() < minute ? t('common.soon') : relativeTime(at, now)
}

function date(at: Date, now: Date): string {
  return (at.getFullYear() === now.getFullYear() ? dayOf() : dayOfYear()).format(at)
}

/** Date and time to the second. */
export function exactTime(at: Date | string, zone: Zone): string {
  return exactIn[zone]().format(new Date(at))
}

/** Only the time of the day, for lists of one day: to the second, or to the minute where moments are hours. */
export function timeOfDay(at: string, zone: Zone, to: 'minute' | 'second'): string {
  return (to === 'minute' ? minutesIn : secondsIn)[zone]().format(new Date(at))
}

/** A length of time in the largest unit that is whole: "5 seconds", "2 hours". Milliseconds below a second. */
export function duration(milliseconds: number): string {
  if (milliseconds < second) return t('common.ms', { n: Math.round(milliseconds) })
  if (milliseconds < 2 * minute) return t('common.seconds', { n: Math.round(milliseconds / 100) / 10 })
  if (milliseconds < 2 * hour) return t('common.minutes', { n: Math.round(milliseconds / minute) })
  if (milliseconds < 2 * day) return t('common.hours', { n: Math.round(milliseconds / hour) })
  return t('common.days', { n: Math.round(milliseconds / day) })
}

/** "310 B", "1.2 KB", "2.1 MB". */
export function size(bytes: number): string {
  if (bytes < 1_000) return t('common.bytes', { n: bytes })
  if (bytes < 1_000_000) return t('common.kilobytes', { n: Math.round(bytes / 100) / 10 })
  return t('common.megabytes', { n: Math.round(bytes / 100_000) / 10 })
}
