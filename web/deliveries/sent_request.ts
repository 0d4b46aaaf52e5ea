// What was sent, put together again: the body is the event's, and the headers follow from the delivery and the attempt.
import { formatRules, renderBody, type Format } from '../../functions/core/formats/index.ts'
import type { Attempt, DeliveryDetail } from '../data/deliveries.ts'

/** A header whose value is known, or was not stored. */
export type SentHeader = { name: string; value: string | null }

/** Stands where a format has its signature inside the body: made with the secret, which is not here. */
const UNKNOWN_SIGNATURE = 'sha256=…'

/**
 * The exact body, but for a signature inside it; null when the person may not read it, or it is not kept any more.
 * @param signed whether the webhook has a secret
 */
export function sentBody({ delivery, event }: Pick<DeliveryDetail, 'delivery' | 'event'>, signed: boolean): string | null {
  if (event === null || event.data === null) return null
  return renderBody(delivery.format as Format, {
    id: event.id, type: event.type, occurredAt: new Date(event.occurred_at).toISOString(), organizationId: delivery.organization_id,
    data: event.data, previous: event.previous, context: event.context,
  }, () => (signed ? UNKNOWN_SIGNATURE : null))
}

/**
 * The headers of one attempt, in the order in which they are sent.
 * @param signed whether the webhook has a secret
 * @param customNames names of its custom headers; their values are kept like secrets
 */
export function sentHeaders(
  { delivery, event }: Pick<DeliveryDetail, 'delivery' | 'event'>, attempt: Pick<Attempt, 'attempt' | 'created_at'>, signed: boolean, customNames: readonly string[],
): SentHeader[] {
  const sentAt = new Date(attempt.created_at)
  const { contentType, signatures = {} } = formatRules(delivery.format as Format)
  const known = (name: string, value: string) => ({ name, value })
  const secret = (name: string) => ({ name, value: null })
  return [
    known('content-type', contentType),
    known('webhook-id', event?.id ?? delivery.event_id),
    known('webhook-timestamp', String(Math.floor(sentAt.getTime() / 1000))),
    known('x-webhook-event', delivery.event_type),
    known('x-webhook-timestamp', sentAt.toISOString()),
    known('x-webhook-attempt', String(attempt.attempt)),
    ...(signed ? ['webhook-signature', 'x-webhook-signature', ...Object.keys(signatures)].map(secret) : []),
    ...customNames.map((name) => secret(name.toLowerCase())),
  ]
}

/** A command for a POSIX shell that sends the same again. Headers without a stored value are left out. */
export function curlCommand(url: string, headers: readonly SentHeader[], body: string): string {
  const quoted = (text: string) => `'${text.replaceAll('\'', '\'\\\'\'')}'`
  const lines = headers.flatMap(({ name, value }) => (value === null ? [] : [`  -H ${quoted(`${name}: ${value}`)}`]))
  return [`curl -X POST ${quoted(url)}`, ...lines, `  --data-raw ${quoted(body)}`].join(' \\\n')
}
