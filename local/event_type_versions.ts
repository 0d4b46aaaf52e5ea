// What was published of each event type, so that nothing receivers rely on changes without a new number.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { toCatalogRow, type EventType } from '../functions/core/event_types.ts'
import { withoutWords } from './without_words.ts'

const file = new URL('../functions/core/event_types/published.json', import.meta.url)

/** By name: the version, and a fingerprint of its schema. What a field means may be said in other words at any time. */
export type Published = Record<string, { version: number; schema: string }>

export function readPublished(): Published {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Published
  } catch {
    return {}
  }
}

export function writePublished(published: Published): void {
  writeFileSync(file, `${JSON.stringify(published, null, 2)}\n`)
}

/** What the registry would publish now. */
export function publishedOf(types: readonly EventType[]): Published {
  return Object.fromEntries(types.map((type) => {
    const { version, schema } = toCatalogRow(type)
    return [type.name, { version, schema: createHash('sha256').update(JSON.stringify(withoutWords(schema))).digest('hex').slice(0, 16) }]
  }))
}

/** A sentence for each event type whose schema changed without a new version, or the other way round, and for each that is gone. */
export function versionProblems(types: readonly EventType[], published: Published): string[] {
  const now = publishedOf(types)
  return Object.entries(published).flatMap(([name, before]) => {
    const after = now[name]
    if (after === undefined) return [`${name} was published and is gone: receivers may rely on it.`]
    const expected = after.schema === before.schema ? before.version : before.version + 1
    if (after.version === expected) return []
    return [after.schema === before.schema
      ? `${name} has version ${after.version}, and its schema is that of version ${before.version}.`
      : `The schema of ${name} changed. Give it version ${expected}, so that receivers can tell.`]
  })
}
