// Writes the JSON Schema of an event as a TypeScript type and as a zod schema, for people to paste into their receiver.
import { isSchema, meaningOf, propertiesOf, read, type Schema } from './schema_fields.ts'

/** `comment` is a line of its own, or nothing. */
type Field = { name: string; value: string; required: boolean; comment: string }

type Writer = {
  literal: (values: readonly unknown[]) => string
  named: (type: string, inner: Schema) => string
  list: (item: string) => string
  object: (fields: Field[], indent: string) => string
  union: (options: string[], nullable: boolean) => string
}

// Labels of an enum and names of columns are the app’s own: what would break a line of code, or turn its direction, is escaped.
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu
const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&').replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}'`
const fieldName = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name))
const literalText = (value: unknown) => (typeof value === 'string' ? quoted(value) : JSON.stringify(value))

const typescript: Writer = {
  literal: (values) => values.map(literalText).join(' | '),
  named: (type) => ({ string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' })[type] ?? 'unknown',
  list: (item) => (item.includes(' | ') ? `(${item})[]` : `${item}[]`),
  object: (fields, indent) => (fields.length === 0 ? 'Record<string, unknown>'
    : `{\n${fields.map(({ name, value, required, comment }) => `${comment}${indent}  ${fieldName(name)}${required ? '' : '?'}: ${value}\n`).join('')}${indent}}`),
  union: (options, nullable) => [...options, ...(nullable ? ['null'] : [])].join(' | '),
}

const zod: Writer = {
  literal(values) {
    if (values.length === 1) return `z.literal(${literalText(values[0])})`
    return `z.${values.every((value) => typeof value === 'string') ? 'enum' : 'literal'}([${values.map(literalText).join(', ')}])`
  },
  named: (type, { format }) => {
    if (type === 'string' && format === 'uuid') return 'z.guid()'
    if (type === 'string' && format === 'date-time') return 'z.iso.datetime({ offset: true })'
    return ({ string: 'z.string()', integer: 'z.int()', number: 'z.number()', boolean: 'z.boolean()', null: 'z.null()' })[type] ?? 'z.unknown()'
  },
  list: (item) => `z.array(${item})`,
  // Loose: a column that is added later must not break a receiver.
  object: (fields, indent) => (fields.length === 0 ? 'z.record(z.string(), z.unknown())'
    : `z.looseObject({\n${fields.map(({ name, value, required, comment }) => `${comment}${indent}  ${fieldName(name)}: ${value}${required ? '' : '.optional()'},\n`).join('')}${indent}})`),
  union: (options, nullable) => {
    const one = options.length > 1 ? `z.union([${options.join(', ')}])` : (options[0] ?? 'z.null()')
    return nullable && options.length > 0 ? `${one}.nullable()` : one
  },
}

function write(schema: Schema, writer: Writer, indent: string): string {
  const { types, inner } = read(schema)
  const nullable = types.includes('null')
  const options = types.filter((type) => type !== 'null').map((type) => single(type, inner, writer, indent))
  return options.length === 0 && !nullable ? single('any', inner, writer, indent) : writer.union(options, nullable)
}

function single(type: string, inner: Schema, writer: Writer, indent: string): string {
  if ('const' in inner) return writer.literal([inner.const])
  if (Array.isArray(inner.enum)) return writer.literal(inner.enum)
  if (type === 'array') return writer.list(isSchema(inner.items) ? write(inner.items, writer, indent) : writer.named('any', {}))
  if (type !== 'object') return writer.named(type, inner)
  const required = new Set(Array.isArray(inner.required) ? inner.required : [])
  const fields = Object.entries(propertiesOf(inner)).map(([name, property]) => ({
    name, value: write(property, writer, `${indent}  `), required: required.has(name), comment: commentOf(property, `${indent}  `),
  }))
  return writer.object(fields, indent)
}

/** For editors to show where the field is used. A comment in a comment would end it. */
function commentOf(schema: Schema, indent: string): string {
  const meaning = meaningOf(schema)
  return meaning === null ? '' : `${indent}/** ${meaning.replaceAll('*/', '*\\/')} */\n`
}

type Described = { name: string; schema: Schema; previous: boolean }

/** `deal.stage.changed` → `DealStageChanged`, `2fa.used` → `_2faUsed` */
export function typeName(event: string): string {
  return event.split(/[._]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('').replace(/^\d/, '_$&')
}

/** The body of an event as a TypeScript type. */
export function typescriptOf({ name, schema, previous }: Described): string {
  const data = write(schema, typescript, '  ')
  return `export type ${typeName(name)} = {\n  id: string\n  event: '${name}'\n  timestamp: string\n  data: ${data}\n${previous ? `  previous?: Partial<${typeName(name)}['data']>\n` : ''}}\n`
}

/** The body of an event as a zod schema. */
export function zodOf({ name, schema, previous }: Described): string {
  const variable = typeName(name).charAt(0).toLowerCase() + typeName(name).slice(1)
  const data = write(schema, zod, '  ')
  const before = previous ? '  previous: z.record(z.string(), z.unknown()).optional(),\n' : ''
  return `import { z } from 'zod'\n\nexport const ${variable} = z.object({\n  id: z.guid(),\n  event: z.literal('${name}'),\n  timestamp: z.iso.datetime(),\n  data: ${data},\n${before}})\n`
}
