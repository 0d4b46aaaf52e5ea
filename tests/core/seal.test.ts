import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { needsResealing, open, parseKeyring, seal, SealError } from '../../functions/core/seal.ts'

const key = (fill: number) => Buffer.alloc(32, fill).toString('base64')
const one = parseKeyring(`v1:${key(1)}`)
const rotated = parseKeyring(`v2:${key(2)},v1:${key(1)}`)
const nonce = Buffer.alloc(12, 7)
const refusal = (action: () => unknown) => {
  try {
    action()
  } catch (error) {
    return error instanceof SealError ? error.code : error
  }
  return 'opened'
}

test('what is sealed opens again, whatever the text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string(), fc.uint8Array({ minLength: 12, maxLength: 12 }), (text, context, bytes) => {
    expect(open(one, seal(one, text, context, bytes), context)).toBe(text)
  }))
})

test('a byte order mark is text like any other', () => {
  expect(open(one, seal(one, '\ufeffx', 'c', nonce), 'c')).toBe('\ufeffx')
})

test('the sealed form is version, nonce and ciphertext with tag', () => {
  const sealed = seal(one, 'whsec_x', 'webhook-1', nonce)
  expect(sealed).toMatch(/^v1\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+$/)
  expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url')).toHaveLength('whsec_x'.length + 16)
  expect(sealed).not.toContain('whsec')
})

test('a value opens only for what it was sealed for', () => {
  expect(refusal(() => open(one, seal(one, 'x', 'webhook-1', nonce), 'webhook-2'))).toBe('seal_broken')
})

test('another key of the same version does not open it', () => {
  expect(refusal(() => open(parseKeyring(`v1:${key(9)}`), seal(one, 'x', 'c', nonce), 'c'))).toBe('seal_broken')
})

test('every changed character breaks the seal', () => {
  const sealed = seal(one, 'a secret', 'c', nonce)
  for (let at = 3; at < sealed.length; at++) {
    const other = sealed[at] === 'A' ? 'B' : 'A'
    expect(refusal(() => open(one, sealed.slice(0, at) + other + sealed.slice(at + 1), 'c')), `character ${at}`).toBe('seal_broken')
  }
})

test.each([
  ['v1', 'seal_broken'], ['v1..', 'seal_broken'], ['v1.AAAAAAAAAAAAAAAA.AAAA', 'seal_broken'], ['', 'key_missing'], ['plain text', 'key_missing'],
  ['v1.AAAA.AAAAAAAAAAAAAAAAAAAAAAAA', 'seal_broken'], ['v1..AAAAAAAAAAAAAAAAAAAAAAAA', 'seal_broken'], [`${seal(one, 'x', 'c', nonce)}.x`, 'seal_broken'], [`${seal(one, 'x', 'c', nonce)}=`, 'seal_broken'],
])('%j does not open', (sealed, code) => {
  expect(refusal(() => open(one, sealed, 'c'))).toBe(code)
})

test('a value that was never sealed is not shown by the error', () => {
  expect(() => open(one, 'whsec_in-clear', 'c')).toThrow(/^Sealed with key \(none\)/)
})

describe('rotating the key', () => {
  const before = seal(one, 'x', 'c', nonce)
  const after = seal(rotated, 'x', 'c', nonce)
  test('the newest key seals, both open', () => {
    expect(after.startsWith('v2.')).toBe(true)
    expect([open(rotated, before, 'c'), open(rotated, after, 'c')]).toEqual(['x', 'x'])
    expect([needsResealing(rotated, before), needsResealing(rotated, after), needsResealing(one, before)]).toEqual([true, false, false])
  })
  test('without the old key its values say so', () => {
    expect(refusal(() => open(parseKeyring(`v2:${key(2)}`), before, 'c'))).toBe('key_missing')
  })
  test('v1 is not taken for v10', () => {
    expect(needsResealing(one, seal(parseKeyring(`v10:${key(1)}`), 'x', 'c', nonce))).toBe(true)
  })
})

describe('reading the keys', () => {
  const secret = randomBytes(31).toString('base64')
  test.each([
    ['', 'is empty'],
    [' , ', 'is empty'],
    [key(1), 'key 1 has no version'],
    [`v1:${secret}`, 'key 1 (v1) has 31 bytes. It needs 32.'],
    [`v2:${key(2)},v1:${secret}!`, 'key 2 (v1) is not base64'],
    [`v1:${key(1)},v1:${key(2)}`, 'two keys named v1'],
    [`x1:${key(1)}`, 'has no version'],
  ])('%#: says what is wrong, never the key', (env, message) => {
    expect(() => parseKeyring(env)).toThrow(message)
    expect(() => parseKeyring(env)).not.toThrow(secret)
  })
  test('spaces around keys do not matter', () => {
    expect(parseKeyring(` v2:${key(2)} , v1:${key(1)} `).map(({ version }) => version)).toEqual(['v2', 'v1'])
  })
})

test('a nonce has 12 bytes', () => {
  expect(() => seal(one, 'x', 'c', Buffer.alloc(11))).toThrow('12 bytes')
})
