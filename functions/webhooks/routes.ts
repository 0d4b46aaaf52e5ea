import type { Context, Hono, MiddlewareHandler } from 'hono'
import type { Deps, Env } from './deps.ts'
import { noSuchWebhook } from './permission.ts'

export const WEBHOOKS = '/webhooks'
/** The pattern keeps the names of other routes out; idOf() sees to the rest. */
export const WEBHOOK = '/webhooks/:id{[0-9a-fA-F-]+}'

/** Adds routes to the app. `user` goes first in every route that needs a signed-in user. */
export type AddRoutes = (app: Hono<Env>, user: MiddlewareHandler<Env>, deps: Deps) => void

/** The id in the path. What is no uuid gets the same answer as a webhook (or whatever `missing` says) that doesn't exist. */
export function idOf(c: Context<Env, typeof WEBHOOK> | Context<Env>, missing: () => Error = noSuchWebhook): string {
  const id = c.req.param('id') ?? ''
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw missing()
  return id
}
