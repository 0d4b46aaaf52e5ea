import { readHeader } from './headers.ts'
import { accept, attemptOf, isRefused, MAX_BODY_BYTES, readWhole, refusalFor, type Delivered, type ReceiverOptions, type Refused } from './receive.ts'
import { WebhookVerificationError } from './verification_error.ts'

export type { Delivered } from './receive.ts'
/** `onEvent` may answer with a Response of its own; 204 is sent otherwise. */
export type FetchReceiverOptions = ReceiverOptions<Response | void>

/**
 * A receiver for everything that takes a `Request` and gives a `Response`: Deno.serve, Bun.serve, Cloudflare Workers, edge functions.
 * @example Deno.serve(webhookHandler({ secret, onEvent: (event) => console.log(event.event) }))
 */
export function webhookHandler(options: FetchReceiverOptions): (request: Request) => Promise<Response> {
  return (request) => receive(request, options)
}

/** Takes one request: verifies it, hands the event over, answers. */
export async function receive(request: Request, options: FetchReceiverOptions): Promise<Response> {
  if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } })
  if (request.bodyUsed) {
    throw new WebhookVerificationError('body_parsed', 'The body was read before it came here. Read it nowhere else, or hand over request.clone().')
  }
  const body = await read(request.body, options.maxBodyBytes ?? MAX_BODY_BYTES)
  if (!(body instanceof Uint8Array)) return answer(body)
  const outcome = await accept(body, request.headers, options)
  if (isRefused(outcome)) return answer(outcome)
  const delivered: Delivered = { attempt: attemptOf(readHeader(request.headers, 'x-webhook-attempt')), headers: request.headers }
  return await options.onEvent(outcome, delivered) ?? new Response(null, { status: 204 })
}

async function read(stream: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array | Refused> {
  if (stream === null) return new Uint8Array()
  try {
    return await readWhole(chunksOf(stream), limit)
  } catch (error) {
    return refusalFor(error)
  }
}

// Not every runtime can iterate over a stream.
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

function answer({ status, body }: Refused): Response {
  return Response.json(body, { status })
}
