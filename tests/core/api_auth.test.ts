// Which tokens the API takes. Signed here with keys of our own, checked by the published library with the key set alone.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { verifyBySupabase } from '../../functions/webhooks/auth.ts'

const secret = Buffer.alloc(32, 3)
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const id = '00000000-0000-4000-a000-000000000002'
const user = { sub: id, role: 'authenticated', exp: 4_102_444_800 }
const before = { ...process.env }

beforeEach(() => {
  process.env.SUPABASE_URL = 'http://127.0.0.1:1'
  process.env.SUPABASE_JWKS = JSON.stringify({ keys: [
    { kty: 'oct', alg: 'HS256', kid: 'shared', k: secret.toString('base64url') },
    { ...publicKey.export({ format: 'jwk' }), alg: 'ES256', kid: 'pair' },
  ] })
})
afterEach(() => { process.env = { ...before } })

const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url')
function token(claims: object, { alg = 'HS256', kid = 'shared', key = secret }: { alg?: string; kid?: string; key?: Buffer } = {}): string {
  const text = `${part({ alg, typ: 'JWT', kid })}.${part(claims)}`
  const signature = alg === 'ES256' ? sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }) : createHmac('sha256', key).update(text).digest()
  return `${text}.${signature.toString('base64url')}`
}
const verify = (bearer: string) => verifyBySupabase(new Request('http://localhost', { headers: { authorization: `Bearer ${bearer}` } }))

test('a user’s token, of either kind of key', async () => {
  expect(await verify(token(user))).toEqual({ id, claims: user })
  expect(await verify(token({ ...user, app_metadata: { a: 1 } }, { alg: 'ES256', kid: 'pair' }))).toEqual({ id, claims: { ...user, app_metadata: { a: 1 } } })
})

test.each<[string, () => string]>([
  ['the token of a service', () => token({ ...user, role: 'service_role' })],
  ['the token of nobody', () => token({ ...user, role: 'anon' })],
  ['a role of the database', () => token({ ...user, role: 'postgres' })],
  ['no role', () => token({ sub: id, exp: user.exp })],
  ['no subject', () => token({ role: 'authenticated', exp: user.exp })],
  ['a subject that is no uuid', () => token({ ...user, sub: "x' or true --" })],
  ['a token that is over', () => token({ ...user, exp: 1_600_000_000 })],
  ['a token that is not yet', () => token({ ...user, nbf: 4_102_444_000 })],
  ['another key', () => token(user, { key: Buffer.alloc(32, 4) })],
  ['an unknown key', () => token(user, { kid: 'other' })],
  ['the public key as a shared one', () => token(user, { kid: 'pair', key: Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })) })],
  ['no signature', () => token(user).replace(/[^.]+$/, '')],
  ['nothing', () => ''],
])('not %s', async (_, make) => {
  expect(await verify(make())).toBeNull()
})

test('without the project’s address nobody is let in, and it is a fault, not a refusal', async () => {
  delete process.env.SUPABASE_URL
  await expect(verify(token(user))).rejects.toThrow()
})
