// Leaving fields out of JSON text: against a model that parses, and for what parsing would lose.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EventToSend } from '../../functions/core/formats/format.ts'
import { renderBody } from '../../functions/core/formats/index.ts'
import { fieldChoice, selectFields } from '../../functions/core/payload/fields.ts'
import { shapeEvent } from '../../functions/core/payload/shape_event.ts'
import type { Shape } from '../../functions/core/payload/shape.ts'

const keep = (json: string, ...paths: string[]) => selectFields(json, fieldChoice(paths, true))
const drop = (json: string, ...paths: string[]) => selectFields(json, fieldChoice(paths, false))

describe('what stays', () => {
  const row = '{"id": "a", "customer": {"name": "Ada", "email": "a@example.com"}, "items": [{"sku": "x", "price": 1}, {"sku": "y", "price": 2}], "tags": ["b", "c"], "none": null}'
  test.each([
    [keep(row, 'id'), '{"id":"a"}'],
    [keep(row, 'customer.email', 'id'), '{"id":"a","customer":{"email":"a@example.com"}}'],
    [keep(row, 'items.sku'), '{"items":[{"sku":"x"},{"sku":"y"}]}'],
    [keep(row, 'items'), '{"items":[{"sku": "x", "price": 1}, {"sku": "y", "price": 2}]}'],
    [keep(row, 'customer', 'customer.email'), '{"customer":{"name": "Ada", "email": "a@example.com"}}'],
    [keep(row, 'customer.email', 'customer'), '{"customer":{"name": "Ada", "email": "a@example.com"}}'],
    [keep(row, 'nothing.here', 'customer.nothing'), '{"customer":{}}'],
    [keep(row, 'none.deeper', 'tags.deeper'), '{"tags":[]}'],
    [drop(row, 'customer', 'items', 'tags'), '{"id":"a","none":null}'],
    [drop(row, 'customer.email', 'items', 'tags', 'none.deeper'), '{"id":"a","customer":{"name":"Ada"},"none":null}'],
    [drop(row, 'items.price', 'customer', 'tags.deeper', 'none'), '{"id":"a","items":[{"sku":"x"},{"sku":"y"}],"tags":["b","c"]}'],
    [drop('{}', 'id'), '{}'],
  ])('%s', (got, wanted) => expect(got).toBe(wanted))

  test('numbers, escapes and doubled keys keep their bytes', () => {
    const odd = '{"n":12345678901234567890.0100,"e":1E400,"q":"\\"},{\\\\","u":"\\u00e9","gone":{"a":[{}]},"d":1,"d":2}'
    expect(drop(odd, 'gone')).toBe('{"n":12345678901234567890.0100,"e":1E400,"q":"\\"},{\\\\","u":"\\u00e9","d":1,"d":2}')
  })
  test('a key is compared by what it means, not by how it is written', () => {
    expect(drop('{"\\u0061b":1,"c":2}', 'ab')).toBe('{"c":2}')
  })
  test('depth costs no stack where no path leads', () => {
    const deep = `{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},"id":1}`
    expect(keep(deep, 'id')).toBe('{"id":1}')
    expect(drop(deep, 'id')).toHaveLength(deep.length - 7)
  })
  test('text that is cut off is an error and no endless loop', () => {
    for (const text of ['{"a":"b', '{"a":[1,2', '{"a":{']) expect(() => drop(text, 'z')).toThrow(SyntaxError)
  })
})

/** The same on parsed values. Undefined: left out. */
function model(value: unknown, paths: string[][], keeps: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => model(one, paths, keeps)).filter((one) => one !== undefined)
  if (typeof value !== 'object' || value === null) return keeps ? undefined : value
  const left: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    const here = paths.filter(([first]) => first === key).map((path) => path.slice(1))
    const chosen = here.length === 0 ? (keeps ? undefined : inner) : here.some((path) => path.length === 0) ? (keeps ? inner : undefined) : model(inner, here, keeps)
    if (chosen !== undefined) Object.defineProperty(left, key, { value: chosen, enumerable: true, configurable: true, writable: true })
  }
  return left
}

test('any object, any paths: as if it had been parsed', () => {
  const key = fc.constantFrom('a', 'b', 'id', 'x y', '"', 'é', '__proto__')
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(key, tie('tree'), { maxKeys: 5 })),
  }))
  const paths = fc.array(fc.array(key.filter((name) => !/[.\s]/.test(name)), { minLength: 1, maxLength: 4 }), { maxLength: 6 })
  fc.assert(fc.property(fc.dictionary(key, tree, { maxKeys: 6 }), paths, fc.boolean(), fc.constantFrom(undefined, 1), (object, chosen, keeps, space) => {
    const got = selectFields(JSON.stringify(object, null, space), fieldChoice(chosen.map((path) => path.join('.')), keeps))
    expect(JSON.parse(got)).toEqual(JSON.parse(JSON.stringify(model(object, chosen, keeps))))
  }), { numRuns: 500 })
})

describe('an event', () => {
  const event: EventToSend = {
    id: 'e1', type: 'deal.updated', occurredAt: '2026-11-21T09:30:00.000Z', organizationId: 'o1', context: null,
    data: '{"id":"d1","title":"Bread","value":12345678901234567890,"contact":{"email":"a@example.com"}}', previous: '{"title":"Cake","contact":{"email":"b@example.com"}}',
  }
  const never = () => Promise.reject(new Error('No transformation was asked for.'))
  /** Of a table with a key of two columns, one of them with a dot in its name. */
  const keysOf = (type: string) => Promise.resolve(type === 'deal.updated' ? ['title', 'no.such'] : [])
  const body = async (shape: Shape, format: 'standard' | 'standard-webhooks' | 'cloudevents' = 'standard') => {
    const shaped = await shapeEvent(event, shape, 's', never, keysOf)
    if (!shaped.ok) throw new Error(shaped.sentence)
    return renderBody(format, shaped.event)
  }

  test('fields are left out of both data and previous', async () => {
    expect(await body({ excluded_fields: ['contact', 'title'] })).toBe(
      '{"id":"e1","event":"deal.updated","timestamp":"2026-11-21T09:30:00.000Z","data":{"id":"d1","value":12345678901234567890},"previous":{}}')
    expect(await body({ included_fields: ['title'] })).toBe(
      '{"id":"e1","event":"deal.updated","timestamp":"2026-11-21T09:30:00.000Z","data":{"title":"Bread"},"previous":{"title":"Cake"}}')
  })
  test('a thin one has the key of the record, in every format of ours', async () => {
    expect(await body({ thin: true })).toBe('{"id":"e1","event":"deal.updated","timestamp":"2026-11-21T09:30:00.000Z","data":{"id":"d1","title":"Bread"}}')
    expect(await body({ thin: true }, 'standard-webhooks')).toBe('{"type":"deal.updated","timestamp":"2026-11-21T09:30:00.000Z","data":{"id":"d1","title":"Bread"}}')
    expect(JSON.parse(await body({ thin: true }, 'cloudevents'))).toMatchObject({ id: 'e1', type: 'deal.updated', data: { id: 'd1', title: 'Bread' } })
  })
  test('a transformation sees what is left, and old values go only where it puts them', async () => {
    let seen = ''
    const shaped = await shapeEvent(event, { excluded_fields: ['contact'], transformation: 'x' }, 's', (task) => {
      seen = task.input
      return Promise.resolve({ ok: true, output: '{"made":1}' })
    }, never)
    expect(JSON.parse(seen)).toEqual({ id: 'e1', event: 'deal.updated', timestamp: event.occurredAt, data: { id: 'd1', title: 'Bread', value: 12345678901234567890 }, previous: { title: 'Cake' } })
    expect(shaped.ok && [shaped.event.data, shaped.event.previous]).toEqual(['{"made":1}', null])
  })
})
