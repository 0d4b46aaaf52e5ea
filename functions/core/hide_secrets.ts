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
  const hidden = (text: string) => confidential.reduce((rest, value) => (rest.includes(value) ? rest.replaceAll(value, HIDDEN) : rest), text)
  const body = outcome.body === '' ? '' : hidden(outcome.body)
  if (body === outcome.body && !headersRepeat(outcome.headers, confidential)) return outcome
  return { ...outcome, body, headers: Object.fromEntries(Object.entries(outcome.headers).map(([name, value]) => [name, hidden(value)])) }
}

/** A loop without arrays or closures of its own: it runs for every answer. */
function headersRepeat(headers: Record<string, string>, confidential: readonly string[]): boolean {
  for (const name in headers) {
    const value = headers[name]!
    if (value.length < SHORTEST) continue
    for (const secret of confidential) if (value.includes(secret)) return true
  }
  return false
}
