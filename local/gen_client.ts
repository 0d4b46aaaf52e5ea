// npm run gen:client             writes the event types of the client library
// npm run gen:client -- --check   exits 1 when they differ from the registry (functions/core/event_types.ts)
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { EVENT_TYPES, toCatalogRow, type EventType } from '../functions/core/event_types.ts'
import { comment, membersOf, typeOf, union, withoutLoneTexts, type Schema } from './schema_as_type.ts'

const target = new URL('../client/src/events.ts', import.meta.url)

/** The whole text of client/src/events.ts. Pure: same registry, same text. */
export function clientEvents(types: readonly EventType[]): string {
  const named = new Map<string, string>()
  const declarations: string[] = []
  /** The first type of a shape gets it written out; those after it are other names for it. */
  const declare = (name: string, what: string, shape: string): string => {
    const same = named.get(shape)
    named.set(shape, same ?? name)
    declarations.push(`/** ${what} */\n${same === undefined ? `export interface ${name} ${shape}` : `export type ${name} = ${same}`}\n`)
    return name
  }
  const entries = types.map((type) => {
    const name = pascalCase(type.name)
    const data = declare(`${name}Data`, `\`data\` of \`${type.name}\`. There may be more columns than these.`, typeOf(schemaOf(type)))
    const previous = type.previous
      ? declare(`${name}Previous`, `\`previous\` of \`${type.name}\`: the old values of the columns that changed.`, previousShape(type, types))
      : null
    return `  /** ${type.description} */\n  '${type.name}': { data: ${data}${previous === null ? '' : `; previous?: ${previous}`} }\n`
  })
  return `// Generated from functions/core/event_types.ts by \`npm run gen:client\`: change it there.

${declarations.join('\n')}
/**
 * Every event type, with what its body carries. \`previous\` is there when an update caused the event.
 * Tell it about events of your own tables, and \`TablehookEvent\` has them too:
 * \`declare module '@tablehook/client' { interface EventTypes { 'invoice.created': { data: Invoice } } }\`
 */
export interface EventTypes {
${entries.join('')}}

/** The names of the events above, in the order of the catalog. */
export const EVENT_NAMES = [
${types.map(({ name }) => `  '${name}',\n`).join('')}] as const
`
}

const schemaOf = (type: EventType) => toCatalogRow(type).schema as Schema

/**
 * What a column was before may be what no column of this event can be now: \`sent\` before \`delivered\`, nobody before somebody. So its
 * type is that of the column in any event of the category, and a text that is always the same stands for any text. So are its words.
 */
function previousShape(type: EventType, types: readonly EventType[]): string {
  const siblings = types.filter(({ category }) => category === type.category).map((one) => schemaOf(one).properties ?? {})
  const lines = Object.keys(schemaOf(type).properties ?? {}).map((column) => {
    const anywhere = siblings.flatMap((columns) => columns[column] ?? [])
    return `${comment(anywhere[0] ?? {}, '  ')}  ${column}?: ${union(withoutLoneTexts(anywhere.flatMap((one) => membersOf(one, 1))))}\n`
  })
  return `{\n${lines.join('')}}`
}

function pascalCase(name: string): string {
  return name.split(/[._]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** Writes the file, or with `check` only tells whether it is stale. */
export function generateClient({ check }: { check: boolean }): boolean {
  const text = clientEvents(EVENT_TYPES)
  const stale = read(target) !== text
  if (stale && !check) writeFileSync(target, text)
  return stale
}

function read(path: URL): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const check = process.argv.includes('--check')
  const stale = generateClient({ check })
  if (!stale) console.log('The client library is up to date.')
  else console.log(check ? 'client/src/events.ts differs from the registry. Run npm run gen:client.' : 'wrote client/src/events.ts')
  process.exitCode = check && stale ? 1 : 0
}
