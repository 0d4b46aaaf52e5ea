// The HTTP API. Each file beside this one adds its routes; what holds for all of them is here.
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { Refusal } from '../core/refusal.ts'
import { apiKeyRoutes } from './api_keys.ts'
import { signedIn } from './auth.ts'
import { cancelRoute } from './cancel.ts'
import { changeRoutes } from './change.ts'
import { checkUrlRoute } from './check_url.ts'
import { createRoute } from './create.ts'
import { deliveryRoutes } from './deliveries.ts'
import type { Deps, Env } from './deps.ts'
import { documentRoutes } from './documents.ts'
import { answerError, answerRefusal } from './errors.ts'
import { eventTypeRoutes } from './event_types.ts'
import { inboxRoute } from './inbox.ts'
import { previewRoutes } from './preview.ts'
import { listenAddress, listenerRoutes } from './listeners.ts'
import { readRoutes } from './read.ts'
import { resendRoutes } from './resend.ts'
import { restHookRoutes } from './rest_hooks.ts'
import { secretRoutes } from './secret.ts'
import { testRoute } from './test.ts'

export const MAX_REQUEST_BYTES = 1024 * 1024
const CORS_MAX_AGE_SECONDS = 3_600

/** Makes the API from its parts. Answers under `/webhooks`, as Supabase calls a function, and under `/functions/v1/webhooks`. */
export function createApp(deps: Deps): Hono<Env> {
  const app = new Hono<Env>({ getPath })
  app.onError((error, c) => answerError(deps, error, c))
  app.notFound((c) => answerRefusal(new Refusal('not_found', 'There is nothing at this address.'), c))

  app.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
    c.header('x-content-type-options', 'nosniff')
  })
  // Postgres keeps no NUL in a text: there is nothing whose name has one.
  app.use(async (c, next) => {
    if (c.req.path.includes('%00')) throw new Refusal('not_found', 'There is nothing at this address.')
    await next()
  })
  // Before all that is for browsers and users: the inbox takes every method, OPTIONS too, from anybody.
  inboxRoute(app, deps)
  listenAddress(app, deps)

  // No cookies are read, so any origin may ask: without a token it learns nothing.
  app.use(cors({ origin: '*', allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'], exposeHeaders: ['retry-after'], maxAge: CORS_MAX_AGE_SECONDS }))
  app.use(methodNotAllowed({
    app,
    onMethodNotAllowed: (c, allowed) => {
      const answer = answerRefusal(new Refusal('method_not_allowed', `Use ${allowed.join(', ')} here.`), c)
      answer.headers.set('allow', allowed.join(', '))
      return answer
    },
  }))
  app.use(bodyLimit({ maxSize: MAX_REQUEST_BYTES, onError: () => { throw new Refusal('payload_too_large', 'The body is larger than 1 MB.') } }))

  const user = signedIn(deps)
  createRoute(app, user, deps)
  readRoutes(app, user, deps)
  changeRoutes(app, user, deps)
  testRoute(app, user, deps)
  secretRoutes(app, user, deps)
  resendRoutes(app, user, deps)
  cancelRoute(app, user, deps)
  checkUrlRoute(app, user, deps)
  previewRoutes(app, user, deps)
  deliveryRoutes(app, user, deps)
  eventTypeRoutes(app, user, deps)
  listenerRoutes(app, user, deps)
  restHookRoutes(app, user, deps)
  apiKeyRoutes(app, user, deps)
  documentRoutes(app)
  return app
}

/** One slash at the end more or less makes no difference. */
function getPath(request: Request): string {
  return new URL(request.url).pathname.replace(/^\/functions\/v1(?=\/)/, '').replace(/(?<=.)\/$/, '')
}
