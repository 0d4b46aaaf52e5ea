// What of a JSON Schema is only for people: other words are no other schema. The database has the same rule: webhooks.without_words().

const WORDS = ['title', 'description', '$comment']
/** Keywords whose value has names of the app's choosing, and a schema for each. */
const NAMED = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']
/** Keywords whose value is a schema, or a list of them. */
const NESTED = [
  'items', 'prefixItems', 'additionalProperties', 'propertyNames', 'contains', 'unevaluatedItems', 'unevaluatedProperties',
  'anyOf', 'allOf', 'oneOf', 'not', 'if', 'then', 'else',
]

/** The schema without its words. A field that is called `description` stays. */
export function withoutWords(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutWords)
  if (!isObject(schema)) return schema
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !WORDS.includes(keyword)).map(([keyword, value]) => [
    keyword,
    NESTED.includes(keyword) ? withoutWords(value)
      : NAMED.includes(keyword) && isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutWords(one)]))
        : value,
  ]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
