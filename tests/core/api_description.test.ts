// The published descriptions: valid by their own standards, complete, and what the repository shows is what the API serves.
import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import specs from '@asyncapi/specs'
import Ajv from 'ajv'
import { describe, expect, test } from 'vitest'
import { asyncApi } from '../../functions/core/async_api.ts'
import { EVENT_TYPES } from '../../functions/core/event_types.ts'
import { REFUSALS } from '../../functions/core/refusal.ts'
import { createApp } from '../../functions/webhooks/app.ts'
import type { Deps } from '../../functions/webhooks/deps.ts'
import { routesOf } from '../../functions/webhooks/describe.ts'
import { openApi } from '../../functions/webhooks/openapi.ts'
import { generateApi } from '../../local/gen_api.ts'

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any

const app = createApp({} as Deps)
const api = openApi(app) as Json
const operations = Object.entries(api.paths as Record<string, Record<string, Json>>)
  .flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, method, operation })))

test('the files in docs are what the API serves', async () => {
  expect(await generateApi({ check: true }), 'run npm run gen:api').toEqual([])
})

describe('OpenAPI', () => {
  test('is valid 3.1', async () => {
    expect(await new Validator().validate(structuredClone(api))).toEqual({ valid: true })
    // A document that is not: the validator looks.
    expect(await new Validator().validate({ ...structuredClone(api), paths: { '/x': { get: { responses: { 200: {} } } } } })).toMatchObject({ valid: false })
  })

  test('has every route of the app, and no other', () => {
    const routes = routesOf(app)
    expect(routes.filter(({ description }) => description === undefined).map(({ method, path }) => `${method} ${path}`)).toEqual([])
    const plain = (path: string) => path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')
    const expected = routes.flatMap(({ method, path }) => (method === 'ALL' ? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] : [method]).map((one) => `${one} ${plain(path)}`))
    expect(operations.map(({ name }) => name).sort()).toEqual(expected.sort())
  })

  test('names every operation once, and says in words what each does', () => {
    const ids = operations.map(({ operation }) => operation.operationId as string)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { name, operation } of operations) {
      expect(operation.operationId, name).toMatch(/^[a-z][A-Za-z]+$/)
      expect(operation.summary, name).toMatch(/^[A-Z]/)
      expect(Object.keys(operation.responses as object).some((status) => Number(status) < 300), name).toBe(true)
    }
  })

  test('refers only to what is there, and has nothing that is not referred to', () => {
    const text = JSON.stringify(api)
    const used = new Set([...text.matchAll(/"#\/components\/(schemas|responses)\/([^"]+)"/g)].map(([, kind, name]) => `${kind}/${name}`))
    const there = ['schemas', 'responses'].flatMap((kind) => Object.keys(api.components[kind] as object).map((name) => `${kind}/${name}`))
    expect([...used].sort()).toEqual(there.sort())
  })

  test('leaves answers open to what will be added, and requests closed to what is not known', () => {
    expect(api.components.schemas.CreateWebhookRequest.additionalProperties).toBe(false)
    expect(api.components.schemas.Webhook).not.toHaveProperty('additionalProperties')
  })

  test('says of every number in a query what it may be', () => {
    const numbers = operations.flatMap(({ name, operation }) => (operation.parameters as Json[])
      .filter(({ schema }) => schema.type === 'number' || schema.type === 'integer').map((parameter) => [`${name} ${parameter.name}`, parameter.schema] as const))
    expect(numbers.map(([name]) => name)).toContain('GET /webhooks/deliveries limit')
    for (const [name, schema] of numbers) expect(schema, name).toMatchObject({ type: 'integer', minimum: expect.any(Number), maximum: expect.any(Number) })
  })

  test('puts every refusal under its status', () => {
    const statuses = Object.values(api.components.responses as Record<string, Json>).flatMap((response) => {
      const codes = response.content['application/json'].schema.allOf[1].properties.error.properties.code.enum as (keyof typeof REFUSALS)[]
      return [new Set(codes.map((code) => REFUSALS[code])).size]
    })
    expect(new Set(statuses)).toEqual(new Set([1]))
  })

  test('is served to anybody', async () => {
    const answer = await app.request('http://localhost/functions/v1/webhooks/openapi.json')
    expect([answer.status, await answer.json()]).toEqual([200, JSON.parse(JSON.stringify(api))])
  })
})

describe('AsyncAPI', () => {
  const document = asyncApi() as Json
  // All in one file under absolute names, draft 7 itself among them.
  const validate = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false }).compile(specs.schemas['3.0.0'] as object)

  test('is valid 3.0', () => {
    expect(validate(JSON.parse(JSON.stringify(document))) || validate.errors).toBe(true)
    expect(validate({ ...document, channels: { webhook: { address: 7 } } })).toBe(false)
  })

  test('has a message for every event type, whose example fits', () => {
    expect(Object.keys(document.components.messages as object)).toEqual(EVENT_TYPES.map(({ name }) => name))
    const ajv = new Ajv({ strict: false, validateFormats: false })
    for (const [name, message] of Object.entries(document.components.messages as Record<string, Json>)) {
      const fits = ajv.compile(message.payload as object)
      const [{ payload }] = message.examples
      expect(fits(payload) || fits.errors, name).toBe(true)
      expect(fits({ ...payload, event: 'another' }), name).toBe(false)
      expect(payload, name).toMatchObject({ event: name, id: expect.any(String), data: expect.any(Object) })
    }
  })

  test('refers only to what is there', () => {
    for (const [, pointer] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      expect(pointer!.split('/').reduce<Json>((node, part) => node?.[part], document), pointer).toBeDefined()
    }
  })
})

test('what the documents say is what people read: docs/api.md links both', () => {
  const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
  for (const file of ['openapi.json', 'asyncapi.json']) expect(text).toContain(`(${file})`)
})
