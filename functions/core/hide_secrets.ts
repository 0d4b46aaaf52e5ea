import type { Outcome } from './outcome.ts'
import type { SigningSecret } from './signature.ts'

export const HIDDEN = '••••••'
/** Shorter values are no secrets, and hiding them would make answers unreadable. */
const SHORTEST = 8

/**
 * The outcome without what we sent in confidence: a receiver may repeat our headers in its answer, and the log is read by people
 * who may not read secrets.
 */
export function hideSecrets(outcome: Outcome, secrets: readonly SigningSecret[], customHeaders: Record<string, string>): Outcome {
  if (outcome.kind !== 'response') return outcome
  const values = Object.values(customHeaders).flatMap((value) => [value, ...value.split(' ')]).filter((value) => value.length >= SHORTEST)
  const confidential = [...secrets.map(({ text }) => text), ...values].sort((a, b) => b.length - a.length)
  const hidden = (text: string) => confidential.reduce((rest, value) => (rest.includes(value) ? rest.replaceAll(value, HIDDEN) : rest), text)
  const body = outcome.body === '' ? '' : hidden(outcome.body)
  if (body === outcome.body && Object.values(outcome.headers).every((value) => hidden(value) === value)) return outcome
  return { ...outcome, body, headers: Object.fromEntries(Object.entries(outcome.headers).map(([name, value]) => [name, hidden(value)])) }
}
