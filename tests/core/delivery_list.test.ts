// The pure parts of the log: what a live update makes of the list, how filters become a question, what an export writes.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PAGE_SIZE, type Delivery } from '../../web/data/deliveries.ts'
import { csvCell, deliveriesCsv } from '../../web/deliveries/csv.ts'
import { askedOf, filterParameters, fromInput, NO_FILTERS, toInput } from '../../web/deliveries/delivery_filters.ts'
import { inPages, newRows, withNewest } from '../../web/deliveries/newer_rows.ts'
import { curlCommand } from '../../web/deliveries/sent_request.ts'

/** A delivery of that second; the higher, the newer. */
function row(second: number, values: Partial<Delivery> = {}): Delivery {
  return {
    id: `00000000-0000-4000-8000-${String(second).padStart(12, '0')}`, organization_id: 'o', webhook_id: 'w', event_id: 'e', event_type: 'contact.created',
    state: 'succeeded', attempt_count: 1, is_test: false, resent_at: null, replay_id: null, next_attempt_at: null, last_attempt_at: null, last_status_code: 200,
    last_error_code: null, last_duration_ms: 1, created_at: new Date(second * 1_000).toISOString().replace('Z', '+00:00'), finished_at: null, max_attempts: 10, on_resend: false,
    ...values,
  }
}
const seconds = (rows: readonly Delivery[]) => rows.map(({ id }) => Number(id.slice(-12)))

describe('a live update', () => {
  const loaded = [row(30), row(20), row(10)]

  test('puts new rows in at the top, or leaves them out', () => {
    const newest = { rows: [row(40), row(30), row(20)], more: true }
    expect(seconds(withNewest(loaded, newest, true))).toEqual([40, 30, 20, 10])
    expect(seconds(withNewest(loaded, newest, false))).toEqual([30, 20, 10])
    expect(seconds(newRows(loaded, newest))).toEqual([40])
  })
  test('changes rows in place, and keeps the object of those that are the same', () => {
    const after = withNewest(loaded, { rows: [row(30, { state: 'failed' }), row(20)], more: true }, false)
    expect(after[0]!.state).toBe('failed')
    expect(after[1]).toBe(loaded[1])
    expect(after[2]).toBe(loaded[2])
  })
  test('takes out what no longer matches, but nothing beyond what it has seen', () => {
    expect(seconds(withNewest(loaded, { rows: [row(30)], more: true }, true))).toEqual([30, 20, 10])
    expect(seconds(withNewest(loaded, { rows: [row(30), row(10)], more: true }, true))).toEqual([30, 10])
    expect(seconds(withNewest(loaded, { rows: [row(30)], more: false }, true))).toEqual([30])
  })
  test('starts over when there would be a hole between new and old', () => {
    const newest = { rows: [row(90), row(80)], more: true }
    expect(seconds(withNewest(loaded, newest, true))).toEqual([90, 80])
    expect(seconds(withNewest(loaded, newest, false))).toEqual([30, 20, 10])
  })
  test('with inserting, always shows what a fresh load would show first', () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 }).map((list) => list.sort((a, b) => b - a).map((second) => row(second)))
    fc.assert(fc.property(some, some, fc.integer({ min: 1, max: 20 }), (before, now, size) => {
      const newest = { rows: now.slice(0, size), more: now.length > size }
      const after = seconds(withNewest(before, newest, true))
      expect(after.slice(0, newest.rows.length)).toEqual(seconds(newest.rows))
      expect(after).toEqual([...after].sort((a, b) => b - a))
      expect(new Set(after).size).toBe(after.length)
    }))
  })
  test('leaves pages whose cursors are the last rows before them', () => {
    const rows = Array.from({ length: PAGE_SIZE * 2 + 1 }, (_, index) => row(1_000 - index))
    const { pages, pageParams } = inPages(rows, false)
    expect(pages.map((page) => [page.rows.length, page.more])).toEqual([[PAGE_SIZE, true], [PAGE_SIZE, true], [1, false]])
    expect(pageParams).toEqual([null, ...[PAGE_SIZE - 1, PAGE_SIZE * 2 - 1].map((index) => ({ before_created_at: rows[index]!.created_at, before_id: rows[index]!.id }))])
    expect(inPages([], false)).toEqual({ pages: [{ rows: [], more: false }], pageParams: [null] })
  })
})

describe('filters', () => {
  const now = new Date('2026-11-21T10:00:30Z')

  test('a span ends now and is whole minutes; an id is looked for at any time', () => {
    expect(askedOf({ ...NO_FILTERS, live: true }, now)).toMatchObject({ from_at: '2026-11-14T10:00:00.000Z', to_at: null, states: null, tests: false })
    expect(askedOf({ ...NO_FILTERS, live: true, q: ' abc ' }, now)).toMatchObject({ from_at: null, to_at: null, search: 'abc' })
    expect(askedOf({ ...NO_FILTERS, live: true, from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' }, now)).toMatchObject({ from_at: '2026-11-01T00:00:00Z', to_at: '2026-11-02T00:00:00Z' })
  })
  test('what cannot be read from the address is left out', () => {
    const { status, code, from, to, live } = filterParameters
    expect(status.read('failed,nonsense,retrying')).toEqual(['failed', 'retrying'])
    expect(code.read('5xx,404,timeout,<script>,999999')).toEqual(['5xx', '404', 'timeout'])
    expect([from.read('yesterday'), from.read('24h'), to.read('never')]).toEqual(['7d', '24h', ''])
    expect([live.read(null), live.read('0'), live.write(true), live.write(false)]).toEqual([true, false, null, '0'])
  })
  test('an entered time goes there and back', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 60_000_000 }), (minutes) => {
      const iso = new Date(minutes * 60_000).toISOString()
      // The hour that a change of the clocks repeats has two times of one name.
      expect(Math.abs(Date.parse(fromInput(toInput(iso, 'local'), 'local')) - Date.parse(iso)) % 3_600_000).toBe(0)
      expect([toInput(iso, 'utc'), fromInput(toInput(iso, 'utc'), 'utc')]).toEqual([iso.slice(0, 16), iso])
    }))
    expect([toInput('nonsense', 'local'), fromInput('', 'local'), fromInput('', 'utc')]).toEqual(['', '', ''])
  })
})

describe('exports', () => {
  test.each([
    ['=cmd()', '\'=cmd()'], ['+1', '\'+1'], ['-1', '\'-1'], ['@sum', '\'@sum'], ['\tx', '\'\tx'], ['a,b', '"a,b"'], ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', '"two\r\nlines"'], ['=a,b', '"\'=a,b"'], [-5, '-5'], [null, ''], [true, 'true'], ['plain', 'plain'],
  ])('the cell %j is written %j', (value, written) => expect(csvCell(value)).toBe(written))

  test('a CSV has a line of names and one per delivery', () => {
    const lines = deliveriesCsv([row(1, { state: 'pending', attempt_count: 2 })]).split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^created_at,status,event_type,/)
    expect(lines[1]).toMatch(/^1970-01-01T00:00:01\.000\+00:00,retrying,contact\.created,/)
  })
  test('a cURL command survives quotes, and leaves out what is not known', () => {
    const command = curlCommand('https://example.com/', [{ name: 'x-name', value: 'O\'Brien' }, { name: 'authorization', value: null }], '{"a":"it\'s"}')
    expect(command).toBe('curl -X POST \'https://example.com/\' \\\n  -H \'x-name: O\'\\\'\'Brien\' \\\n  --data-raw \'{"a":"it\'\\\'\'s"}\'')
  })
})
