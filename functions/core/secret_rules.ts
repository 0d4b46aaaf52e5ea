import { fromBase64 } from './base64.ts'

/** A secret of the user's own has at least this many characters. */
export const MIN_SECRET_LENGTH = 16
export const MAX_SECRET_LENGTH = 128
export const SECRET_PREFIX = 'whsec_'

/** The signing key inside a `whsec_` secret: 24 to 64 bytes, or null when the text is not such a secret. */
export function keyBytesOf(secret: string): Uint8Array | null {
  if (!secret.startsWith(SECRET_PREFIX)) return null
  const bytes = fromBase64(secret.slice(SECRET_PREFIX.length))
  return bytes !== null && bytes.length >= 24 && bytes.length <= 64 ? bytes : null
}

/** What is wrong with a secret of the user's own, in the words of the form; null when it is fine. */
export function secretProblem(secret: string): string | null {
  if (secret.length < MIN_SECRET_LENGTH) return `Use at least ${MIN_SECRET_LENGTH} characters.`
  if (secret.length > MAX_SECRET_LENGTH) return `Use ${MAX_SECRET_LENGTH} characters or fewer.`
  // ASCII alone: outside it, receivers' libraries disagree about which bytes a text stands for.
  if (!/^[\x21-\x7e]+$/.test(secret)) return 'Use letters, digits and symbols, without spaces or accents.'
  if (secret.startsWith(SECRET_PREFIX) && keyBytesOf(secret) === null) {
    return `After ${SECRET_PREFIX} there must be base64 of 24 to 64 bytes. Leave the prefix out to use the text as it is.`
  }
  return null
}
