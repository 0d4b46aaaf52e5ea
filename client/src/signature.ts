// Is this request from Tablehook, as it was sent, and sent just now?
import { textOf, type RawBody } from './body.ts'
import { readHeader, type HeadersLike } from './headers.ts'
import { signerOf } from './secret.ts'
import { WebhookVerificationError } from './verification_error.ts'

/** Seconds that `webhook-timestamp` may be off, as the specification says. */
export const TOLERANCE_SECONDS = 300
/** During a roll there are two. A request with hundreds is not ours, and checking them all would cost us. */
const MOST_SIGNATURES = 10

export type VerifyOptions = {
  /** Seconds that the request may be old, or ahead of our clock. 300 unless set; Infinity for requests that were kept. */
  toleranceSeconds?: number
  /** The time now. The clock's unless set. */
  now?: Date
}

/** What the headers of a verified request say. */
export type VerifiedRequest = {
  /** The id of the event. */
  id: string
  /** When this attempt was made. */
  sentAt: Date
  /** The body as text. */
  text: string
}

/**
 * Verifies a request without looking into its body: for a format of your own. Any of several secrets will do, and any of the
 * request's signatures, so both sides can be given a new secret in any order.
 * @throws WebhookVerificationError
 */
export function verifySignature(body: RawBody, headers: HeadersLike, secret: string | readonly string[], options: VerifyOptions = {}): VerifiedRequest {
  const signers = secretsOf(secret).map(signerOf)
  const text = textOf(body)
  const [id, timestamp, signatures] = [required(headers, 'webhook-id'), required(headers, 'webhook-timestamp'), required(headers, 'webhook-signature')]
  const sentAt = timeOf(timestamp)
  const received = signatures.split(/,?\s+/).slice(0, MOST_SIGNATURES)
  if (!received.some((one) => one.startsWith('v1,'))) {
    throw new WebhookVerificationError('no_v1_signature', 'webhook-signature has no part that begins with “v1,”. Pass the header as it came, with all its parts.')
  }
  if (!signers.some((signer) => received.some((one) => sameText(one, signer.sign(id, sentAt, text))))) {
    throw new WebhookVerificationError('wrong_signature', 'The signature does not match. Either the secret is another webhook’s, or the body is not the bytes that came.')
  }
  refuseOtherTimes(sentAt, options)
  return { id, sentAt, text }
}

function secretsOf(secret: string | readonly string[]): readonly string[] {
  const secrets = typeof secret === 'string' ? [secret] : secret ?? ['']
  return secrets.length === 0 ? [''] : secrets
}

function required(headers: HeadersLike, name: string): string {
  const value = readHeader(headers, name)
  if (value === undefined) {
    throw new WebhookVerificationError('missing_header', `The header ${name} is missing. Either the request is from somebody else, or the webhook has no signing secret.`)
  }
  return value
}

function timeOf(seconds: string): Date {
  if (!/^[0-9]{1,11}$/.test(seconds)) {
    throw new WebhookVerificationError('bad_timestamp', 'webhook-timestamp is not a number of seconds. Something on the way has changed it.')
  }
  return new Date(Number(seconds) * 1_000)
}

function refuseOtherTimes(sentAt: Date, { toleranceSeconds = TOLERANCE_SECONDS, now = new Date() }: VerifyOptions): void {
  const age = Math.floor((now.getTime() - sentAt.getTime()) / 1_000)
  if (age > toleranceSeconds) {
    throw new WebhookVerificationError('too_old', `The request was signed ${age} s ago, and ${toleranceSeconds} s are allowed. It was kept back or sent again; or the clock here is fast.`)
  }
  if (-age > toleranceSeconds) {
    throw new WebhookVerificationError('too_new', `The request was signed ${-age} s in the future. The clock here is slow.`)
  }
}

/** Takes as long for a wrong text as for the right one. */
function sameText(one: string, right: string): boolean {
  let difference = one.length ^ right.length
  for (let at = 0; at < right.length; at++) difference |= one.charCodeAt(at) ^ right.charCodeAt(at)
  return difference === 0
}
