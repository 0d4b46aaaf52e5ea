import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apiKeyHash, looksLikeApiKey, newApiKey } from '../../functions/core/api_key.ts'
import { createKeyInput, subscribeInput } from '../../functions/core/api_key_input.ts'

const random = Uint8Array.from({ length: 32 }, (_, at) => at)
const key = newApiKey(random)

describe('a new key', () => {
  test('is a text that one double click takes, its own bytes in hex, and a checksum', () => {
    expect(key.token).toMatch(/^thk_[0-9a-f]{72}$/)
    expect(key.token.slice(4, 68)).toBe(Buffer.from(random).toString('hex'))
    expect(key.token.slice(68)).toBe(createHash('sha256').update(key.token.slice(0, 68)).digest('hex').slice(0, 8))
    expect(looksLikeApiKey(key.token)).toBe(true)
  })

  test('is stored as its SHA-256, which tells nothing of it, and shown by its beginning', () => {
    expect(key.hash).toBe(createHash('sha256').update(key.token).digest('hex'))
    expect(apiKeyHash(key.token)).toBe(key.hash)
    expect(key.prefix).toBe('thk_00010203')
  })

  test('needs all of its bytes', () => expect(() => newApiKey(random.slice(1))).toThrow())
})

test('a key that was mistyped or cut is known as such without a look-up', () => {
  const characters = [...'0123456789abcdefABCXYZ_- ']
  fc.assert(fc.property(fc.nat(key.token.length - 1), fc.constantFrom(...characters), (at, character) => {
    fc.pre(key.token[at] !== character)
    expect(apiKeyHash(key.token.slice(0, at) + character + key.token.slice(at + 1))).toBeNull()
  }))
  for (const wrong of ['', 'thk_', key.token.slice(0, -1), key.token + '0', ` ${key.token}`, `${key.token}\n`, key.token.toUpperCase(), key.token.slice(4), 'eyJhbGciOiJIUzI1NiJ9.e30.x']) {
    expect(apiKeyHash(wrong), wrong).toBeNull()
  }
})

describe('what may be sent', () => {
  const organization_id = '00000000-0000-4000-8000-00000000ac3e'
  test('read is in every key, in one order, once', () => {
    const scopes = (chosen?: string[]) => createKeyInput.parse({ organization_id, name: 'n', scopes: chosen }).scopes
    expect(scopes()).toEqual(['read'])
    expect(scopes([])).toEqual(['read'])
    expect(scopes(['secrets', 'write', 'write'])).toEqual(['read', 'write', 'secrets'])
    expect(createKeyInput.safeParse({ organization_id, name: 'n', scopes: ['admin'] }).success).toBe(false)
  })

  test('a subscription names its address in one of three ways, and may say more', () => {
    for (const name of ['target_url', 'targetUrl', 'hookUrl']) {
      expect(subscribeInput.safeParse({ event: 'deal.created', [name]: 'https://example.com', zap_id: 7 }).success).toBe(true)
    }
    expect(subscribeInput.safeParse({ event: 'deal.created' }).error?.issues[0]?.path).toEqual(['target_url'])
    expect(subscribeInput.safeParse({ event: '*', target_url: 'https://example.com' }).success).toBe(false)
  })
})
