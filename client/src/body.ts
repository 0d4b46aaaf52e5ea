import { WebhookVerificationError } from './verification_error.ts'

/** The body as it came: text, or its bytes. Never a parsed object: rendered again, it would be another text. */
export type RawBody = string | Uint8Array | ArrayBuffer

/** The text that was signed. */
export function textOf(body: RawBody): string {
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array || body instanceof ArrayBuffer) return decode(body)
  throw new WebhookVerificationError('body_parsed', 'The body was parsed before it was verified, and cannot be made the same text again. ' +
    'Pass what came: await request.text() in a fetch handler, express.raw({ type: () => true }) before the route in Express.')
}

function decode(bytes: Uint8Array | ArrayBuffer): string {
  try {
    // A byte order mark is part of what was signed.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new WebhookVerificationError('body_not_text', 'The body is not UTF-8 text, as that of every webhook is. It was damaged on the way, or comes from somebody else.')
  }
}
