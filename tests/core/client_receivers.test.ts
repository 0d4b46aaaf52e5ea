// The helpers for frameworks: in a real Express, a real Hono, as a route of Next.js and as a plain handler, with good and bad requests.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import { Hono } from 'hono'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { webhook as expressWebhook } from '../../client/src/express.ts'
import { webhookHandler } from '../../client/src/fetch.ts'
import { webhook as honoWebhook } from '../../client/src/hono.ts'
import type { TablehookEvent } from '../../client/src/index.ts'
import { webhookApiRoute, webhookRoute } from '../../client/src/next.ts'

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`
const body = '{"id":"e1","event":"contact.created","timestamp":"2026-11-21T09:30:00.000Z","data":{"id":"1","note":"Zoë  \\u2028"}}'

function signed(text = body, more: Record<string, string> = {}): RequestInit {
  const now = new Date()
  const headers = {
    'content-type': 'application/json', 'webhook-id': 'e1', 'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign('e1', now, text), 'x-webhook-attempt': '3', ...more,
  }
  return { method: 'POST', body: text, headers }
}

type Options = { secret: string | (() => Promise<string>); onEvent: (event: TablehookEvent, delivery: { attempt: number }) => void | Promise<void>; maxBodyBytes?: number }
type Ask = (init: RequestInit) => Promise<Response>
const servers: Server[] = []
afterEach(() => { for (const server of servers.splice(0)) server.close() })

async function serve(listener: RequestListener): Promise<Ask> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await new Promise((resolve) => server.once('listening', resolve))
  return (init) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`, init)
}
const inExpress = async (options: Options, ...before: express.RequestHandler[]) => {
  const app = express()
  for (const handler of before) app.use(handler)
  app.post('/webhooks', expressWebhook(options))
  app.use(((error: Error & { code?: string }, _request, response, _next) => void response.status(500).json({ error: { code: error.code ?? 'thrown', message: error.message } })) satisfies ErrorRequestHandler)
  return serve(app)
}
const asFetch = (handle: (request: Request) => Promise<Response>): Promise<Ask> => Promise.resolve((init) =>
  handle(new Request('http://receiver.test/webhooks', init)).catch((error: Error & { code?: string }) => Response.json({ error: { code: error.code ?? 'thrown' } }, { status: 500 })))

const frameworks: [string, (options: Options) => Promise<Ask>][] = [
  ['Express', (options) => inExpress(options)],
  ['Express behind express.raw()', (options) => inExpress(options, express.raw({ type: () => true }))],
  ['Express behind express.text()', (options) => inExpress(options, express.text({ type: () => true }))],
  ['Express on a platform that keeps rawBody', (options) => inExpress(options, express.json({ verify: (request, _, raw) => { Object.assign(request, { rawBody: raw }) } }))],
  ['Node’s own server, and the Pages Router', (options) => serve((request, response) => void webhookApiRoute(options)(request, response).catch((error: Error & { code?: string }) => {
    response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { code: error.code ?? 'thrown' } }))
  }))],
  ['Hono', (options) => {
    const app = new Hono()
    app.post('/webhooks', honoWebhook(options))
    app.onError((error, c) => c.json({ error: { code: (error as { code?: string }).code ?? 'thrown' } }, 500))
    return Promise.resolve((init) => Promise.resolve(app.request('/webhooks', init)))
  }],
  ['the App Router of Next.js', (options) => asFetch(webhookRoute(options))],
  ['a plain handler', (options) => asFetch(webhookHandler(options))],
]

describe.each(frameworks)('%s', (_, start) => {
  const codeOf = async (response: Response) => `${response.status} ${((await response.json()) as { error: { code: string } }).error.code}`

  test('hands over the event of a signed request, and answers 204', async () => {
    const onEvent = vi.fn<Options['onEvent']>()
    const response = await (await start({ secret, onEvent }))(signed())
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(onEvent).toHaveBeenCalledTimes(1)
    expect(onEvent.mock.calls[0]![0]).toEqual(JSON.parse(body))
    expect(onEvent.mock.calls[0]![1]).toMatchObject({ attempt: 3 })
  })

  test.each<[string, RequestInit, string]>([
    ['a forged signature', signed(body, { 'webhook-signature': 'v1,AAAA' }), '401 wrong_signature'],
    ['another body', { ...signed(), body: body.replace('Zoë', 'Zoe') }, '401 wrong_signature'],
    ['no signature', { method: 'POST', body, headers: { 'content-type': 'application/json' } }, '401 missing_header'],
    ['another time', signed(body, { 'webhook-timestamp': '1' }), '401 wrong_signature'],
    ['a body that is no event', signed('{"hello":1}'), '400 not_an_event'],
  ])('refuses %s', async (_what, request, refusal) => {
    const onEvent = vi.fn<Options['onEvent']>()
    expect(await codeOf(await (await start({ secret, onEvent }))(request))).toBe(refusal)
    expect(onEvent).not.toHaveBeenCalled()
  })

  test('refuses what is too large before it is read', async () => {
    const response = await (await start({ secret, onEvent: () => {}, maxBodyBytes: 100 }))(signed(body.padEnd(100_000)))
    expect(await codeOf(response)).toBe('413 body_too_large')
  })

  test('waits for onEvent; what it throws is the framework’s, so that the event comes again', async () => {
    expect((await (await start({ secret, onEvent: () => Promise.reject(new Error('the database is away')) }))(signed())).status).toBe(500)
  })

  test('asks for the secret when it is a function, and takes a missing one for a mistake of its own', async () => {
    expect((await (await start({ secret: () => Promise.resolve(secret), onEvent: () => {} }))(signed())).status).toBe(204)
    expect(await codeOf(await (await start({ secret: '', onEvent: () => {} }))(signed()))).toBe('500 no_secret')
  })
})

test('Express: a parsed body is a mistake, told with what to do', async () => {
  const ask = await inExpress({ secret, onEvent: () => {} }, express.json())
  const answer = await (await ask(signed())).json() as { error: { code: string; message: string } }
  expect(answer.error.code).toBe('body_parsed')
  expect(answer.error.message).toContain('before express.json()')
})

test('Hono: a body that was read before is a mistake', async () => {
  const app = new Hono()
  app.use(async (c, next) => { await c.req.raw.text(); await next() })
  app.post('/webhooks', honoWebhook({ secret, onEvent: () => {} }))
  app.onError((error, c) => c.text((error as { code?: string }).code ?? 'thrown', 500))
  expect(await (await app.request('/webhooks', signed())).text()).toBe('body_parsed')
})

test('only POST is taken, and onEvent may answer by itself', async () => {
  const handle = webhookHandler({ secret, onEvent: (event) => Response.json({ seen: event.id }, { status: 202 }) })
  const get = await handle(new Request('http://receiver.test'))
  expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
  const own = await handle(new Request('http://receiver.test', signed()))
  expect([own.status, await own.json()]).toEqual([202, { seen: 'e1' }])
})
