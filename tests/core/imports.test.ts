import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const core = 'functions/core'
const files = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => path.join(core, file))

/** What a file needs when it runs: imports of types are gone by then. */
const importsOf = (file: string) => [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)(?! type\b)[^'\n]* from '([^']+)'|^import '([^']+)'/gm)]
  .map(([, from, bare]) => from ?? bare ?? '')
  .map((from) => (from.startsWith('.') ? path.join(path.dirname(file), from) : from))

function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  if (file.endsWith('.ts')) for (const next of importsOf(file)) reached(next, seen)
  return seen
}

test('only signing, sealing and hashing keys use node:crypto', () => {
  expect(files.filter((file) => importsOf(file).includes('node:crypto')).sort()).toEqual([`${core}/api_key.ts`, `${core}/hmac.ts`, `${core}/seal.ts`])
})

test('everything else runs in a browser, except the headers of a request, which are signed', () => {
  const signed = files.filter((file) => reached(file).has('node:crypto')).map((file) => path.basename(file))
  expect(signed.sort()).toEqual(['api_key.ts', 'envelope.ts', 'hmac.ts', 'seal.ts', 'signature.ts'])
})
