import { describe, expect, test } from 'vitest'
import { attemptQuery, deliveryQuery, readCursor, writeCursor } from '../../functions/core/delivery_query.ts'

const id = '01a1fd8a-38ad-793f-8762-5fe282342221'

test.each(['2026-11-21T09:29:59.557123+00:00', '2026-11-21T09:29:59+00:00', '2026-11-21T09:29:59.5Z'])('a cursor comes back as it went: %s', (createdAt) => {
  expect(readCursor(writeCursor({ createdAt, id }))).toEqual({ createdAt, id })
})

test.each(['', 'x', 'AAAA', writeCursor({ createdAt: 'now()', id }), writeCursor({ createdAt: '2026-13-45T99:99:99Z', id }), writeCursor({ createdAt: '2026-02-30T00:00:00Z', id }), writeCursor({ createdAt: '0000-01-01T00:00:00Z', id }),
  writeCursor({ createdAt: '2026-11-21T09:29:59+16:00', id }), writeCursor({ createdAt: '2026-11-21T09:29:59Z', id: "x' or 1=1" }), 'A'.repeat(1_000)])(
  'what is no cursor is refused: %s', (text) => expect(readCursor(text)).toBeNull())

describe('the query of deliveries', () => {
  test('has defaults', () => expect(deliveryQuery.parse({})).toEqual({ limit: 50, tests: false }))
  test('takes lists with commas', () => {
    expect(deliveryQuery.parse({ state: 'failed, retrying', event_type: 'deal.*,contact.created', limit: '200', tests: 'true' }))
      .toEqual({ state: ['failed', 'retrying'], event_type: ['deal.*', 'contact.created'], limit: 200, tests: true })
  })
  test.each<[string, Record<string, string>]>([
    ['state', { state: 'pending' }], ['state', { state: ',' }], ['event_type', { event_type: 'Deal Created' }], ['event_type', { event_type: '*' }], ['limit', { limit: '0' }], ['limit', { limit: '201' }],
    ['limit', { limit: 'all' }], ['from', { from: 'yesterday' }], ['from', { from: '0000-01-01T00:00:00Z' }], ['from', { from: '0001-01-01T00:00:00+10:00' }], ['to', { to: '9999-12-31T23:59:59-10:00' }], ['to', { to: '2026-11-21T09:30:00' }], ['webhook_id', { webhook_id: 'x' }], ['cursor', { cursor: 'x' }], ['tests', { tests: '1' }],
  ])('refuses %s: %o', (field, query) => expect(String(deliveryQuery.safeParse(query).error?.issues[0]?.path[0])).toBe(field))
  test('refuses a name there is not', () => expect(deliveryQuery.safeParse({ states: 'failed' }).success).toBe(false))
})

test('attempts have no state to ask for', () => expect(attemptQuery.safeParse({ state: 'failed' }).success).toBe(false))
