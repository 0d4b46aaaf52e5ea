import { styleText } from 'node:util'

type Color = Parameters<typeof styleText>[0]
export type Paint = (color: Color, text: string) => string

/** Colors texts, or leaves them as they are. */
export function paintWith(isColored: boolean): Paint {
  return (color, text) => isColored ? styleText(color, text) : text
}

/** Whether a stream shows colors: a terminal, unless NO_COLOR or FORCE_COLOR say otherwise. */
export function showsColors(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') return true
  return isTerminal && env.TERM !== 'dumb'
}

/** What came from elsewhere, without characters that could steer a terminal. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, ' ')
}

const twoDigits = (parts: number[], between: string) => parts.map((part) => String(part).padStart(2, '0')).join(between)

/** Hours, minutes and seconds, where the user is. */
export function clock(at: Date): string {
  return twoDigits([at.getHours(), at.getMinutes(), at.getSeconds()], ':')
}

/** Year, month and day, where the user is. */
export function day(at: Date): string {
  return twoDigits([at.getFullYear(), at.getMonth() + 1, at.getDate()], '-')
}
