import { z } from 'zod'

/** A time with its zone, in a year that Postgres has and writes with four digits: what it cannot read would be a fault of ours. */
export const momentLike = (example: string) =>
  z.iso.datetime({ offset: true, error: `Write a time with its zone, for example ${example}.` }).refine(hasFourDigitYear, 'Write a time in the years 1 to 9999.')

/** A time in a request: a query or a body. */
export const moment = momentLike('2026-11-21T09:30:00Z')

/** In UTC: an offset may lead out of the first or the last year. */
function hasFourDigitYear(text: string): boolean {
  const year = new Date(text).getUTCFullYear()
  return year >= 1 && year <= 9999
}
