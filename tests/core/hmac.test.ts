import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hmac, hmacKey } from '../../functions/core/hmac.ts'

test('is what Node says it is, for keys and texts of any length', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 400 }), (key, text) => {
    for (const encoding of ['hex', 'base64'] as const) {
      expect(hmac(hmacKey(key), text, encoding)).toBe(createHmac('sha256', key).update(text).digest(encoding))
    }
  }))
})

test.each([0, 1, 55, 56, 63, 64, 65, 5_460, 5_461, 5_462, 16_383, 16_384, 100_000])('a text of %i characters, of one and of three bytes', (length) => {
  const key = Buffer.alloc(32, 7)
  for (const sign of ['a', '€']) {
    expect(hmac(hmacKey(key), sign.repeat(length), 'hex')).toBe(createHmac('sha256', key).update(sign.repeat(length)).digest('hex'))
  }
})

test('a key can be used again, after any other', () => {
  const [one, other] = [hmacKey(Buffer.from('one')), hmacKey(Buffer.from('other'))]
  const first = hmac(one, 'a long text that the next one must not see', 'hex')
  hmac(other, 'b', 'hex')
  expect(hmac(one, 'a long text that the next one must not see', 'hex')).toBe(first)
})
