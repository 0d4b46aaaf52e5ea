import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderBody, requestHeaders, type EventToSend, type Format } from '../../functions/core/envelope.ts'
import { parseSecret } from '../../functions/core/signature.ts'

const event: EventToSend = {
  id: '01939f7e-7a00-7000-8000-000000000001', type: 'deal.stage.changed', occurredAt: '2026-11-20T12:00:00.000Z',
  organizationId: '5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10', data: '{"id":"d1","stage":"won"}', previous: '{"stage":"new"}', context: null,
}
const created: EventToSend = { ...event, type: 'deal.created', previous: null }

describe('bodies, byte for byte', () => {
  test.each<[Format, EventToSend, string]>([
    ['standard', event,
      '{"id":"01939f7e-7a00-7000-8000-000000000001","event":"deal.stage.changed","timestamp":"2026-11-20T12:00:00.000Z",' +
      '"data":{"id":"d1","stage":"won"},"previous":{"stage":"new"}}'],
    ['standard', created,
      '{"id":"01939f7e-7a00-7000-8000-000000000001","event":"deal.created","timestamp":"2026-11-20T12:00:00.000Z","data":{"id":"d1","stage":"won"}}'],
    ['standard-webhooks', event,
      '{"type":"deal.stage.changed","timestamp":"2026-11-20T12:00:00.000Z","data":{"id":"d1","stage":"won"},"previous":{"stage":"new"}}'],
    ['standard-webhooks', created,
      '{"type":"deal.created","timestamp":"2026-11-20T12:00:00.000Z","data":{"id":"d1","stage":"won"}}'],
    ['cloudevents', event,
      '{"specversion":"1.0","id":"01939f7e-7a00-7000-8000-000000000001","source":"/organizations/5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10",' +
      '"type":"deal.stage.changed","time":"2026-11-20T12:00:00.000Z","datacontenttype":"application/json",' +
      '"data":{"id":"d1","stage":"won"},"previous":"{\\"stage\\":\\"new\\"}"}'],
    ['cloudevents', created,
      '{"specversion":"1.0","id":"01939f7e-7a00-7000-8000-000000000001","source":"/organizations/5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10",' +
      '"type":"deal.created","time":"2026-11-20T12:00:00.000Z","datacontenttype":"application/json","data":{"id":"d1","stage":"won"}}'],
  ])('%s', (format, given, body) => {
    expect(renderBody(format, given)).toBe(body)
    expect(() => JSON.parse(body)).not.toThrow()
  })
})

// The formats of other products arrange data anew: tests/core/formats_*.test.ts.
describe.each(['standard', 'standard-webhooks', 'cloudevents'] as const)('%s keeps data as it is', (format) => {
  test.each([
    ['numbers', '{"value":1.0,"big":12345678901234567890,"tiny":1e-400}'],
    ['duplicate keys', '{"a":1,"a":2}'],
    ['spaces', '{ "a" :\n 1 }'],
    ['unicode', '{"name":"Zoë 🦊 \u2028"}'],
    ['escapes of lone surrogates', '{"name":"\\ud83e"}'],
    ['$ and \\ that a replacement would eat', '{"a":"$&$1\\\\"}'],
    ['a column named previous', '{"previous":null}'],
  ])('%s', (_, data) => {
    const body = renderBody(format, { ...event, data, previous: data })
    expect(body).toContain(`"data":${data}`)
    expect(body).toContain(`"previous":${format === 'cloudevents' ? JSON.stringify(data) : data}`)
    expect(JSON.parse(body)).toHaveProperty('data', JSON.parse(data))
  })

  test('and previous, for any JSON', () => {
    fc.assert(fc.property(fc.json(), fc.option(fc.json()), fc.string(), (data, previous, type) => {
      const body = JSON.parse(renderBody(format, { ...event, data, previous, type }))
      expect(body.data).toEqual(JSON.parse(data))
      expect(body.event ?? body.type).toBe(type)
      if (previous === null) expect(body).not.toHaveProperty('previous')
      else expect(format === 'cloudevents' ? JSON.parse(body.previous) : body.previous).toEqual(JSON.parse(previous))
    }))
  })
})

test('CloudEvents attribute names are lower-case letters and digits, and their values are strings', () => {
  const { data: _, ...attributes } = JSON.parse(renderBody('cloudevents', event)) as Record<string, unknown>
  for (const [name, value] of Object.entries(attributes)) {
    expect(name).toMatch(/^[a-z0-9]{1,20}$/)
    expect(value).toBeTypeOf('string')
  }
})

describe('headers', () => {
  const request = {
    format: 'standard' as const, event, body: renderBody('standard', event), attempt: 3, sentAt: new Date('2026-11-20T12:05:00.999Z'),
    secrets: [parseSecret('correct-horse-battery')], customHeaders: {}, version: '0.1.0',
  }

  test('are ours, in a fixed order, all in lower case', () => {
    const headers = requestHeaders({ ...request, customHeaders: { 'X-Tenant': 'acme', 'Authorization': 'Bearer t' } })
    expect(Object.entries(headers)).toEqual([
      ['content-type', 'application/json'],
      ['user-agent', 'Tablehook/0.1.0'],
      ['webhook-id', event.id],
      ['webhook-timestamp', '1795176300'],
      ['x-webhook-event', 'deal.stage.changed'],
      ['x-webhook-timestamp', '2026-11-20T12:05:00.999Z'],
      ['x-webhook-attempt', '3'],
      ['webhook-signature', expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/)],
      ['x-webhook-signature', expect.stringMatching(/^sha256=[0-9a-f]{64}$/)],
      ['x-tenant', 'acme'],
      ['authorization', 'Bearer t'],
    ])
  })

  test('of our own are never replaced by custom ones, in any case', () => {
    const ours = requestHeaders(request)
    const customHeaders = Object.fromEntries(Object.keys(ours).map((name) => [name.toUpperCase(), 'forged']))
    expect(requestHeaders({ ...request, customHeaders })).toEqual(ours)
  })

  test('have no signature without a secret', () => {
    expect(Object.keys(requestHeaders({ ...request, secrets: [] })).filter((name) => name.includes('signature'))).toEqual([])
  })

  test('say what a CloudEvent is', () => {
    expect(requestHeaders({ ...request, format: 'cloudevents' })['content-type']).toBe('application/cloudevents+json')
  })
})
