import { flag, listOf, text, type Parameter } from '../app/url_state.ts'
import { ANSWERS, DELIVERY_STATUSES, type DeliveryFilters, type DeliveryStatus } from '../data/deliveries.ts'
import type { Zone } from '../ui/time_format.ts'

const HOUR_MS = 3_600_000

/** The spans that are one click. In the address they stand as they are named here; any other span as two ISO times. */
export const SPANS = { '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': 7 * 24 * HOUR_MS, '30d': 30 * 24 * HOUR_MS } as const
export type Span = keyof typeof SPANS
export const DEFAULT_SPAN: Span = '7d'
const isSpan = (raw: string): raw is Span => Object.hasOwn(SPANS, raw)

export type LogFilters = {
  status: DeliveryStatus[]
  event: string[]
  code: string[]
  /** A span that ends now, or the ISO time from which on. */
  from: Span | (string & {})
  /** ISO time; empty: until now. Without meaning when `from` is a span. */
  to: string
  q: string
  tests: boolean
  live: boolean
}

const isTime = (raw: string) => !Number.isNaN(Date.parse(raw))
const time: Parameter<string> = { read: (raw) => (raw !== null && isTime(raw) ? raw : ''), write: (value) => value || null }

/** How the filters of the log stand in the address. What cannot be read is left out. */
export const filterParameters: { [Name in keyof LogFilters]: Parameter<LogFilters[Name]> } = {
  status: listOf(DELIVERY_STATUSES),
  event: listOf(),
  code: {
    read: (raw) => listOf().read(raw).filter((code) => ANSWERS.some((each) => each === code) || /^([1-5]\d\d|[a-z_]{4,40})$/.test(code)),
    write: listOf().write,
  },
  from: {
    read: (raw) => (raw !== null && (isSpan(raw) || isTime(raw)) ? raw : DEFAULT_SPAN),
    write: (value) => (value === DEFAULT_SPAN ? null : value),
  },
  to: time,
  q: text(),
  tests: flag(),
  // On unless it was turned off.
  live: { read: (raw) => raw !== '0', write: (value) => (value ? null : '0') },
}

export const NO_FILTERS: Omit<LogFilters, 'live'> = { status: [], event: [], code: [], from: DEFAULT_SPAN, to: '', q: '', tests: false }

/** The span that is chosen; null for one of the person's own. */
export function spanOf({ from }: Pick<LogFilters, 'from'>): Span | null {
  return isSpan(from) ? from : null
}

/** Whether anything but the time is filtered. */
export function isFiltered({ status, event, code, q }: Pick<LogFilters, 'status' | 'event' | 'code' | 'q'>): boolean {
  return status.length > 0 || event.length > 0 || code.length > 0 || q !== ''
}

/**
 * What the server is asked. An id is looked for at any time: whoever has one from a log wants that delivery, and not to guess its week.
 * @param now end of the spans; to the minute, so that the same question is not a new one every millisecond
 */
export function askedOf(filters: LogFilters, now: Date): DeliveryFilters {
  const span = spanOf(filters)
  const search = filters.q.trim()
  const orNull = <Item>(list: Item[]) => (list.length === 0 ? null : list)
  return {
    states: orNull(filters.status),
    event_types: orNull(filters.event),
    answers: orNull(filters.code),
    from_at: search !== '' ? null : span === null ? filters.from : new Date(Math.floor((now.getTime() - SPANS[span]) / 60_000) * 60_000).toISOString(),
    to_at: search !== '' || span !== null ? null : filters.to || null,
    search: search || null,
    tests: filters.tests,
  }
}

/** For `<input type="datetime-local">`: the time in the zone that times are read in, to the minute. */
export function toInput(iso: string, zone: Zone): string {
  if (iso === '' || !isTime(iso)) return ''
  const date = new Date(iso)
  return new Date(date.getTime() - (zone === 'utc' ? 0 : date.getTimezoneOffset() * 60_000)).toISOString().slice(0, 16)
}

/** Back to ISO; empty when nothing whole was entered. */
export function fromInput(entered: string, zone: Zone): string {
  return entered !== '' && isTime(entered) ? new Date(zone === 'utc' ? `${entered}Z` : entered).toISOString() : ''
}
