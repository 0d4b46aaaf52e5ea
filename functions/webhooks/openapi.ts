// OpenAPI 3.1 of the HTTP API, made of the descriptions beside the routes. Pure: the same app, the same document.
import type { Hono } from 'hono'
import { z } from 'zod'
import { REFUSALS, type RefusalCode } from '../core/refusal.ts'
import { VERSION } from '../core/version.ts'
import type { Env } from './deps.ts'
import { refusalsOf, routesOf, TAGS, type Description, type Route } from './describe.ts'

type Json = Record<string, unknown>

const EVERY_METHOD = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const ABOUT = `Outgoing webhooks of one Supabase project. For secrets, and for programs; screens of the project may also use REST under row-level security.

Send a user’s access token or an API key of an organization as \`Authorization: Bearer …\`. A key has scopes: \`read\`, \`write\`, \`secrets\`; what each operation needs stands in its \`security\`. Users are judged by their role. Another organization’s id is answered as one that never was.

A refusal is \`{"error": {"code", "message", "field"?}}\`. Codes are stable, messages are for people.`

/** The document: every route that has a description. */
export function openApi(app: Hono<Env>): Json {
  const routes = routesOf(app)
  const schemas = componentSchemas(routes.flatMap(({ description }) => description ?? []))
  const paths: Record<string, Json> = {}
  for (const { method, path, description } of routes) {
    if (description === undefined) continue // a test names it
    const item = (paths[template(path)] ??= {})
    for (const one of method === 'ALL' ? EVERY_METHOD : [method]) {
      item[one.toLowerCase()] = operation(one, path, description, method === 'ALL')
    }
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Tablehook', version: VERSION, description: ABOUT },
    servers: [
      { url: 'https://{project}.supabase.co/functions/v1', variables: { project: { default: 'project', description: 'The reference of your project.' } } },
      { url: 'http://127.0.0.1:15320/functions/v1', description: 'npm start' },
    ],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { Refusal: refusalSchema, ...schemas },
      responses: sharedRefusals(routes),
      securitySchemes: {
        user: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of a signed-in user.' },
        api_key: { type: 'http', scheme: 'bearer', description: 'An API key of an organization: thk_…' },
      },
    },
  }
}

const refusalSchema = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: {
        code: { type: 'string', enum: Object.keys(REFUSALS) },
        message: { type: 'string' },
        field: { type: 'string', description: 'The input at fault: url, headers.Host, events.2.' },
      },
      required: ['code', 'message'],
    },
  },
  required: ['error'],
}

/** `/webhooks/:id{[0-9a-f]+}` → `/webhooks/{id}`. */
const template = (path: string) => path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')

function operation(method: string, path: string, description: Description, isOneOfAll: boolean): Json {
  const { id, tag, summary, about, access, query, body, answers } = description
  return {
    operationId: isOneOfAll ? `${id}By${method[0]}${method.slice(1).toLowerCase()}` : id,
    tags: [tag],
    summary,
    ...(about === undefined ? {} : { description: about }),
    security: access === 'anyone' ? [] : access === 'user' ? [{ user: [] }] : [{ user: [] }, { api_key: [access] }],
    parameters: [...pathParameters(path), ...queryParameters(query)],
    ...(body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: { $ref: ref(requestName(description)) } } } } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, { about: text, schema, type }]) => [status, {
        description: text,
        ...(schema !== null ? { content: { 'application/json': { schema: { $ref: ref(answerName(schema)) } } } } : type === undefined ? {} : { content: { [type]: {} } }),
      }])),
      ...refusalResponses(refusalsOf(description, method), answers),
    },
  }
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name, in: 'path', required: true, schema: name === 'id' ? { type: 'string', format: 'uuid' } : { type: 'string' },
  }))
}

function queryParameters(query: z.ZodObject | undefined): Json[] {
  if (query === undefined) return []
  const { properties = {}, required = [] } = plain(z.toJSONSchema(query, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any', override: asSent })) as { properties?: Record<string, Json>; required?: string[] }
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name, in: 'query', required: required.includes(name), ...(description === undefined ? {} : { description }), schema,
  }))
}

/** One response for each status, which says with which codes. */
function refusalResponses(codes: readonly RefusalCode[], answers: Description['answers']): Json {
  const byStatus = new Map<number, RefusalCode[]>()
  for (const code of codes) byStatus.set(REFUSALS[code], [...byStatus.get(REFUSALS[code]) ?? [], code])
  return Object.fromEntries([...byStatus].filter(([status]) => !(status in answers)).sort(([a], [b]) => a - b)
    .map(([status, some]) => [status, some.length > 3 ? refusalResponse(status, some) : { $ref: `#/components/responses/${some.join('.')}` }]))
}

function refusalResponse(status: number, codes: readonly RefusalCode[]): Json {
  return {
    description: codes.join(', '),
    ...(status === 429 ? { headers: { 'retry-after': { description: 'Seconds.', schema: { type: 'integer' } } } } : {}),
    content: { 'application/json': { schema: { allOf: [{ $ref: ref('Refusal') }, { properties: { error: { properties: { code: { enum: codes } } } } }] } } },
  }
}

/** The refusals that many routes have in common, each written once. */
function sharedRefusals(routes: readonly Route[]): Json {
  const shared: Record<string, Json> = {}
  for (const { method, description } of routes) {
    if (description === undefined) continue
    for (const response of Object.values(refusalResponses(refusalsOf(description, method), {}))) {
      const [, name] = /responses\/(.+)$/.exec(String((response as { $ref?: string }).$ref)) ?? []
      if (name === undefined) continue
      const codes = name.split('.') as RefusalCode[]
      shared[name] = refusalResponse(REFUSALS[codes[0]!], codes)
    }
  }
  return Object.fromEntries(Object.entries(shared).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const ref = (name: string) => `#/components/schemas/${name}`
const requestName = ({ id }: Description) => `${id[0]!.toUpperCase()}${id.slice(1)}Request`

function answerName(schema: z.ZodType): string {
  const name = schema.meta()?.id
  if (name === undefined) throw new Error('An answer has a name: see answers.ts.')
  return name
}

/** What is sent as it is sent, what is answered as it is answered; named parts of either are written once. */
function componentSchemas(descriptions: readonly Description[]): Json {
  const requests = z.registry<{ id: string }>()
  for (const description of descriptions) {
    if (description.body !== undefined) requests.add(description.body, { id: requestName(description) })
  }
  const answers = z.registry<{ id: string }>()
  for (const { answers: all } of descriptions) {
    for (const { schema } of Object.values(all)) for (const named of schema === null ? [] : namedParts(schema)) answers.add(named, { id: answerName(named) })
  }
  const settings = { target: 'draft-2020-12', unrepresentable: 'any', uri: ref } as const
  const written = {
    ...z.toJSONSchema(requests, { ...settings, io: 'input', override: asSent }).schemas,
    ...z.toJSONSchema(answers, { ...settings, io: 'output', override: asAnswered }).schemas,
  }
  return Object.fromEntries(Object.entries(written).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, schema]) => [name, plain(schema as Json)]))
}

/** The schema, and the named ones that it holds as a property or an item. */
function namedParts(schema: z.ZodType): z.ZodType[] {
  const inner = schema instanceof z.ZodObject ? Object.values(schema.shape) : schema instanceof z.ZodArray ? [schema.element] : []
  return [schema, ...(inner as z.ZodType[]).flatMap(namedParts)].filter((one) => one.meta()?.id !== undefined)
}

/** A format says the same as its pattern, to people and validators; that of a date is 300 characters of noise. */
function asSent({ jsonSchema }: { jsonSchema: Json }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern
}

/** Nobody who reads our answers should refuse what is added to them later. */
function asAnswered({ jsonSchema }: { jsonSchema: Json }): void {
  asSent({ jsonSchema })
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
}

function plain({ $schema: _, $id: __, id: ___, ...schema }: Json): Json {
  return schema
}
