import type { EventToSend, FormatRules } from './formats/format.ts'
import { formatRules, type Format } from './formats/index.ts'
import { isoTime } from './iso_time.ts'
import { signatureHeaders, unixSeconds, type SignatureHeaders, type SigningSecret } from './signature.ts'

export type { EventToSend } from './formats/format.ts'
export { FORMAT_NAMES, renderBody, type Format } from './formats/index.ts'

/**
 * The headers of one attempt, all names in lower case and always in the same order. Custom headers come last and can never
 * replace ours. `attempt` is 1-based; `secrets` newest first; `sentAt` is the moment of this attempt.
 */
export function requestHeaders({ format, event, body, attempt, sentAt, secrets, customHeaders, version }: {
  format: Format
  event: EventToSend
  body: string
  attempt: number
  sentAt: Date
  secrets: readonly SigningSecret[]
  customHeaders: Record<string, string>
  version: string
}): Record<string, string> {
  const rules = formatRules(format)
  const signatures = signatureHeaders({ id: event.id, body, secrets, sentAt })
  const headers: Record<string, string> = {
    'content-type': rules.contentType,
    'user-agent': `Tablehook/${version}`,
    'webhook-id': event.id,
    'webhook-timestamp': unixSeconds(sentAt),
    'x-webhook-event': event.type,
    'x-webhook-timestamp': isoTime(sentAt),
    'x-webhook-attempt': String(attempt),
    ...signatures,
    ...formatSignatures(rules, signatures, secrets[0]),
  }
  for (const [name, value] of Object.entries(customHeaders)) {
    const lower = name.toLowerCase()
    if (!Object.hasOwn(headers, lower)) headers[lower] = value
  }
  return headers
}

/** The signatures under the names that the format's receivers look for. None without a secret. */
function formatSignatures({ signatures }: FormatRules, { 'x-webhook-signature': simple }: SignatureHeaders, newest: SigningSecret | undefined): Record<string, string> {
  if (signatures === undefined || newest === undefined || simple === undefined) return {}
  const hex = simple.slice(simple.indexOf('=') + 1)
  return Object.fromEntries(Object.entries(signatures).map(([name, write]) => [name, write({ hex, secret: newest.text })]))
}
