import { receive, type FetchReceiverOptions } from './fetch.ts'

export type { Delivered } from './receive.ts'

/** As much of Hono's context as is needed, so that Hono itself is not. */
type Context = { req: { raw: Request } }

/**
 * A receiver for Hono.
 * @example app.post('/webhooks', webhook({ secret, onEvent: (event) => console.log(event.event) }))
 */
export function webhook(options: FetchReceiverOptions): (c: Context) => Promise<Response> {
  return (c) => receive(c.req.raw, options)
}
