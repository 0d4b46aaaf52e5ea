// docs/dependencies.md has a reason for every dependency, and for no other.
import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const manifest = (folder: string) => JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as Record<'dependencies' | 'devDependencies', Record<string, string>> & { version: string }
const { dependencies, devDependencies, version: ours } = manifest('.')
const published = { ...manifest('client').dependencies, ...manifest('cli').dependencies }
const page = fs.readFileSync(path.join(root, 'docs/dependencies.md'), 'utf8')

/** Package → reason, of one section. */
function reasons(section: string): Record<string, string> {
  const [, text = ''] = new RegExp(`^## ${section}\\n([^]*?)(?=^## |\\z$)`, 'm').exec(`${page}\n## `) ?? []
  return Object.fromEntries([...text.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, name = '', reason = '']) => [name, reason]))
}

test.each([
  ['Of what runs', dependencies],
  ['Of development and tests', devDependencies],
  ['Of the published packages', published],
])('“%s” names each package once, with a reason', (section, packages) => {
  const written = reasons(section)
  expect(Object.keys(written).sort()).toEqual(Object.keys(packages).sort())
  for (const [name, reason] of Object.entries(written)) expect(reason.length, name).toBeGreaterThan(3)
})

test.each([
  ['functions and web', ['functions', 'web'], Object.keys(dependencies)],
  ['the published packages', ['client/src', 'cli/src'], Object.keys(published)],
])('%s import each of theirs', (_, folders, packages) => {
  const code = folders.flatMap((folder) => fs.readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(tsx?|json)$/.test(file)).map((file) => fs.readFileSync(path.join(root, folder, file), 'utf8'))).join('\n')
  // In a deno.json what another package asks for may be named, too.
  expect(packages.filter((name) => !code.includes(`'${name}'`) && !code.includes(`'${name}/`) && !code.includes(`"${name}": "npm:`))).toEqual([])
})

test('every version is exact', () => {
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...published })) expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
})

test('the published packages have the version of the whole', () => {
  expect([manifest('client').version, manifest('cli').version, published['@tablehook/client']]).toEqual([ours, ours, ours])
})
