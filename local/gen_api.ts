// npm run gen:api             writes docs/openapi.json and docs/asyncapi.json
// npm run gen:api -- --check   exits 1 when they differ from the routes and the event types
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { createApp } from '../functions/webhooks/app.ts'
import type { Deps } from '../functions/webhooks/deps.ts'

const documents = ['openapi.json', 'asyncapi.json']

/** The text of a document, as the API serves it: from an app that has no parts, for none is asked. */
export async function apiDocument(name: string): Promise<string> {
  const answer = await createApp({} as Deps).request(`http://localhost/webhooks/${name}`)
  if (!answer.ok) throw new Error(`The API answered ${answer.status} for ${name}.`)
  return `${JSON.stringify(await answer.json(), null, 2)}\n`
}

/** Writes the files, or with `check` only tells which of them are stale. */
export async function generateApi({ check }: { check: boolean }): Promise<string[]> {
  const stale: string[] = []
  for (const name of documents) {
    const file = new URL(`../docs/${name}`, import.meta.url)
    const text = await apiDocument(name)
    if (read(file) === text) continue
    stale.push(`docs/${name}`)
    if (!check) writeFileSync(file, text)
  }
  return stale
}

function read(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const check = process.argv.includes('--check')
  const stale = await generateApi({ check })
  for (const file of stale) console.log(check ? `${file} is stale. Run npm run gen:api.` : `wrote ${file}`)
  if (stale.length === 0) console.log('The descriptions are up to date.')
  process.exitCode = check && stale.length > 0 ? 1 : 0
}
