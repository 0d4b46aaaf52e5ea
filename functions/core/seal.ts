// Secrets at rest: AES-256-GCM under a key that is not in the database. The context (the webhook's id) is authenticated too,
// so that a sealed value copied into another webhook's row does not open there.
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { fromBase64, fromBase64Url, toBase64Url } from './base64.ts'

const cipher = 'aes-256-gcm'
const tagLength = 16

/** Keys by version, newest first. New values are sealed with the first. */
export type Keyring = readonly [SealingKey, ...SealingKey[]]
export type SealingKey = { version: string; bytes: Uint8Array }

/** Why a value did not open. `key_missing`: sealed with a key we were not given. `seal_broken`: altered, or sealed for something else. */
export class SealError extends Error {
  readonly code: 'key_missing' | 'seal_broken'

  constructor(code: SealError['code'], message: string) {
    super(message)
    this.name = 'SealError'
    this.code = code
  }
}

/** Reads `TABLEHOOK_SECRET_KEY`: `v2:<base64 of 32 bytes>,v1:<…>`, newest first. Errors say what is wrong and never show a key. */
export function parseKeyring(env: string): Keyring {
  const keys = env.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '').map(parseKey)
  const [newest, ...older] = keys
  if (newest === undefined) throw new TypeError('TABLEHOOK_SECRET_KEY is empty. Set it to v1:<base64 of 32 random bytes>.')
  const twice = keys.find(({ version }, index) => keys.findIndex((key) => key.version === version) !== index)
  if (twice !== undefined) throw new TypeError(`TABLEHOOK_SECRET_KEY has two keys named ${twice.version}. Give each its own version.`)
  return [newest, ...older]
}

function parseKey(entry: string, index: number): SealingKey {
  const [, version, encoded] = /^(v[0-9]+):(.*)$/s.exec(entry) ?? []
  const which = `TABLEHOOK_SECRET_KEY: key ${index + 1}`
  if (version === undefined || encoded === undefined) throw new TypeError(`${which} has no version. Write v1:<base64 of 32 random bytes>.`)
  const bytes = fromBase64(encoded)
  if (bytes === null) throw new TypeError(`${which} (${version}) is not base64.`)
  if (bytes.length !== 32) throw new TypeError(`${which} (${version}) has ${bytes.length} bytes. It needs 32.`)
  return { version, bytes }
}

/** Seals a text with the newest key: `v1.<base64url nonce>.<base64url ciphertext and tag>`. `nonce`: 12 random bytes, never used twice. */
export function seal(keyring: Keyring, plaintext: string, context: string, nonce: Uint8Array): string {
  if (nonce.length !== 12) throw new RangeError('A nonce has 12 bytes.')
  const [{ version, bytes }] = keyring
  const sealing = createCipheriv(cipher, bytes, nonce, { authTagLength: tagLength })
  sealing.setAAD(new TextEncoder().encode(context))
  const text = concat(sealing.update(plaintext, 'utf8'), sealing.final(), sealing.getAuthTag())
  return `${version}.${toBase64Url(nonce)}.${toBase64Url(text)}`
}

/** Opens a sealed text, or throws a SealError. */
export function open(keyring: Keyring, sealed: string, context: string): string {
  const [version, nonceText = '', boxText = '', ...rest] = sealed.split('.')
  const key = keyring.find((candidate) => candidate.version === version)
  if (key === undefined) throw new SealError('key_missing', `Sealed with key ${versionOf(sealed)}, which TABLEHOOK_SECRET_KEY does not have.`)
  const nonce = fromBase64Url(nonceText)
  const box = fromBase64Url(boxText)
  if (nonce?.length !== 12 || box === null || box.length < tagLength || rest.length > 0) throw broken()
  const opening = createDecipheriv(cipher, key.bytes, nonce, { authTagLength: tagLength })
  opening.setAAD(new TextEncoder().encode(context))
  opening.setAuthTag(box.subarray(-tagLength))
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(concat(opening.update(box.subarray(0, -tagLength)), opening.final()))
  } catch {
    throw broken()
  }
}

/** Whether a value was sealed with another key than the newest: open it and seal it again. */
export function needsResealing(keyring: Keyring, sealed: string): boolean {
  return !sealed.startsWith(`${keyring[0].version}.`)
}

function broken(): SealError {
  return new SealError('seal_broken', 'A sealed value does not open: it was altered, or sealed for something else.')
}

/** Only ever a version, so that a value that is not sealed at all cannot leak into a log by way of the error. */
function versionOf(sealed: string): string {
  return /^v[0-9]+(?=\.)/.exec(sealed)?.[0] ?? '(none)'
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
