import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { catalog, type Messages, type Words } from '../../web/words/catalog.ts'
import { chooseLocale } from '../../web/words/locale.ts'

const folder = path.resolve(import.meta.dirname, '../../web/words')
const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !['catalog.ts', 'locale.ts'].includes(name))
const screens = await Promise.all(files.map(async (file) => {
  const module = await import(path.join(folder, file)) as { t: Words<Messages> }
  return { file, messages: module.t.messages }
}))
const texts = screens.flatMap(({ file, messages }) =>
  Object.entries(messages).flatMap(([key, message]) => (typeof message === 'string' ? [message] : Object.values(message)).map((text) => ({ file, key, text }))))

afterEach(() => chooseLocale(null))

test('no two screens share a key, unless it is the same common word', () => {
  const owners = new Map<string, unknown>()
  for (const { messages } of screens) {
    for (const [key, message] of Object.entries(messages)) {
      if (owners.has(key)) expect(message, key).toEqual(owners.get(key)) // not toBe: imported side by side, a module may be loaded twice
      owners.set(key, message)
    }
  }
})

test.each(['please', 'oops', '!', 'endpoint', 'successfully'])('no text says “%s”', (word) => {
  const allowed = /\.url$/ // "Endpoint URL" is the label of the field
  const guilty = texts.filter(({ key, text }) => text.toLowerCase().includes(word) && !allowed.test(key))
  expect(guilty).toEqual([])
})

test('quotes and apostrophes are typographic', () => {
  expect(texts.filter(({ text }) => /[a-z]'[a-z]|"[A-Za-z{]/.test(text) && !text.includes('curl'))).toEqual([])
})

describe('t', () => {
  const t = catalog({ plain: 'Hello', named: 'Hello {name}', counted: { one: '{n} event of {name}', other: '{n} events of {name}' } })

  test('fills in parameters', () => expect(t('named', { name: 'Ada' })).toBe('Hello Ada'))
  test('a parameter is text, whatever is in it', () => expect(t('named', { name: '{name} <b>' })).toBe('Hello {name} <b>'))
  test('a parameter that turns what follows it does so within itself', () => {
    for (const name of ['Slack \u202Estrela', 'שלום (1)', '\u2067x', '\u{10A00}']) expect(t('named', { name })).toBe(`Hello \u2068${name}\u2069`)
    for (const name of ['Zürich', '東京', '🎉', '']) expect(t('named', { name })).toBe(`Hello ${name}`)
  })
  test.each([[0, '0 events of x'], [1, '1 event of x'], [1204, '1,204 events of x']])('counts %d', (n, expected) => {
    expect(t('counted', { n, name: 'x' })).toBe(expected)
  })
  test('the pseudo-locale changes every word and no parameter', () => {
    chooseLocale('pseudo')
    expect(t('named', { name: 'Ada' })).toMatch(/^Hélló ~+Ada$/)
  })
})

// The compiler holds the other direction: a key that is in no catalog is a type error.
test('every text is used by some screen', () => {
  const web = path.resolve(folder, '..')
  const sources = readdirSync(web, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('words'))
    .map((name) => readFileSync(path.join(web, name), 'utf8')).join('\n')
  const unused = [...new Set(texts.map(({ key }) => key))].filter((key) => !sources.includes(`'${key}'`) && !isMadeUp(key, sources))
  expect(unused).toEqual([])
})

/** Keys such as `cause.${code}`: used when a template begins the way they do. */
function isMadeUp(key: string, sources: string): boolean {
  const parts = key.split(/[._]/)
  return parts.some((_, index) => index > 0 && [`${key.slice(0, prefixLength(key, index))}\${`].some((start) => sources.includes(`\`${start}`)))
}

function prefixLength(key: string, parts: number): number {
  let end = 0
  for (let part = 0; part < parts; part++) end = key.slice(end).search(/[._]/) + end + 1
  return end
}
