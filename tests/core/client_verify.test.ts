// verify() of the client library, against requests made by the code that sends them and by the library of the specification.
import type { IncomingHttpHeaders } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { verify, verifySignature, WebhookVerificationError, type HeadersLike, type RawBody } from '../../client/src/index.ts'
import { requestHeaders, renderBody, type Format } from '../../functions/core/envelope.ts'
import { EVENT_TYPES } from '../../functions/core/event_types.ts'
import { newSecretText, parseSecret } from '../../functions/core/signature.ts'

const now = new Date('2026-11-21T09:30:00Z')
const ours = newSecretText(new Uint8Array(32).fill(7))
const own = 'correct-horse-battery-staple'
const other = newSecretText(new Uint8Array(32).fill(8))
const event = {
  id: '01a1fd8a-38ad-793f-8762-5fe282342221', type: 'deal.stage.changed', occurredAt: '2026-11-21T09:29:59.557Z', organizationId: 'o',
  data: '{"id":"1","title":"Zoë’s \\u2028 bread","value":4800.50}', previous: '{"stage":"new"}', context: null,
}

/** A request as a dispatcher sends it. */
function sent({ secrets = [ours], format = 'standard' as Format, sentAt = now } = {}) {
  const body = renderBody(format, event)
  return { body, headers: requestHeaders({ format, event, body, attempt: 1, sentAt, secrets: secrets.map(parseSecret), customHeaders: {}, version: '0.1.0' }) }
}
const codeOf = (work: () => unknown) => {
  try {
    work()
    return 'accepted'
  } catch (error) {
    expect(error).toBeInstanceOf(WebhookVerificationError)
    return (error as WebhookVerificationError).code
  }
}

test('gives the event as it was sent', () => {
  const { body, headers } = sent()
  expect(verify(body, headers, ours, { now })).toEqual({
    id: event.id, event: 'deal.stage.changed', timestamp: event.occurredAt, data: { id: '1', title: 'Zoë’s \u2028 bread', value: 4800.5 }, previous: { stage: 'new' },
  })
})

test.each<Format>(['standard', 'standard-webhooks', 'cloudevents'])('gives the same event in the format %s', (format) => {
  const { body, headers } = sent({ format })
  expect(verify(body, headers, ours, { now })).toEqual(verify(sent().body, sent().headers, ours, { now }))
})

test('an event that is no change has no previous', () => {
  const body = JSON.stringify({ id: '1', event: 'contact.created', timestamp: now.toISOString(), data: {} })
  expect(verify(body, signedBy(body), ours, { now })).not.toHaveProperty('previous')
})

test.each(EVENT_TYPES.map(({ name, sample: { data, previous } }) => [name, { data, ...(previous && { previous }) }] as const))('takes the sample of %s', (name, sample) => {
  const body = JSON.stringify({ id: '1', event: name, timestamp: now.toISOString(), ...sample })
  expect(verify(body, signedBy(body), ours, { now })).toEqual({ id: '1', event: name, timestamp: now.toISOString(), ...sample })
})

/** Signed by the library of the specification, not by us. */
function signedBy(body: string, secret = ours, sentAt = now): Record<string, string> {
  const webhook = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' })
  return { 'webhook-id': '1', 'webhook-timestamp': String(sentAt.getTime() / 1_000), 'webhook-signature': webhook.sign('1', sentAt, body) }
}

test('a vector of the specification', () => {
  // From the test suite of the Standard Webhooks libraries.
  const headers = { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' }
  const { id, text } = verifySignature('{"test": 2432232314}', headers, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', { now: new Date(1614265330_000) })
  expect([id, text]).toEqual(['msg_p5jXN8AQM9LWM0D4loKWxJek', '{"test": 2432232314}'])
})

describe('headers', () => {
  const { body, headers } = sent()
  const asNode: IncomingHttpHeaders = { ...headers, 'set-cookie': ['a', 'b'] }
  const forms: [string, HeadersLike][] = [
    ['Headers', new Headers(headers)],
    ['a plain object', headers],
    ['Node’s request.headers', asNode],
    ['other case', Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))],
    ['lists', Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))],
    ['spaces around', Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, ` ${value} `]))],
  ]
  test.each(forms)('%s', (_, form) => expect(verify(body, form, ours, { now }).id).toBe(event.id))

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s', (name) => {
    for (const value of [undefined, '', ' ']) expect(codeOf(() => verify(body, { ...headers, [name]: value }, ours, { now }))).toBe('missing_header')
    expect(() => verify(body, { ...headers, [name]: undefined }, ours, { now })).toThrow(name)
  })

  test.each(['soon', '2026-11-21T09:30:00Z', '-1', '1e9', '1795253400.5'])('the timestamp %s is none', (timestamp) => {
    expect(codeOf(() => verify(body, { ...headers, 'webhook-timestamp': timestamp }, ours, { now }))).toBe('bad_timestamp')
  })
})

describe('the body', () => {
  const { body, headers } = sent()
  const bytes = new TextEncoder().encode(body)
  test.each<[string, RawBody]>([
    ['text', body], ['Uint8Array', bytes], ['Buffer', Buffer.from(body)], ['ArrayBuffer', bytes.slice().buffer], ['a part of a buffer', Buffer.from(`xx${body}`).subarray(2)],
  ])('%s', (_, form) => expect(verify(form, headers, ours, { now }).id).toBe(event.id))

  test.each<[string, unknown]>([['a parsed object', JSON.parse(body)], ['nothing', undefined], ['null', null], ['a list of bytes', [...bytes]]])('%s is refused with what to do', (_, parsed) => {
    expect(codeOf(() => verify(parsed as string, headers, ours, { now }))).toBe('body_parsed')
    expect(() => verify(parsed as string, headers, ours, { now })).toThrow(/express\.raw.*|request\.text\(\)/)
  })

  test.each<[string, RawBody]>([
    ['rendered again', JSON.stringify(JSON.parse(body))], ['with a line break more', `${body}\n`], ['with a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, ...bytes])], ['empty', ''],
  ])('%s does not match', (_, changed) => expect(codeOf(() => verify(changed, headers, ours, { now }))).toBe('wrong_signature'))

  test('bytes that are no text', () => expect(codeOf(() => verify(new Uint8Array([0x7b, 0xff, 0x7d]), headers, ours, { now }))).toBe('body_not_text'))

  test.each(['[]', '"x"', 'null', '{}', '{"event":"a.b"}', '{"event":"a.b","timestamp":"x","data":null}', 'not json', ''])('signed, but no event: %s', (text) => {
    expect(codeOf(() => verify(text, signedBy(text), ours, { now }))).toBe('not_an_event')
    expect(verifySignature(text, signedBy(text), ours, { now }).text).toBe(text)
  })
})

describe('secrets', () => {
  test.each([ours, own])('%s signs and verifies', (secret) => {
    const { body, headers } = sent({ secrets: [secret] })
    expect(verify(body, headers, secret, { now }).id).toBe(event.id)
    expect(verify(body, headers, ` ${secret}\n`, { now }).id).toBe(event.id)
    expect(codeOf(() => verify(body, headers, other, { now }))).toBe('wrong_signature')
  })

  test('any of several will do, on either side', () => {
    const { body, headers } = sent({ secrets: [ours, own] })
    for (const secrets of [[other, ours], [own], [own, ours], ours]) expect(verify(body, headers, secrets, { now }).id).toBe(event.id)
    expect(codeOf(() => verify(body, headers, [other, 'another-text-of-mine'], { now }))).toBe('wrong_signature')
  })

  test.each<[string, unknown]>([['an empty text', ''], ['spaces', '  '], ['undefined', undefined], ['an empty list', []], ['null in a list', [null]]])('%s is no secret', (_, secret) => {
    const { body, headers } = sent()
    expect(codeOf(() => verify(body, headers, secret as string, { now }))).toBe('no_secret')
  })

  test('what is not base64 after whsec_ is told, not compared', () => {
    const { body, headers } = sent()
    expect(codeOf(() => verify(body, headers, 'whsec_…', { now }))).toBe('bad_secret')
  })
})

describe('signatures', () => {
  const { body, headers } = sent()
  const right = headers['webhook-signature']!
  test.each<[string, string, string]>([
    ['other versions beside it', `v1a,x v2,abc ${right}`, 'accepted'],
    ['several headers joined by Node', `v1,AAAA, ${right}`, 'accepted'],
    ['several, ours first', `${right}, v1,AAAA`, 'accepted'],
    ['one bit', right.replace(/.(?==$)/, (char) => char === 'A' ? 'B' : 'A'), 'wrong_signature'],
    ['cut short', right.slice(0, -4), 'wrong_signature'],
    ['no version', right.slice(3), 'no_v1_signature'],
    ['another version', right.replace('v1,', 'v2,'), 'no_v1_signature'],
    ['more than anybody needs before it', `${'v1,AAAA '.repeat(10)}${right}`, 'wrong_signature'],
  ])('%s', (_, signature, outcome) => expect(codeOf(() => verify(body, { ...headers, 'webhook-signature': signature }, ours, { now }))).toBe(outcome))

  test('of another id or time', () => {
    expect(codeOf(() => verify(body, { ...headers, 'webhook-id': 'other' }, ours, { now }))).toBe('wrong_signature')
    expect(codeOf(() => verify(body, { ...headers, 'webhook-timestamp': String(now.getTime() / 1_000 - 1) }, ours, { now }))).toBe('wrong_signature')
  })

  test('one whose base64 looks like a version is still one signature', () => {
    for (let n = 0; n < 20_000; n++) {
      const text = `{"n":${n}}`
      const signed = signedBy(text)
      if (!/^v1,v\d/.test(signed['webhook-signature']!)) continue
      return expect(verifySignature(text, signed, ours, { now }).text).toBe(text)
    }
    throw new Error('none was found')
  })
})

describe('time', () => {
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1_000)
  test.each([[300, 'accepted'], [301, 'too_old'], [-300, 'accepted'], [-301, 'too_new'], [86_400, 'too_old']])('%d s later: %s', (seconds, outcome) => {
    const { body, headers } = sent()
    expect(codeOf(() => verify(body, headers, ours, { now: at(seconds) }))).toBe(outcome)
  })

  test('the tolerance is the receiver’s to choose', () => {
    const { body, headers } = sent()
    expect(codeOf(() => verify(body, headers, ours, { now: at(11), toleranceSeconds: 10 }))).toBe('too_old')
    expect(codeOf(() => verify(body, headers, ours, { now: at(1e8), toleranceSeconds: Infinity }))).toBe('accepted')
  })

  test('by the clock unless told otherwise', () => {
    const { body, headers } = sent({ sentAt: new Date() })
    expect(verify(body, headers, ours).id).toBe(event.id)
    expect(codeOf(() => verify(sent({ sentAt: new Date(Date.now() - 400_000) }).body, sent({ sentAt: new Date(Date.now() - 400_000) }).headers, ours))).toBe('too_old')
  })

  test('a forged request learns nothing about the clock', () => {
    const { body, headers } = sent()
    expect(codeOf(() => verify(body, headers, other, { now: at(1e6) }))).toBe('wrong_signature')
  })
})
