import { describe, expect, test } from 'vitest'
import { requestHeaders, type EventToSend } from '../../functions/core/envelope.ts'
import { FORMAT_NAMES } from '../../functions/core/formats/index.ts'
import { checkCustomHeaders, isReservedHeader } from '../../functions/core/header_rules.ts'
import { parseSecret } from '../../functions/core/signature.ts'

const code = (headers: Record<string, string | null>) => {
  const verdict = checkCustomHeaders(headers)
  return verdict.ok ? 'ok' : verdict.code
}

test.each([
  ['Authorization', 'ok'], ['Cookie', 'ok'], ['X-Api-Key', 'ok'], ['X-Tenant_1', 'ok'], ['Accept', 'ok'], ['x-webhooks', 'ok'], ['A'.repeat(128), 'ok'],
  ...[
    'webhook-id', 'Webhook-Signature', 'webhook-anything', 'X-Webhook-Event', 'x-webhook-timestamp', 'X-WEBHOOK-SIGNATURE', 'X-Webhook-Attempt', 'X-Webhook-Id',
    'User-Agent', 'Content-Type', 'Content-Length', 'Content-Encoding', 'Host', 'Connection', 'Keep-Alive', 'Transfer-Encoding', 'TE', 'Trailer', 'Upgrade',
    'Expect', 'Accept-Encoding', 'Proxy-Authorization', 'Proxy-Connection', 'X-Forwarded-For', 'X-Libromi-Signature', 'X-NativeMsg-Signature',
  ].map((name): [string, string] => [name, 'reserved_header']),
  ...['', 'X Y', 'X:Y', 'X\r\nHost', 'Ünicode', 'X\0', '(x)', 'x\n', 'A'.repeat(129)].map((name): [string, string] => [name, 'invalid_header']),
])('a header named %j: %s', (name, expected) => expect(code({ [name]: 'value' })).toBe(expected))

test.each([
  ['', 'ok'], ['Bearer abc', 'ok'], ['with\ttab', 'ok'], ['é is Latin-1', 'ok'], ['a'.repeat(4096), 'ok'], [null, 'ok'],
  ['a'.repeat(4097), 'invalid_header'], ['a\r\nHost: evil', 'invalid_header'], ['a\nb', 'invalid_header'], ['a\rb', 'invalid_header'], ['a\0b', 'invalid_header'],
  ['a\x7fb', 'invalid_header'], ['a\x85b', 'invalid_header'], ['€', 'invalid_header'], ['🦊', 'invalid_header'], [' a', 'invalid_header'], ['a\n', 'invalid_header'],
])('a value of %j: %s', (value, expected) => expect(code({ 'X-Test': value })).toBe(expected))

describe('all headers of a webhook', () => {
  const many = (count: number, value: string | null = 'v') => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, value]))
  test('are 20 at most; those to be removed do not count', () => {
    expect([code(many(20)), code(many(21)), code({ ...many(20), gone: null })]).toEqual(['ok', 'invalid_header', 'ok'])
  })
  test('differ without regard to case', () => {
    expect(checkCustomHeaders({ 'X-A': '1', 'x-a': '2' })).toMatchObject({ ok: false, message: 'x-a is there twice.' })
  })
  test('… in either order', () => expect(code({ 'x-a': '1', 'X-A': '2' })).toBe('invalid_header'))
  test('the refusal names the header and not its value', () => {
    expect(checkCustomHeaders({ 'X-A': '1', 'Host': 'my-secret' })).toEqual({
      ok: false, code: 'reserved_header', name: 'Host', message: 'Host is set by us and can’t be changed.',
    })
    expect(JSON.stringify(checkCustomHeaders({ 'X-A': 'my-secret\n' }))).not.toContain('my-secret')
  })
})

test.each(FORMAT_NAMES)('every header that %s requests carry is reserved', (format) => {
  const event: EventToSend = { id: 'e', type: 't', occurredAt: '', organizationId: 'o', data: '{}', previous: null, context: null }
  const headers = requestHeaders({
    format, event, body: '{}', attempt: 1, sentAt: new Date(0), secrets: [parseSecret('correct-horse-battery')], customHeaders: {}, version: '0',
  })
  expect(Object.keys(headers).filter((name) => !isReservedHeader(name))).toEqual([])
})
