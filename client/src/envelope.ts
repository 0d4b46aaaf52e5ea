// What a verified body says, whichever format the webhook has.
import type { TablehookEvent } from './event.ts'
import { WebhookVerificationError } from './verification_error.ts'

/** The event in a body of the format `standard`, `standard-webhooks` or `cloudevents`, in the shape of `standard`. */
export function eventIn(text: string, id: string): TablehookEvent {
  const body = parse(text)
  const [event, timestamp] = [body.event ?? body.type, body.timestamp ?? body.time]
  if (typeof event !== 'string' || typeof timestamp !== 'string' || typeof body.data !== 'object' || body.data === null) {
    throw new WebhookVerificationError('not_an_event', 'The signature is right, but the body is no event of the formats standard, standard-webhooks or cloudevents. ' +
      'Use verifySignature() for a body of another shape.')
  }
  // In CloudEvents an attribute may not be an object, so `previous` is JSON in a string there.
  const previous = body.specversion !== undefined && typeof body.previous === 'string' ? parse(body.previous) : body.previous
  return { id: typeof body.id === 'string' ? body.id : id, event, timestamp, data: body.data, ...(previous === undefined ? {} : { previous }) } as TablehookEvent
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Told below, like JSON that is no object.
  }
  throw new WebhookVerificationError('not_an_event', 'The signature is right, but the body is not a JSON object.')
}
