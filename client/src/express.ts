import type { RawBody } from './body.ts'
import { readHeader } from './headers.ts'
import { accept, attemptOf, isRefused, MAX_BODY_BYTES, readWhole, refusalFor, tooLarge, type ReceiverOptions } from './receive.ts'
import { WebhookVerificationError } from './verification_error.ts'

export type { Delivered } from './receive.ts'

/** As much of Express's request, or Node's, as is needed. */
export type NodeRequest = AsyncIterable<Uint8Array> & {
  method?: string | undefined
  headers: Readonly<Record<string, string | string[] | undefined>>
  readableEnded: boolean
  /** What a parser before us has left. */
  body?: unknown
  /** The body as it came, where the platform keeps it beside what it parsed. */
  rawBody?: unknown
}
/** As much of Express's response, or Node's, as is needed. */
export type NodeResponse = {
  statusCode: number
  setHeader(name: string, value: string): unknown
  end(text?: string): unknown
}

/**
 * A receiver for Express, and for whatever has Node's request and response. Put it before `express.json()`, or have the route's body
 * read by `express.raw({ type: () => true })`. Answers 204 once `onEvent` has returned.
 * @example app.post('/webhooks', webhook({ secret, onEvent: (event) => console.log(event.event) }))
 */
export function webhook(options: ReceiverOptions<void>): (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void) => Promise<void> {
  return async (request, response, next) => {
    try {
      await receive(request, response, options)
    } catch (error) {
      next(error)
    }
  }
}

async function receive(request: NodeRequest, response: NodeResponse, options: ReceiverOptions<void>): Promise<void> {
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST')
    return end(response, 405)
  }
  const outcome = await bodyOf(request, options.maxBodyBytes ?? MAX_BODY_BYTES).then((body) => accept(body, request.headers, options), refusalFor)
  if (isRefused(outcome)) {
    // What is left of a body that is too large is not read, so the connection is of no more use.
    if (outcome.status === 413) response.setHeader('connection', 'close')
    return end(response, outcome.status, outcome.body)
  }
  await options.onEvent(outcome, { attempt: attemptOf(readHeader(request.headers, 'x-webhook-attempt')), headers: request.headers })
  end(response, 204)
}

async function bodyOf(request: NodeRequest, limit: number): Promise<RawBody> {
  for (const kept of [request.rawBody, request.body]) {
    if (typeof kept !== 'string' && !(kept instanceof Uint8Array)) continue
    if (kept.length > limit) throw tooLarge(limit)
    return kept
  }
  if (request.body !== undefined || request.readableEnded) {
    throw new WebhookVerificationError('body_parsed', 'The body was parsed before it came here, and cannot be made the same text again. ' +
      'Put this route before express.json(), or express.raw({ type: () => true }) before this route. In the Pages Router of Next.js: export const config = { api: { bodyParser: false } }.')
  }
  return readWhole(request, limit)
}

function end(response: NodeResponse, status: number, body?: unknown): void {
  response.statusCode = status
  if (body === undefined) return void response.end()
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(body))
}
