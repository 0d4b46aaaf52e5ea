// Standard Webhooks, symmetric: v1,base64(hmac_sha256(secret, `${id}.${timestamp}.${body}`)).
// Not crypto.subtle: every request is signed twice, and a promise per signature costs more than the hash.
import { toBase64 } from './base64.ts'
import { hmac, hmacKey, type HmacKey } from './hmac.ts'
import { keyBytesOf, SECRET_PREFIX } from './secret_rules.ts'

/** A signing secret, read once. `text` is what the user sees; Standard Webhooks signs with what it stands for, the simple signature with the text itself. */
export type SigningSecret = { text: string; standard: HmacKey; simple: HmacKey }

/** `{}` when the webhook has no secret. */
export type SignatureHeaders = { 'webhook-signature': string; 'x-webhook-signature': string } | Record<string, never>

/** Reads a secret: `whsec_` and base64 of 24–64 bytes is a key in that form, anything else is the key itself, as UTF-8. */
export function parseSecret(text: string): SigningSecret {
  const simple = new TextEncoder().encode(text)
  return { text, standard: hmacKey(keyBytesOf(text) ?? simple), simple: hmacKey(simple) }
}

/** A new secret as the user sees it, from 32 random bytes. */
export function newSecretText(random: Uint8Array): string {
  if (random.length !== 32) throw new RangeError('A new secret is made from 32 random bytes.')
  return SECRET_PREFIX + toBase64(random)
}

/**
 * Signs once per live secret, newest first, so that a secret can be rolled without a failed delivery.
 * `x-webhook-signature` is made with the newest alone: `sha256=<hex>` of the body, keyed with the secret as text.
 */
export function signatureHeaders({ id, body, secrets, sentAt }: {
  id: string
  body: string
  secrets: readonly SigningSecret[]
  sentAt: Date
}): SignatureHeaders {
  const simple = simpleSignature(body, secrets)
  if (simple === null) return {}
  const content = `${id}.${unixSeconds(sentAt)}.${body}`
  return {
    'webhook-signature': secrets.map((secret) => `v1,${hmac(secret.standard, content, 'base64')}`).join(' '),
    'x-webhook-signature': simple,
  }
}

/** `sha256=<hex>` of a text, made with the newest secret as the user sees it; null without a secret. */
export function simpleSignature(text: string, [newest]: readonly SigningSecret[]): string | null {
  return newest === undefined ? null : `sha256=${hmac(newest.simple, text, 'hex')}`
}

/** Whole seconds since 1970, as `webhook-timestamp` has them. */
export function unixSeconds(at: Date): string {
  return String(Math.floor(at.getTime() / 1_000))
}
