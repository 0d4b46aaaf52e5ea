// What is written for every request, in a quicker way than the language has: it must be the same.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quote } from '../../functions/core/formats/quote.ts'
import { isoTime } from '../../functions/core/iso_time.ts'

test('a quoted text is what JSON makes of it', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uuid(), fc.constantFrom('', 'contact.created', '2026-11-21T09:30:00.000Z', 'a\n')), (text) => {
    expect(quote(text)).toBe(JSON.stringify(text))
  }))
})

test('a time is what Date makes of it, asked in any order', () => {
  fc.assert(fc.property(fc.array(fc.date({ noInvalidDate: true })), (times) => {
    for (const time of [...times, ...times]) expect(isoTime(time)).toBe(time.toISOString())
  }))
})
