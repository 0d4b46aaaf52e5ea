import { parseSecret, signatureHeaders } from '../core/signature.ts'

/** A webhook that points at the inbox, with one of its live secrets. */
export type Signer = { webhookId: string; secret: string }

/** `unknown`: signed, but there is nothing to check it with, or the body was too long. */
export type Verdict = { signature: 'valid' | 'invalid' | 'unsigned' | 'unknown'; webhookId: string | null; ageSeconds: number | null }

/**
 * Checks the signature of a request as a receiver would, with the secrets of the webhooks that point here. A request may carry
 * several signatures (during a roll) and either of our two headers. `body` is null when it was not read whole.
 */
export function judgeSignature({ headers, body, signers, arrivedAt }: {
  headers: Record<string, string>
  body: string | null
  signers: readonly Signer[]
  arrivedAt: Date
}): Verdict {
  const sentAt = timeOf(headers['webhook-timestamp'])
  const verdict = (signature: Verdict['signature'], webhookId: string | null = null): Verdict =>
    ({ signature, webhookId, ageSeconds: sentAt === null ? null : (arrivedAt.getTime() - sentAt.getTime()) / 1_000 })

  const standard = headers['webhook-signature']
  const simple = headers['x-webhook-signature']
  if (standard === undefined && simple === undefined) return verdict('unsigned')
  if (signers.length === 0 || body === null) return verdict('unknown')

  const received = standard?.split(' ').slice(0, 10) ?? []
  for (const { webhookId, secret } of signers) {
    const expected = signatureHeaders({ id: headers['webhook-id'] ?? '', body, secrets: [parseSecret(secret)], sentAt: sentAt ?? new Date(0) })
    const matches = standard === undefined
      ? sameText(simple!, expected['x-webhook-signature']!)
      : sentAt !== null && received.some((one) => sameText(one, expected['webhook-signature']!))
    if (matches) return verdict('valid', webhookId)
  }
  return verdict('invalid')
}

/** `webhook-timestamp`: whole seconds since 1970. */
function timeOf(seconds: string | undefined): Date | null {
  return seconds !== undefined && /^[0-9]{1,12}$/.test(seconds) ? new Date(Number(seconds) * 1_000) : null
}

/** Takes as long for a wrong text as for the right one: the address is public, and its answers must not help to guess. */
function sameText(one: string, other: string): boolean {
  let difference = one.length ^ other.length
  for (let at = 0; at < other.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at)
  return difference === 0
}
