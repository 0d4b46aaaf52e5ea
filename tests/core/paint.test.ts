// What the command line shows of texts that came from elsewhere.
import { expect, test } from 'vitest'
import { plain, plainJson, plainLines } from '../../cli/src/paint.ts'

const steering = [...'\u0000\u0007\b\t\n\r\u001b\u007f\u0085\u009b\u009f\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069']
const harmless = 'Zoë “quoted” שלום 🦊 👩\u200d👩 \\ "'

test('a text has a space for each character that could steer a terminal', () => {
  for (const char of steering) expect(plain(`a${char}b`)).toBe('a b')
  expect(plain(harmless)).toBe(harmless)
})

test('lines stay lines', () => {
  expect(plainLines('one\u001b[31m\n two\u202e')).toBe('one [31m\n two ')
})

test.each([[undefined], [2]])('JSON has escapes instead, and stays the same JSON: indented by %s', (indent) => {
  const value = { [steering.join('')]: [steering.join('x'), harmless, 1, null, { deep: [steering.join('\\')] }] }
  const text = plainJson(value, indent)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
  expect(text.includes('\n')).toBe(indent !== undefined)
  expect(text).toContain(JSON.stringify(harmless))
  expect(JSON.parse(text)).toEqual(value)
})
