// JSON Schema to TypeScript, for the few words of JSON Schema that the registry's schemas use. What it does not know, it refuses:
// a type that says less than the schema would be believed.

/** A JSON Schema as `toCatalogRow` makes it. */
export type Schema = {
  description?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema | boolean
}

/** The type as text. Objects are indented by `depth` levels of two spaces. */
export function typeOf(schema: Schema, depth = 0): string {
  return union(membersOf(schema, depth))
}

/** The members of the union that a schema is; one, if it is none. */
export function membersOf(schema: Schema, depth = 0): string[] {
  if (schema.const !== undefined) return [literal(schema.const)]
  if (schema.enum !== undefined) return schema.enum.map(literal)
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap((one) => membersOf(one, depth))
  if (Array.isArray(schema.type)) return schema.type.flatMap((type) => membersOf({ ...schema, type }, depth))
  switch (schema.type) {
    case 'string': case 'boolean': case 'null': return [schema.type]
    case 'number': case 'integer': return ['number']
    case 'array': return [`Array<${schema.items === undefined ? 'unknown' : typeOf(schema.items, depth)}>`]
    case 'object': return [objectType(schema, depth)]
    case undefined: if (Object.keys(schema).every((keyword) => keyword === 'description')) return ['unknown']
  }
  throw new Error(`local/schema_as_type.ts cannot say this in TypeScript yet: ${JSON.stringify(schema)}`)
}

/** Members as one type, each once. A text of any kind takes in all single texts. */
export function union(members: readonly string[]): string {
  const each = [...new Set(members)]
  return (each.includes('string') ? each.filter((one) => !isText(one)) : each).join(' | ')
}

/** `'a'` alone becomes `string`; `'a'` and `'b'` stay. */
export function withoutLoneTexts(members: readonly string[]): string[] {
  const texts = new Set(members.filter(isText))
  return texts.size === 1 ? members.map((one) => isText(one) ? 'string' : one) : [...members]
}

const isText = (member: string) => member.startsWith('\'')

function objectType(schema: Schema, depth: number): string {
  if (schema.properties === undefined) {
    const value = typeof schema.additionalProperties === 'object' ? typeOf(schema.additionalProperties, depth) : 'unknown'
    return `Record<string, ${value}>`
  }
  const indent = '  '.repeat(depth + 1)
  const required = new Set(schema.required)
  const lines = Object.entries(schema.properties).map(([name, of]) => `${comment(of, indent)}${indent}${name}${required.has(name) ? '' : '?'}: ${typeOf(of, depth + 1)}\n`)
  return `{\n${lines.join('')}${'  '.repeat(depth)}}`
}

/** What a field means, for editors to show: a line above it. */
export function comment({ description }: Schema, indent: string): string {
  return description === undefined ? '' : `${indent}/** ${description.replaceAll('*/', '*\\/')} */\n`
}

function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll('\'', '\\\'')}'`
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Error(`local/schema_as_type.ts cannot say this in TypeScript yet: ${JSON.stringify(value)}`)
}
