// The one address of the API: /rest/v1 and /auth/v1 are answered here, /functions/v1 by the Deno process.
import { serve, type HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { cors as allowOrigins } from 'hono/cors'
import { proxy } from 'hono/proxy'
import type { FunctionConfig } from './config.ts'
import { listening } from './listening.ts'
import { readRest } from './request_rest.ts'
import type { Rest } from './rest.ts'
import type { Stoppable } from './running.ts'
import type { Ports } from './ports.ts'
import type { Tokens } from './tokens.ts'

type Env = { Bindings: HttpBindings }

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, x-client-info, apikey, content-type',
}

export type GatewayOptions = { ports: Ports, rest: Rest, functions: FunctionConfig[], tokens: Tokens }

/** Listens on 127.0.0.1 only. */
export async function startGateway({ ports, rest, functions, tokens }: GatewayOptions): Promise<Stoppable> {
  const app = new Hono<Env>()
  // An answer may come before the body was read, such as 413. A client that keeps the connection sends its next request behind that body.
  app.use(async (c, next) => {
    await next()
    if (!await readRest(c.env.incoming)) c.header('connection', 'close')
  })
  app.get('/', (c) => c.text(`Tablehook's API. The web app is at http://127.0.0.1:${ports.web}\n`))
  app.all('/functions/v1/:name/*', (c) => callFunction(c))
  app.all('/functions/v1/:name', (c) => callFunction(c))
  // As hosted: any origin, any header. Lite's own preflight names no headers, and supabase-js sends several.
  app.use(allowOrigins({ origin: '*', allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], exposeHeaders: ['content-range', 'content-location', 'location'], maxAge: 3_600 }))
  app.all('*', (c) => rest.fetch(c.req.raw, c.env.incoming.socket.remoteAddress ?? null))

  async function callFunction(c: Context<Env>): Promise<Response> {
    // The one that fetch() does not send.
    if (c.req.method === 'TRACE') return Response.json({ code: 'METHOD_NOT_ALLOWED', message: 'No function takes TRACE.' }, { status: 405, headers: cors })
    const called = functions.find(({ name }) => name === c.req.param('name'))
    if (!called) return Response.json({ code: 'NOT_FOUND', message: 'Requested function was not found' }, { status: 404, headers: cors })
    const token = c.req.header('authorization')?.replace(/^Bearer /i, '')
    const userToken = token ? tokens.withKeyId(token) : null
    if (called.verifyJwt && !userToken && c.req.method !== 'OPTIONS') {
      return Response.json({ code: 401, message: 'Invalid JWT' }, { status: 401, headers: cors })
    }
    const { pathname, search } = new URL(c.req.url)
    const target = `http://127.0.0.1:${ports.functions}${pathname.replace('/functions/v1', '')}${search}`
    const headers = { ...endToEnd(c.req.header()), ...(userToken ? { authorization: `Bearer ${userToken}` } : {}) }
    try {
      return await proxy(target, { raw: c.req.raw, headers, redirect: 'manual' })
    } catch {
      return Response.json({ code: 'FUNCTIONS_UNAVAILABLE', message: 'The functions are being started again' }, { status: 503, headers: cors })
    }
  }

  return listening(serve({ fetch: app.fetch, port: ports.api, hostname: '127.0.0.1' }))
}

const OF_CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings', 'expect']

/** Without what is between a client and this server, and which fetch() refuses to send: curl expects, Java asks for an upgrade to HTTP/2. */
function endToEnd(headers: Record<string, string>): Record<string, string> {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_CONNECTION.includes(name) && !named.includes(name)))
}
