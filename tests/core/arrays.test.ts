// Arrays in the notation of Postgres. That Postgres reads and writes the same is shown in tests/engine/line.test.ts.
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readArray, writeArray } from '../../functions/io/arrays.ts'

const functions = new URL('../../functions/', import.meta.url)

test.each<[string, (string | null)[]]>([
  ['{}', []],
  ['{a,b}', ['a', 'b']],
  ['{NULL,"NULL",null}', [null, 'NULL', 'null']],
  ['{"","a b","a,b","{}"}', ['', 'a b', 'a,b', '{}']],
  [String.raw`{"say \"hi\"","C:\\x"}`, ['say "hi"', String.raw`C:\x`]],
])('%s', (text, values) => {
  expect(readArray(text, String)).toEqual(values)
})

test('what is written is read again', () => {
  fc.assert(fc.property(fc.array(fc.option(fc.string({ unit: 'binary' }))), (values) => {
    // Postgres itself writes null in capitals.
    expect(readArray(writeArray(values).replace(/(?<=^\{|,)null(?=,|\}$)/g, 'NULL'), String)).toEqual(values)
  }))
})

test('every array says its type: the driver is not told what a statement expects', () => {
  const files = readdirSync(functions, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  expect(files.length).toBeGreaterThan(50)
  expect(files.filter((name) => /\$\{[^`]*\}::\w+\[\]/.test(readFileSync(new URL(name, functions), 'utf8')))).toEqual([])
})
