import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { VERSION } from '../../functions/core/version.ts'

test('the version in requests is the version of the package', () => {
  expect(VERSION).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version)
})
