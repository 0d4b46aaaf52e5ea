// HMAC-SHA-256 (RFC 2104) over Node's one-shot hash. createHmac makes a native object per signature, which costs twice the hash
// and then the garbage collector; here the key's two padded blocks are made once per secret.
import { createHmac, hash } from 'node:crypto'

const BLOCK = 64
const DIGEST = 32
/** Longer texts are hashed the usual way: for them the hash is what costs. */
const SCRATCH = 16 * 1024

/** A key made ready to sign with. `outer` has room for the inner digest behind its block. */
export type HmacKey = { bytes: Uint8Array; inner: Uint8Array; outer: Uint8Array }

const scratch = new Uint8Array(BLOCK + SCRATCH)
const textPart = scratch.subarray(BLOCK)
const encoder = new TextEncoder()

/** Makes a key ready, from bytes of any length. */
export function hmacKey(bytes: Uint8Array): HmacKey {
  const block = new Uint8Array(BLOCK)
  block.set(bytes.length > BLOCK ? hash('sha256', bytes, 'buffer') : bytes)
  const outer = new Uint8Array(BLOCK + DIGEST)
  outer.set(block.map((byte) => byte ^ 0x5c))
  return { bytes, inner: block.map((byte) => byte ^ 0x36), outer }
}

/** The HMAC-SHA-256 of a text, as UTF-8. */
export function hmac({ bytes, inner, outer }: HmacKey, text: string, encoding: 'hex' | 'base64'): string {
  if (text.length * 3 > SCRATCH) return createHmac('sha256', bytes).update(text).digest(encoding)
  scratch.set(inner)
  const { written } = encoder.encodeInto(text, textPart)
  // As text of one character per byte: a digest as a buffer costs as much again.
  const digest = hash('sha256', scratch.subarray(0, BLOCK + written), 'binary')
  for (let place = 0; place < DIGEST; place++) outer[BLOCK + place] = digest.charCodeAt(place)
  return hash('sha256', outer, encoding)
}
