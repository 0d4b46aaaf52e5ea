import type { Hono } from 'hono'
import { asyncApi } from '../core/async_api.ts'
import { anyDocument } from './answers.ts'
import type { Env } from './deps.ts'
import { describeRoute } from './describe.ts'
import { openApi } from './openapi.ts'

const ofApi = describeRoute({
  id: 'getOpenApi', tag: 'About', summary: 'This API in OpenAPI 3.1', access: 'anyone',
  answers: { 200: { about: 'The document.', schema: anyDocument } },
})
const ofEvents = describeRoute({
  id: 'getAsyncApi', tag: 'About', summary: 'The events in AsyncAPI 3', access: 'anyone',
  answers: { 200: { about: 'The document.', schema: anyDocument } },
})

/** `GET /webhooks/openapi.json` and `GET /webhooks/asyncapi.json`. Public: they tell what the source tells. Made at the first request. */
export function documentRoutes(app: Hono<Env>): void {
  let api: object | undefined
  let events: object | undefined
  app.get('/webhooks/openapi.json', ofApi, (c) => c.json(api ??= openApi(app)))
  app.get('/webhooks/asyncapi.json', ofEvents, (c) => c.json(events ??= asyncApi()))
}
