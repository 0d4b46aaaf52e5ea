// What the helpers for frameworks have in common.
import type { RawBody } from './body.ts'
import type { TablehookEvent } from './event.ts'
import type { HeadersLike } from './headers.ts'
import { TOLERANCE_SECONDS } from './signature.ts'
import { verify } from './verify.ts'
import { WebhookVerificationError } from './verification_error.ts'

/** Bytes of a body that are read before its signature is known, unless set otherwise. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024

export type ReceiverOptions<Result> = {
  /** The signing secret, or several. A function is asked at each request: for secrets that come from elsewhere. */
  secret: string | readonly string[] | (() => string | readonly string[] | Promise<string | readonly string[]>)
  /** Called with each verified event. What it throws goes to the framework; the answer is then a 5xx, and the event comes again. */
  onEvent: (event: TablehookEvent, delivery: Delivered) => Result | Promise<Result>
  toleranceSeconds?: number
  /** Bytes of the largest body that is read. 5 MB unless set. */
  maxBodyBytes?: number
}

/** What the headers say besides the event. */
export type Delivered = {
  /** 1 for the first attempt. */
  attempt: number
  headers: HeadersLike
}

/** What to answer to a request that was not accepted. */
export type Refused = { status: 400 | 401 | 413; body: { error: { code: string; message: string } } }

/** Verifies a request. A mistake of the receiver's own is thrown: nobody should take it for a forged request. */
export async function accept<Result>(
  body: RawBody, headers: HeadersLike, { secret, toleranceSeconds = TOLERANCE_SECONDS }: Pick<ReceiverOptions<Result>, 'secret' | 'toleranceSeconds'>,
): Promise<TablehookEvent | Refused> {
  const secrets = typeof secret === 'function' ? await secret() : secret
  try {
    return verify(body, headers, secrets, { toleranceSeconds })
  } catch (error) {
    return refusalFor(error)
  }
}

/** The answer to what went wrong; throws it again when it is not the sender's doing. */
export function refusalFor(error: unknown): Refused {
  if (!(error instanceof WebhookVerificationError) || error.isMistake) throw error
  const status = error.code === 'body_too_large' ? 413 : error.code === 'not_an_event' ? 400 : 401
  return { status, body: { error: { code: error.code, message: error.message } } }
}

export function isRefused(outcome: TablehookEvent | Refused): outcome is Refused {
  return 'status' in outcome
}

/** `x-webhook-attempt`, or 1. */
export function attemptOf(text: string | undefined): number {
  return text !== undefined && /^[1-9][0-9]{0,5}$/.test(text) ? Number(text) : 1
}

export function tooLarge(limit: number): WebhookVerificationError {
  return new WebhookVerificationError('body_too_large', `The body is larger than ${limit} bytes. Set maxBodyBytes if your events are.`)
}

/** Joins the chunks of a body, and stops reading at the limit. */
export async function readWhole(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > limit) throw tooLarge(limit)
    parts.push(chunk)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
