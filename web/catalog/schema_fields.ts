// Reads the JSON Schema of an event into what the table shows. Only the keywords that the catalog uses are understood.
import { inOrderOf } from '../data/in_order_of.ts'

export type Schema = Record<string, unknown>

export type SchemaField = {
  /** `data.stage`, `data.items[].id` */
  path: string
  /** "string", "string or null" */
  type: string
  /** Whether it is in every body. */
  always: boolean
  values: readonly string[]
  format: string | null
  /** What it means, as plain text. */
  description: string | null
}

/** Every field of `data`, nested ones after the object they are in. */
export function schemaFields(schema: Schema, path = 'data'): SchemaField[] {
  const required = new Set(Array.isArray(schema.required) ? schema.required.map(String) : [])
  return Object.entries(propertiesOf(schema)).flatMap(([name, property]) => {
    const { types, inner } = read(property)
    const own = `${path}.${name}`
    const items = inner.items !== undefined && isSchema(inner.items) ? read(inner.items).inner : null
    return [
      {
        path: own,
        type: types.join(' or ') || 'any',
        always: required.has(name),
        values: 'const' in inner ? [String(inner.const)] : Array.isArray(inner.enum) ? inner.enum.map(String) : [],
        format: typeof inner.format === 'string' ? inner.format : null,
        description: meaningOf(property),
      },
      ...schemaFields(inner, own),
      ...(items ? schemaFields(items, `${own}[]`) : []),
    ]
  })
}

export function propertiesOf({ properties, required }: Schema): Record<string, Schema> {
  const known = isSchema(properties) ? Object.entries(properties).filter((entry): entry is [string, Schema] => isSchema(entry[1])) : []
  return inOrderOf(Object.fromEntries(known), required)
}

/** The types a value may have, and the schema of the one that is not null. */
export function read(schema: Schema): { types: string[]; inner: Schema } {
  const options = Array.isArray(schema.anyOf) ? schema.anyOf.filter(isSchema) : null
  if (options) {
    const inner = options.find(({ type }) => type !== 'null') ?? {}
    return { types: options.flatMap((option) => read(option).types), inner }
  }
  if (Array.isArray(schema.type)) return { types: schema.type.map(String), inner: schema }
  if (typeof schema.type === 'string') return { types: [schema.type], inner: schema }
  return { types: 'const' in schema ? [typeof schema.const] : [], inner: schema }
}

const MOST = 300
// Line breaks, what steers a terminal, and what turns the direction of the text after it.
const STEERING = /[\s\p{Cc}\p{Bidi_Control}\u200b\u2060-\u206f]+/gu

/** What a field means, on one line and of bounded length: an app writes it, and code to copy has it too. Null when nothing is said. */
export function meaningOf(schema: Schema): string | null {
  const said = schema.description ?? read(schema).inner.description
  if (typeof said !== 'string') return null
  const text = said.slice(0, 10 * MOST).replace(STEERING, ' ').trim()
  // Whole characters: half of a pair is none.
  return text.length > MOST ? `${text.slice(0, MOST).replace(/[\ud800-\udbff]$/, '')}…` : text || null
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
