import { createHash } from 'node:crypto'

const PREFIX = 'thk_'
/** 32 random bytes, then a checksum of four, all in hex: a text that survives a double click, and that secret scanners know by its form. */
const PATTERN = /^thk_([0-9a-f]{64})([0-9a-f]{8})$/
const SHOWN = PREFIX.length + 8

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const checksumOf = (random: string) => sha256(PREFIX + random).slice(0, 8)

/** A new API key from 32 random bytes: `token` is shown once, `hash` is stored, `prefix` is what people tell keys apart by. */
export function newApiKey(random: Uint8Array): { token: string; prefix: string; hash: string } {
  if (random.length !== 32) throw new Error('An API key is made of 32 random bytes.')
  const hex = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const token = PREFIX + hex + checksumOf(hex)
  return { token, prefix: token.slice(0, SHOWN), hash: sha256(token) }
}

/** Whether a bearer token means to be an API key. */
export const looksLikeApiKey = (token: string) => token.startsWith(PREFIX)

/** What a key is found by; null when it was mistyped or cut, which its checksum tells without a look-up. */
export function apiKeyHash(token: string): string | null {
  const [, random, checksum] = PATTERN.exec(token) ?? []
  return random !== undefined && checksumOf(random) === checksum ? sha256(token) : null
}
