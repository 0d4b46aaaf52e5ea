import { CommandError, EXIT } from './exit_codes.ts'

const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const

/** A moment as people write it: ISO 8601, or so long ago (`30m`, `2h`, `3d`). A time without a zone is where the user is. */
export function momentOf(text: string, now: Date): Date {
  const [, amount, unit] = /^(\d{1,6})([smhdw])$/.exec(text.trim()) ?? []
  const at = amount === undefined ? new Date(text) : new Date(now.getTime() - Number(amount) * UNITS[unit as keyof typeof UNITS] * 1_000)
  if (Number.isNaN(at.getTime()) || (amount === undefined && !/^\d{4}-\d\d-\d\d/.test(text))) {
    throw new CommandError(EXIT.usage, `“${text}” is no time. Write it like 2026-11-21T09:30:00Z, 2026-11-21, or 2h for two hours ago.`)
  }
  return at
}
