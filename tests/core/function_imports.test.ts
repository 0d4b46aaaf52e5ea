// Hosted, a function finds its packages by the deno.json beside it; here, by package.json. The two must say the same.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const names = readdirSync('functions').filter((name) => existsSync(`functions/${name}/deno.json`))
const packages = (JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }).dependencies

/** The packages that a file and all it imports need at run time. */
function needs(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return []
  seen.add(file)
  const imports = [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)(?! type\b)[^'\n]* from '([^']+)'/gm)].map(([, from]) => from!)
  return imports.flatMap((from) => from.startsWith('.') ? needs(path.join(path.dirname(file), from), seen) : from.startsWith('node:') ? [] : [from])
}

test('both functions have one', () => expect(names.sort()).toEqual(['dispatcher', 'webhooks']))

describe.each(names)('%s', (name) => {
  const { imports } = JSON.parse(readFileSync(`functions/${name}/deno.json`, 'utf8')) as { imports: Record<string, string> }

  test('finds every package that it imports', () => {
    const found = (from: string) => Object.keys(imports).some((key) => key.endsWith('/') ? from.startsWith(key) : from === key)
    const missing = needs(`functions/${name}/index.ts`).filter((from) => !found(from))
    expect(missing).toEqual([])
  })

  test.each(Object.entries(imports))('%s has the version of package.json', (_, target) => {
    const [, from, version] = /^npm:\/?((?:@[^/]+\/)?[^@/]+)@([^/]+)/.exec(target) ?? []
    expect(version).toBe(packages[from!])
  })
})
