// Requests that an API's OpenAPI description allows, and what becomes of them in bad hands.
import fc, { type Arbitrary } from 'fast-check'

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any
/** What is sent. `body` is what goes over the wire; null for none. `path` has the query. */
export type ApiRequest = { operation: string; method: string; path: string; headers: Record<string, string>; body: string | Uint8Array<ArrayBuffer> | null }
/** Values that are worth trying for an input of that name: ids that exist, other people's, cursors. */
export type Known = (name: string) => readonly unknown[]

type Operation = { id: string; method: string; template: string; parameters: Json[]; body: Json | null }

export function operationsOf(document: Json): Operation[] {
  return Object.entries(document.paths as Record<string, Record<string, Json>>).flatMap(([template, item]) => Object.entries(item).map(([method, operation]) => ({
    id: operation.operationId as string, method: method.toUpperCase(), template, parameters: operation.parameters as Json[],
    body: operation.requestBody?.content['application/json'].schema ?? null,
  })))
}

/** Texts that have broken somebody's server. */
const hostileTexts = [
  '', ' ', '\u0000', 'a\u0000b', '\ud800', '\udc00x', '\ufeff', '\u202e', '𝕏'.repeat(3), 'ß'.repeat(300), 'x'.repeat(5_000), 'x'.repeat(300_000), '-1', '0', '1e999', 'NaN', 'null', 'true',
  '%', '%00', '%ff', '%c0%80', '../../..', '..%2f..', "'; select 1; --", '$(id)', '{{7*7}}', '__proto__', 'constructor', '[]', '{}', '*', ',', ',,', 'deal.*', '\r\nx: y',
  '0000-01-01T00:00:00Z', '294277-01-01T00:00:00Z', 'infinity', '9999-12-31T23:59:59.999999999Z', '00000000-0000-0000-0000-000000000000', '18446744073709551616',
]
const hostileValues: unknown[] = [
  ...hostileTexts, null, true, false, 0, -0, -1, 1, 1.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 63, 1e308, 5e-324, [], {}, [[]], [null], [{}], { a: 1 }, [1, 'a'],
  JSON.parse('{"__proto__": {"x": 1}}'), { toString: 1, toJSON: 'x' }, Array.from({ length: 3_000 }, () => 'deal.created'), nested(99), nested(2_000),
]
function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

const text = fc.oneof({ weight: 3, arbitrary: fc.string({ maxLength: 30 }) }, fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom(...hostileTexts))
const instant = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }).map((date) => date.toISOString())

/** A value that the schema allows, mostly: what a schema cannot say is not kept. */
function valueOf(schema: Json, name: string, known: Known, document: Json): Arbitrary<unknown> {
  // Of a list it is the items that are known.
  const ofKnown = schema.type === 'array' || schema.type === 'object' ? [] : known(name)
  const described = describedValue(schema, name, known, document)
  return ofKnown.length === 0 ? described : fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...ofKnown) }, { weight: 1, arbitrary: described })
}

function describedValue(schema: Json, name: string, known: Known, document: Json): Arbitrary<unknown> {
  if (schema.$ref !== undefined) return describedValue((schema.$ref as string).slice(2).split('/').reduce<Json>((node, part) => node[part], document), name, known, document)
  const either = schema.anyOf ?? schema.oneOf
  if (either !== undefined) return fc.oneof(...(either as Json[]).map((one) => describedValue(one, name, known, document)))
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum as unknown[])
  if (schema.const !== undefined) return fc.constant(schema.const)
  switch (schema.type) {
    case 'object': return objectOf(schema, name, known, document)
    case 'array': return fc.array(valueOf(schema.items ?? {}, name, known, document), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 4, (schema.minItems ?? 0) + 3) })
    case 'string': return textOf(schema)
    case 'integer': return fc.integer({ min: Math.max(schema.minimum ?? -10, -(2 ** 31)), max: Math.min(schema.maximum ?? 2 ** 31 - 1, 2 ** 31 - 1) })
    case 'number': return fc.oneof(fc.integer({ min: -5, max: 300 }), fc.double())
    case 'boolean': return fc.boolean()
    case 'null': return fc.constant(null)
    default: return fc.jsonValue()
  }
}

function textOf(schema: Json): Arbitrary<string> {
  if (schema.format === 'uuid') return fc.uuid()
  if (schema.format === 'date-time') return instant
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern as string))
  return fc.string({ minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 40, (schema.minLength ?? 0) + 40) })
}

function objectOf({ properties, required = [], additionalProperties }: Json, name: string, known: Known, document: Json): Arbitrary<unknown> {
  if (properties === undefined) {
    const inner = typeof additionalProperties === 'object' ? valueOf(additionalProperties, name, known, document) : fc.jsonValue()
    return fc.dictionary(fc.oneof(fc.stringMatching(/^[A-Za-z-]{1,20}$/), fc.string({ maxLength: 10 })), inner, { maxKeys: 3 })
  }
  const model = Object.fromEntries(Object.entries(properties as Record<string, Json>).map(([key, schema]) => [key, valueOf(schema, key, known, document)]))
  // Few of the optional ones at a time: each is another way to be refused before the rest is looked at. Without the organization all are.
  const always = [...required as string[], 'organization_id']
  const optional = Object.keys(model).filter((key) => !always.includes(key))
  return fc.subarray(optional, { maxLength: Math.min(optional.length, 3) }).chain((kept) => fc.record(Object.fromEntries(Object.entries(model).filter(([key]) => always.includes(key) || kept.includes(key)))))
}

/** One place in a JSON value replaced, left out, or added to. */
function spoilt(value: unknown): Arbitrary<unknown> {
  const places: (string | number)[][] = []
  const walk = (node: unknown, path: (string | number)[]) => {
    places.push(path)
    if (typeof node === 'object' && node !== null && path.length < 3) for (const key of Object.keys(node).slice(0, 30)) walk((node as Json)[key], [...path, key])
  }
  walk(value, [])
  return fc.tuple(fc.constantFrom(...places), fc.constantFrom('replace', 'remove', 'add'), fc.oneof(fc.constantFrom(...hostileValues), text, fc.jsonValue()), text).map(([place, how, other, key]) => {
    if (place.length === 0 && how !== 'add') return other
    const copy = structuredClone(value) as Json
    const last = how === 'add' ? place : place.slice(0, -1)
    const holder = last.reduce<Json>((node, part) => node[part], copy)
    if (typeof holder !== 'object' || holder === null) return other
    const at = how === 'add' ? key : place.at(-1)!
    if (how === 'remove') delete holder[at]
    else if (!Array.isArray(holder) || at !== 'length') Object.defineProperty(holder, at, { value: other, enumerable: true, configurable: true, writable: true })
    return copy
  })
}

/** What arrives when a body is not the JSON it was. */
function wire(json: unknown): Arbitrary<ApiRequest['body']> {
  const whole = JSON.stringify(json) ?? ''
  const bytes = new TextEncoder().encode(whole.slice(0, 5_000))
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(whole) },
    fc.nat({ max: whole.length }).map((length) => whole.slice(0, length)),
    fc.constantFrom('', ' ', 'null', '[]', '"x"', '1e999', '{', '{"a":1}{', `\ufeff${whole}`, `${whole}x`, whole.replace(/^\{/, '{"__proto__":{"x":1},'), 'a=1&b=2', '<x/>', '['.repeat(100_000)),
    fc.tuple(fc.nat({ max: Math.max(0, bytes.length - 1) }), fc.integer({ min: 0, max: 255 })).map(([at, byte]) => {
      const broken = bytes.slice()
      broken[at] = byte
      return broken
    }),
  )
}

const contentTypes = ['application/json', 'application/json; charset=utf-8', 'application/json; charset=utf-16', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'multipart/form-data; boundary=x', '', 'nonsense']
const otherMethods = ['HEAD', 'OPTIONS', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'PURGE']

/** Any request to any operation: as described, or spoilt in one of many ways. `callers` are values of the header authorization. */
export function requestsTo(document: Json, known: Known, callers: readonly (string | null)[]): Arbitrary<ApiRequest> {
  return fc.constantFrom(...operationsOf(document)).chain((operation) => {
    const json = operation.body === null ? fc.option(fc.jsonValue(), { freq: 3 }) : valueOf(operation.body, '', known, document)
    const body = json.chain((value) => fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, { weight: 3, arbitrary: spoilt(value) }, { weight: 1, arbitrary: spoilt(value).chain(spoilt) })).chain(wire)
    const sometimes = <Value>(usual: Value, other: Arbitrary<Value>, freq = 10) => fc.oneof({ weight: freq, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other })
    return fc.record({
      operation: fc.constant(operation.id),
      method: sometimes(operation.method, fc.constantFrom(...otherMethods)),
      path: fc.tuple(pathOf(operation, known), queryOf(operation, known, document)).map(([path, query]) => path + query),
      headers: fc.record({
        'content-type': sometimes('application/json', fc.constantFrom(...contentTypes), 5),
        authorization: fc.constantFrom(...callers),
      }).map((headers) => Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null && value !== '')) as Record<string, string>),
      body,
    })
  })
}

/** Half a surrogate pair cannot be encoded: it is sent as the character for what is none. */
const encoded = (part: string) => encodeURIComponent(Buffer.from(part).toString())

function pathOf({ template, parameters }: Operation, known: Known): Arbitrary<string> {
  const names = parameters.filter((one) => one.in === 'path').map((one) => one.name as string)
  const kind = /\/(deliveries|listeners|keys)\//.exec(template)?.[1]
  const values = names.map((name) => {
    const likely = known(name === 'id' && kind !== undefined ? `${kind}.id` : name === 'name' ? 'event_type' : name === 'token' ? 'token' : name === 'id' ? 'webhook_id' : name === 'event' ? 'event_type' : name)
    return fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...likely as string[]) }, fc.uuid(), text.map((one) => encoded(one)), fc.constantFrom('%', '%ff', '%00', '%2e%2e', 'a/b', '..;', '~'))
  })
  return fc.tuple(...values).map((chosen) => names.reduce((path, name, nth) => path.replace(`{${name}}`, String(chosen[nth])), template))
}

/** As described, with names that are there twice, are not described, or are not encoded. */
function queryOf({ parameters }: Operation, known: Known, document: Json): Arbitrary<string> {
  const described = parameters.filter((one) => one.in === 'query').map((one) => fc.tuple(
    fc.constant(one.name as string), fc.oneof({ weight: 4, arbitrary: valueOf(one.schema, one.name as string, known, document) }, { weight: 1, arbitrary: fc.constantFrom(...hostileValues.filter((value) => typeof value !== 'object')) })))
  const odd = fc.tuple(fc.oneof(text, fc.constantFrom('limit', 'cursor', 'organization_id', 'webhook_id', '__proto__')), fc.oneof(text, fc.constantFrom(...hostileTexts)))
  const pairs = described.length === 0 ? fc.array(odd, { maxLength: 1 }) : fc.tuple(fc.array(fc.oneof(...described), { maxLength: 4 }), fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(odd, { maxLength: 2 }) })).map((both) => both.flat())
  return fc.tuple(pairs, fc.oneof({ weight: 8, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom('&', '&=', '&%', '&%ff=%ff', '&a=%00') })).map(([all, tail]) => {
    const query = all.map(([name, value]) => `${encoded(name)}=${encoded(String(value).slice(0, 6_000))}`).join('&') + tail
    return query === '' ? '' : `?${query}`
  })
}
