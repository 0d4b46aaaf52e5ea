// npm run gen:catalog             writes the catalog of event types into two migrations
// npm run gen:catalog -- --check   exits 1 when they differ from the registry (functions/core/event_types.ts)
// npm run gen:catalog -- --accept  also takes changed schemas under their old version: for what was never released
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { EVENT_TYPES, toCatalogRow, type CatalogRow, type EventType } from '../functions/core/event_types.ts'
import { publishedOf, readPublished, versionProblems, writePublished } from './event_type_versions.ts'

// Two files: someone with their own tables takes the webhooks chapters and leaves the host app's types behind.
const targets = [
  { file: '20261121000190_webhooks_event_types.sql', source: 'tablehook', title: 'Webhooks: the event types about webhooks themselves.' },
  { file: '20261121000290_crm_event_types.sql', source: 'app', title: 'The host app: its event types, for the catalog.' },
] as const

/** The whole text of a catalog migration. Pure: same registry, same text. */
export function catalogMigration(title: string, types: readonly EventType[]): string {
  return `-- ${title}
-- Generated from functions/core/event_types.ts by \`npm run gen:catalog\`: change it there.
-- An installed database gets a changed catalog by a new migration with the same statement; it may run any number of times.

insert into public.webhook_event_types (name, category, direction, description, source, version, schema, sample) values
${types.map((type) => valuesRow(toCatalogRow(type))).join(',\n')}
on conflict (name) do update set
  category = excluded.category, direction = excluded.direction, description = excluded.description, source = excluded.source,
  version = excluded.version, schema = excluded.schema, sample = excluded.sample;
`
}

function valuesRow({ name, category, direction, description, source, version, schema, sample }: CatalogRow): string {
  const plain = [name, category, direction, description, source].map(literal).join(', ')
  return `  (${plain}, ${version},\n   ${literal(JSON.stringify(schema))},\n   ${literal(JSON.stringify(sample))})`
}

function literal(text: string): string {
  return `'${text.replaceAll('\'', '\'\'')}'`
}

function read(path: URL): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** Writes the files, or with `check` only tells which of them are stale. */
export function generateCatalog({ check }: { check: boolean }): string[] {
  const stale: string[] = []
  for (const { file, source, title } of targets) {
    const path = new URL(`../supabase/migrations/${file}`, import.meta.url)
    const text = catalogMigration(title, EVENT_TYPES.filter((type) => type.source === source))
    if (read(path) === text) continue
    stale.push(file)
    if (!check) writeFileSync(path, text)
  }
  return stale
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const check = process.argv.includes('--check')
  const problems = process.argv.includes('--accept') ? [] : versionProblems(EVENT_TYPES, readPublished())
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exit(1)
  if (!check) writePublished(publishedOf(EVENT_TYPES))
  const stale = generateCatalog({ check })
  for (const file of stale) console.log(check ? `${file} differs from the registry. Run npm run gen:catalog.` : `wrote ${file}`)
  if (stale.length === 0) console.log('The catalog is up to date.')
  process.exitCode = check && stale.length > 0 ? 1 : 0
}
