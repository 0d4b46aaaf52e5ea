import Ajv2020 from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { EVENT_TYPES, eventType, toCatalogRow } from '../../functions/core/event_types.ts'
import { EVENT_TYPE_PATTERN } from '../../functions/core/webhook_input.ts'
import { publishedOf, readPublished, versionProblems } from '../../local/event_type_versions.ts'
import { generateCatalog } from '../../local/gen_catalog.ts'

const promised = [
  'contact.created', 'contact.updated', 'contact.assigned', 'deal.created', 'deal.updated', 'deal.stage.changed', 'deal.assigned',
  'conversation.created', 'conversation.assigned', 'conversation.status.changed', 'message.received', 'message.sent', 'message.delivered', 'message.read',
  'message.failed', 'broadcast.response', 'zoom.recording.completed', 'chatbot.triggered', 'insight.summary', 'insight.topic', 'insight.key',
  'insight.conversation', 'insight.sentiment', 'webhook.test', 'webhook.disabled', 'webhook.failing', 'webhook.recovered',
]
const inbound = [
  'contact.created', 'conversation.created', 'message.received', 'broadcast.response', 'zoom.recording.completed',
]
const names = EVENT_TYPES.map(({ name }) => name)

test('every promised type is there, once, and no other', () => {
  expect([...names].sort()).toEqual([...promised].sort())
})

describe('versions', () => {
  test('what is published is what the registry says: after a change run npm run gen:catalog', () => {
    expect(versionProblems(EVENT_TYPES, readPublished())).toEqual([])
    expect(readPublished()).toEqual(publishedOf(EVENT_TYPES))
  })
  test('a schema that changes needs the next number, and a number needs a schema that changes', () => {
    const [first, ...others] = EVENT_TYPES
    const published = publishedOf(EVENT_TYPES)
    const changed = { ...first!, schema: z.looseObject({ id: z.string() }) }
    expect(versionProblems([changed, ...others], published)).toEqual([`The schema of ${first!.name} changed. Give it version 2, so that receivers can tell.`])
    expect(versionProblems([{ ...changed, version: 2 }, ...others], published)).toEqual([])
    expect(versionProblems([{ ...changed, version: 3 }, ...others], published)).toHaveLength(1)
    expect(versionProblems([{ ...first!, version: 2 }, ...others], published)).toEqual([`${first!.name} has version 2, and its schema is that of version 1.`])
    expect(versionProblems(others, published)).toEqual([`${first!.name} was published and is gone: receivers may rely on it.`])
    expect(versionProblems([{ ...first!, sample: { data: {} }, description: 'Other words.' }, ...others], published)).toEqual([])
    expect(versionProblems([{ ...first!, schema: (first!.schema as z.ZodObject).extend({ email: z.string().nullable().describe('Other words.') }) }, ...others], published)).toEqual([])
  })
})

test('what comes in and what goes out', () => {
  expect(EVENT_TYPES.filter(({ direction }) => direction === 'inbound').map(({ name }) => name)).toEqual(inbound)
})

test('types are found by their name', () => {
  expect(eventType('deal.created').name).toBe('deal.created')
  expect(eventType('deal.exploded')).toBeUndefined()
})

describe.each(EVENT_TYPES.map((type) => [type.name, type] as const))('%s', (name, type) => {
  const { data, previous } = type.sample
  const row = toCatalogRow(type)

  test('is named and described for people', () => {
    expect(name).toMatch(EVENT_TYPE_PATTERN)
    expect(type.description).toMatch(/^[A-Z][^.]*\.$/)
    expect(type.description.length).toBeLessThan(90)
    expect(type.source).toBe(name.startsWith('webhook.') ? 'tablehook' : 'app')
  })

  test('has a sample that fits its schema', () => {
    expect(type.schema.parse(data)).toEqual(data)
    expect(Object.keys(previous ?? {}).length > 0).toBe(type.previous)
    for (const [column, old] of Object.entries(previous ?? {})) {
      expect(data).toHaveProperty(column)
      expect(data[column]).not.toEqual(old)
    }
  })

  test('has a JSON Schema that other validators read alike', () => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(row.schema)
    expect(validate(data), JSON.stringify(validate.errors)).toBe(true)
    expect(Object.keys(row.schema['properties'] as object).sort()).toEqual(Object.keys(data).sort())
    for (const column of Object.keys(data)) {
      const { [column]: _, ...without } = data
      expect([validate(without), type.schema.safeParse(without).success], column).toEqual([false, false])
    }
  })

  test('says of every field what it means, in a sentence or two', () => {
    for (const [field, { description }] of Object.entries(row.schema['properties'] as Record<string, { description?: string }>)) {
      // Plain text: it is shown on pages, in tables, in comments of code.
      expect(description, field).toMatch(/^[A-Z][^`<>|*\n]{8,}\.$/)
      expect(description!.length, field).toBeLessThan(130)
    }
  })

  test('lets a column pass that is added later', () => {
    expect(type.schema.parse({ ...data, added_later: 1 })).toEqual({ ...data, added_later: 1 })
  })
})

test('the catalog in the migrations is the one of the registry', () => {
  expect(generateCatalog({ check: true })).toEqual([])
})
