// What a route takes and answers, said beside the route. The OpenAPI document is made of these and of nothing else, and what
// scope an API key needs is said here too: a route without a description takes no key.
import type { Hono, MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { z } from 'zod'
import type { Scope } from '../core/api_key_input.ts'
import type { RefusalCode } from '../core/refusal.ts'
import type { Env } from './deps.ts'

/** Who may call: the scope that an API key needs (users are judged by their role), `user` for what no key may do, or `anyone`. */
export type Access = Scope | 'user' | 'anyone'

export const TAGS = {
  'Webhooks': 'Create, read, change and delete webhooks.',
  'Signing secrets': 'Reveal and roll what requests are signed with. Each is written to the audit log.',
  'Deliveries': 'What became of events: deliveries and their attempts.',
  'By hand': 'Send a test, resend, replay.',
  'REST hooks': 'For platforms that subscribe on behalf of their users, such as Zapier and n8n.',
  'API keys': 'Made and revoked by admins.',
  'Test addresses': 'Addresses of our own that take what webhooks send.',
  'About': 'The event types, and these descriptions.',
} as const

/** What comes back: `schema` of the JSON, null for none. `type`: where it is not JSON. */
export type AnswerDescription = { about: string; schema: z.ZodType | null; type?: string }

export type Description = {
  /** Unique, in camel case: clients are generated with it. */
  id: string
  tag: keyof typeof TAGS
  summary: string
  about?: string
  access: Access
  query?: z.ZodObject
  body?: z.ZodType
  answers: Readonly<Record<number, AnswerDescription>>
  /** Besides those that follow from the rest: see refusalsOf(). */
  refusals?: readonly RefusalCode[]
}

const DESCRIPTION = Symbol('description')

/** Goes before everything else of a route. */
export function describeRoute(description: Description): MiddlewareHandler<Env> {
  const middleware = createMiddleware<Env>(async (c, next) => {
    c.set('access', description.access)
    await next()
  })
  return Object.assign(middleware, { [DESCRIPTION]: description })
}

/** A route of the app: `method` in upper case, or ALL; `path` as Hono matches it. `description` is missing when nobody wrote one. */
export type Route = { method: string; path: string; description: Description | undefined }

/** Every route of the app, in the order in which they were added. What is for all routes is none. */
export function routesOf(app: Hono<Env>): Route[] {
  const routes = new Map<string, Route>()
  for (const { method, path, handler } of app.routes) {
    if (path === '/*') continue
    const key = `${method} ${path}`
    const description = (handler as { [DESCRIPTION]?: Description })[DESCRIPTION]
    routes.set(key, { method, path, description: description ?? routes.get(key)?.description })
  }
  return [...routes.values()]
}

/** Every way in which a route may say no. */
export function refusalsOf({ access, body, query, refusals = [] }: Description, method: string): RefusalCode[] {
  return [...new Set<RefusalCode>([
    ...(body === undefined ? [] : ['invalid_json', 'invalid_input'] as const),
    ...(query === undefined ? [] : ['invalid_input'] as const),
    // The size is judged before anything else, whether or not the route wants a body. Test addresses judge it themselves.
    ...(method === 'GET' || method === 'HEAD' || access === 'anyone' ? [] : ['payload_too_large'] as const),
    ...(access === 'anyone' ? [] : ['unauthorized'] as const),
    ...(access === 'anyone' ? [] : access === 'user' ? ['forbidden'] as const : ['scope_missing'] as const),
    ...refusals,
    'internal', 'unavailable',
  ])]
}
