import { webhook, type NodeRequest, type NodeResponse } from './express.ts'
import { receive, type FetchReceiverOptions } from './fetch.ts'
import type { ReceiverOptions } from './receive.ts'

export type { Delivered } from './receive.ts'

/**
 * A receiver for the App Router of Next.js.
 * @example export const POST = webhookRoute({ secret, onEvent: (event) => console.log(event.event) }) // app/webhooks/route.ts
 */
export function webhookRoute(options: FetchReceiverOptions): (request: Request) => Promise<Response> {
  return (request) => receive(request, options)
}

/**
 * A receiver for the Pages Router of Next.js. Its file must also say `export const config = { api: { bodyParser: false } }`.
 * @example export default webhookApiRoute({ secret, onEvent: (event) => console.log(event.event) }) // pages/api/webhooks.ts
 */
export function webhookApiRoute(options: ReceiverOptions<void>): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  const handle = webhook(options)
  return (request, response) => handle(request, response, (error) => { throw error })
}
