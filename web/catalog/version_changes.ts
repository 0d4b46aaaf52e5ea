import { schemaFields, type Schema } from './schema_fields.ts'

export type Changes = { added: string[]; removed: string[]; changed: string[] }

/** What differs between two schemas of an event, by the paths of its fields. Other words for the same are no change. */
export function changesBetween(before: Schema, after: Schema): Changes {
  const fieldsOf = (schema: Schema) => new Map(schemaFields(schema).map(({ path, description: _, ...field }) => [path.replace(/^data\./, ''), JSON.stringify(field)]))
  const [old, now] = [fieldsOf(before), fieldsOf(after)]
  return {
    added: [...now.keys()].filter((path) => !old.has(path)),
    removed: [...old.keys()].filter((path) => !now.has(path)),
    changed: [...now].filter(([path, field]) => old.has(path) && old.get(path) !== field).map(([path]) => path),
  }
}
