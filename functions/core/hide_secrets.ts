import type { Outcome } from './outcome.ts'
import type { SigningSecret } from './signature.ts'

export const HIDDEN = '••••••'
/** Shorter values are no secrets, and hiding them would make answers unreadable. */
const SHORTEST = 8

/** What a webhook sends in confidence, longest first: its secrets, its header values, and the words of those. */
export function confidentialOf(secrets: readonly SigningSecret[], customHeaders: Record<string, string>): readonly string[] {
  const values = Object.values(customHeaders).flatMap((value) => [value, ...value.split(' ')]).filter((value) => value.length >= SHORTEST)
  return [...secrets.map(({ text }) => text), ...values].sort((a, b) => b.length - a.length)
}

/**
 * The outcome without what we sent in confidence: a receiver may repeat our headers in its answer, and the log is read by people
 * who may not read secrets.
 */
export function hideSecrets(outcome: Outcome, confidential: readonly string[]): Outcome {
  if (outcome.kind !== 'response' || confidential.length === 0) return outcome
  if (!repeats(outcome.body, confidential) && !headersRepeat(outcome.headers, confidential)) return outcome
  const hidden = (text: string) => confidential.reduce((rest, value) => rest.replaceAll(value, HIDDEN), text)
  return { ...outcome, body: hidden(outcome.body), headers: Object.fromEntries(Object.entries(outcome.headers).map(([name, value]) => [name, hidden(value)])) }
}

/** Loops without arrays or closures of their own: they run for every answer. */
function headersRepeat(headers: Record<string, string>, confidential: readonly string[]): boolean {
  for (const name in headers) if (repeats(headers[name]!, confidential)) return true
  return false
}

function repeats(text: string, confidential: readonly string[]): boolean {
  if (text.length < SHORTEST) return false
  for (const secret of confidential) if (text.includes(secret)) return true
  return false
}
