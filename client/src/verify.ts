import type { RawBody } from './body.ts'
import { eventIn } from './envelope.ts'
import type { TablehookEvent } from './event.ts'
import type { HeadersLike } from './headers.ts'
import { verifySignature, type VerifyOptions } from './signature.ts'

/**
 * Verifies a request and gives its event. Any of several secrets will do.
 * @param body as it came: text or bytes, never parsed
 * @param headers `Headers`, Node's `request.headers`, or a plain object
 * @throws WebhookVerificationError
 */
export function verify(body: RawBody, headers: HeadersLike, secret: string | readonly string[], options: VerifyOptions = {}): TablehookEvent {
  const { id, text } = verifySignature(body, headers, secret, options)
  return eventIn(text, id)
}
