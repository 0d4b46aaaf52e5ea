// `tablehook verify`: each way in which a signature often fails is told by its name.
import { describe, expect, test } from 'vitest'
import { explainSignature } from '../../cli/src/explain_signature.ts'
import { requestHeaders, renderBody } from '../../functions/core/envelope.ts'
import { newSecretText, parseSecret } from '../../functions/core/signature.ts'

const now = new Date('2026-11-21T09:30:00Z')
const secret = newSecretText(new Uint8Array(32).fill(0xfb)) // with + and / in its base64
const event = {
  id: '01a1fd8a-38ad-793f-8762-5fe282342221', type: 'deal.stage.changed', occurredAt: '2026-11-21T09:29:59.557Z', organizationId: 'o',
  data: '{"title":"Zoë","value":4800.5}', previous: '{"stage":"new"}', context: null,
}
const body = renderBody('standard', event)
const sentWith = (text: string) => requestHeaders({ format: 'standard', event, body, attempt: 1, sentAt: now, secrets: [parseSecret(text)], customHeaders: {}, version: '0.1.0' })
const headers = sentWith(secret)
const bytes = (text: string) => new TextEncoder().encode(text)
const explain = (change: { body?: string; headers?: Record<string, string | undefined>; secret?: string; now?: Date; tolerance?: number } = {}) => explainSignature(
  bytes(change.body ?? body), { ...headers, ...change.headers } as Record<string, string>, change.secret ?? secret, change.now ?? now, change.tolerance ?? 300)
const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000)
const withoutSimple = { 'x-webhook-signature': undefined }

test('a good one holds', () => expect(explain()).toMatchObject({ holds: true, code: 'ok' }))
test('also after a while, if asked to', () => expect(explain({ now: later(86_400), tolerance: Infinity })).toMatchObject({ holds: true }))

describe.each([['with x-webhook-signature', {}], ['without it', withoutSimple]])('%s', (_, more) => {
  test.each<[string, Parameters<typeof explain>[0], string]>([
    ['too old', { now: later(301) }, 'too_old'],
    ['from the future', { now: later(-301) }, 'too_new'],
    ['a line break more', { body: `${body}\n` }, 'line_break_added'],
    ['a byte order mark', { body: `\ufeff${body}` }, 'byte_order_mark'],
    ['spaces around', { body: `  ${body} \n` }, 'spaces_added'],
    ['printed prettily', { body: JSON.stringify(JSON.parse(body), null, 2) }, 'rendered_again'],
    ['with its keys in another order', { body: JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body) as object).reverse())) }, 'rendered_again'],
    ['a secret without its prefix', { secret: secret.replace('whsec_', '') }, 'secret_without_prefix'],
    ['a secret in quotes', { secret: `"${secret}"` }, 'quoted_secret'],
    ['a secret in the other base64', { secret: secret.replaceAll('+', '-').replaceAll('/', '_') }, 'bad_secret'],
    ['both', { body: `${body}\n`, secret: `"${secret}"` }, 'quoted_secret+line_break_added'],
    ['without v1,', { headers: { 'webhook-signature': headers['webhook-signature']!.replace('v1,', '') } }, 'no_v1_signature'],
    ['without an id', { headers: { 'webhook-id': undefined } }, 'missing_header'],
    ['another secret', { secret: newSecretText(new Uint8Array(32).fill(1)) }, 'wrong_secret_or_body'],
  ])('%s', (_what, change, code) => {
    const verdict = explain({ ...change, headers: { ...more, ...change?.headers } })
    expect(verdict).toMatchObject({ holds: false, code })
    expect(verdict.reason).toMatch(/^[A-ZTI“w].{30,}[.]$/)
  })
})

test('it tells a changed id or time from a wrong secret, where the simple signature is there', () => {
  expect(explain({ headers: { 'webhook-id': 'other' } })).toMatchObject({ code: 'id_or_time_changed' })
  expect(explain({ headers: { 'webhook-id': 'other', ...withoutSimple } })).toMatchObject({ code: 'wrong_secret_or_body' })
})

test('it says how a header that is missing is passed on', () => expect(explain({ headers: { 'webhook-id': undefined } }).reason).toContain('--header'))

test('it tells what v1, would make of the rest', () => {
  const bare = headers['webhook-signature']!.replace('v1,', '')
  expect(explain({ headers: { 'webhook-signature': bare } }).reason).toContain('With it the signature holds')
  expect(explain({ headers: { 'webhook-signature': bare }, secret: 'another-secret-of-mine' }).reason).toContain('does not hold either')
  expect(explain({ headers: { 'webhook-signature': headers['x-webhook-signature'] } }).reason).toContain('x-webhook-signature')
})

test('a sender that took the secret as text is found out', () => {
  const bare = secret.replace('whsec_', '')
  expect(explain({ headers: { ...sentWith(bare), ...withoutSimple } })).toMatchObject({ code: 'secret_as_text' })
})
