import { createHmac, randomBytes } from 'node:crypto'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, test } from 'vitest'
import { newSecretText, parseSecret, signatureHeaders } from '../../functions/core/signature.ts'
import { keyBytesOf, secretProblem } from '../../functions/core/secret_rules.ts'

const newSecret = () => newSecretText(randomBytes(32))
const body = '{"id":"evt_1","data":{"name":"Zoë 🦊","value":1.0}}'

/** What a receiver gets now: the libraries compare the time with their own clock. */
function sent(...secrets: string[]): Record<string, string> {
  const sentAt = new Date()
  const headers = signatureHeaders({ id: 'evt_1', body, secrets: secrets.map(parseSecret), sentAt })
  return { 'webhook-id': 'evt_1', 'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)), ...headers }
}

test('signs the vector published by Standard Webhooks', () => {
  expect(signatureHeaders({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', sentAt: new Date(1614265330_000),
    secrets: [parseSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
  })['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('without a secret nothing is signed', () => {
  expect(signatureHeaders({ id: 'evt_1', body, secrets: [], sentAt: new Date(0) })).toEqual({})
})

describe.each([['standardwebhooks', StandardWebhook], ['svix', SvixWebhook]])('the %s library', (_, Webhook) => {
  test('verifies what we sign', () => {
    const secret = newSecret()
    expect(new Webhook(secret).verify(body, sent(secret))).toEqual(JSON.parse(body))
    expect(() => new Webhook(secret).verify(body + ' ', sent(secret))).toThrow()
    expect(() => new Webhook(newSecret()).verify(body, sent(secret))).toThrow()
  })

  test('verifies with either secret while one is being rolled, and with the new one alone afterwards', () => {
    const [newer, older] = [newSecret(), newSecret()]
    for (const secret of [newer, older]) expect(() => new Webhook(secret).verify(body, sent(newer, older))).not.toThrow()
    expect(() => new Webhook(newer).verify(body, sent(newer))).not.toThrow()
    expect(() => new Webhook(older).verify(body, sent(newer))).toThrow()
  })

  test.each([
    ['a secret of the user’s own', 'correct-horse-battery'],
    ['every sign that such a secret may have', Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index)).join('')],
  ])('verifies %s in its raw format', (_, secret) => {
    expect(secretProblem(secret)).toBeNull()
    expect(() => new Webhook(secret, { format: 'raw' }).verify(body, sent(secret))).not.toThrow()
  })
})

test('X-Webhook-Signature is the hash of the body, keyed with the newest secret as the user sees it', () => {
  const [newer, older] = [newSecret(), newSecret()]
  expect(sent(newer, older)['x-webhook-signature']).toBe(`sha256=${createHmac('sha256', newer).update(body).digest('hex')}`)
})

describe('reading a secret', () => {
  const base64 = (bytes: number) => Buffer.alloc(bytes, 0xfb).toString('base64')
  test.each([
    ['24 bytes', `whsec_${base64(24)}`, 24],
    ['64 bytes', `whsec_${base64(64)}`, 64],
    ['23 bytes are too few for a key', `whsec_${base64(23)}`, null],
    ['65 bytes are too many for a key', `whsec_${base64(65)}`, null],
    ['no padding', `whsec_${base64(32).replace('=', '')}`, null],
    ['base64url', `whsec_${base64(32).replaceAll('+', '-').replaceAll('/', '_')}`, null],
    ['bits left over', `whsec_${'A'.repeat(42)}B=`, null],
    ['a line break', `whsec_${base64(24)}\n`, null],
    ['no prefix', base64(32), null],
    ['another prefix', `WHSEC_${base64(32)}`, null],
  ])('%s', (_, text, keyBytes) => {
    expect(keyBytesOf(text)?.length ?? null).toBe(keyBytes)
    const expected = keyBytes === null ? Buffer.from(text, 'utf8') : Buffer.alloc(keyBytes, 0xfb)
    expect(Buffer.from(parseSecret(text).standard.bytes)).toEqual(expected)
    expect(parseSecret(text).text).toBe(text)
  })

  test('a secret made by us is whsec_ and 32 bytes', () => {
    const random = randomBytes(32)
    expect(Buffer.from(keyBytesOf(newSecretText(random)) ?? [])).toEqual(random)
    expect(() => newSecretText(randomBytes(31))).toThrow('32 random bytes')
  })
})

describe('a secret of the user’s own', () => {
  test.each([
    ['a'.repeat(15), 'Use at least 16 characters.'],
    ['a'.repeat(16), null],
    ['a'.repeat(128), null],
    ['a'.repeat(129), 'Use 128 characters or fewer.'],
    ['with a space in it', 'Use letters, digits and symbols, without spaces or accents.'],
    ['Schlüsselschlüssel', 'Use letters, digits and symbols, without spaces or accents.'],
    ['line-break-at-end\n', 'Use letters, digits and symbols, without spaces or accents.'],
    ['nul\0nul\0nul\0nul\0nul', 'Use letters, digits and symbols, without spaces or accents.'],
    [`whsec_${Buffer.alloc(24).toString('base64')}`, null],
    ['whsec_too-short-to-be', 'After whsec_ there must be base64 of 24 to 64 bytes. Leave the prefix out to use the text as it is.'],
  ])('%j', (secret, problem) => {
    expect(secretProblem(secret)).toBe(problem)
  })
})
