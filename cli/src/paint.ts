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

/** What could steer a terminal, break a line, or turn the direction of what comes after it. */
const STEERING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

/** What came from elsewhere, without characters that could steer a terminal. */
export function plain(text: string): string {
  return text.replace(STEERING, ' ')
}

/** As `plain`, for what has several lines of its own. */
export function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n')
}

/** As JSON, on one line or indented: the same JSON for whoever reads it, without characters that could steer a terminal. */
export function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(STEERING, (char) => (char === '\n' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`))
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
