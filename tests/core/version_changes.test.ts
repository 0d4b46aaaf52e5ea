import { expect, test } from 'vitest'
import { changesBetween } from '../../web/catalog/version_changes.ts'

const object = (properties: Record<string, unknown>, required: string[] = []) => ({ type: 'object', properties, required })
const text = { type: 'string' }

test('fields that came, went, or mean something else', () => {
  const before = object({ id: text, gone: text, total: { type: 'number' }, stage: { type: 'string', enum: ['a'] }, items: { type: 'array', items: object({ sku: text }) } }, ['id'])
  const after = object({ id: text, came: text, total: text, stage: { type: 'string', enum: ['a', 'b'] }, items: { type: 'array', items: object({ sku: text, qty: text }) } }, ['id'])
  expect(changesBetween(before, after)).toEqual({ added: ['came', 'items[].qty'], removed: ['gone'], changed: ['total', 'stage'] })
})
test('a field that was optional and is always there has changed', () => {
  expect(changesBetween(object({ id: text }), object({ id: text }, ['id']))).toEqual({ added: [], removed: [], changed: ['id'] })
})
test('a field that is described in other words has not changed', () => {
  const described = (description: string) => object({ id: { ...text, description }, owner: { anyOf: [text, { type: 'null' }], description } })
  expect(changesBetween(described('Some.'), described('Others.'))).toEqual({ added: [], removed: [], changed: [] })
})
test('the same schema has no change', () => {
  expect(changesBetween(object({ id: text }), object({ id: text }))).toEqual({ added: [], removed: [], changed: [] })
})
