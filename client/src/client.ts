import { call, waitFor, type CallOptions, type Connection } from './call.ts'
import { deliveriesOf } from './deliveries.ts'
import { eventTypesOf } from './event_types.ts'
import { listenersOf } from './listeners.ts'
import type { WhoAmI } from './types.ts'
import { webhooksOf } from './webhooks.ts'

export type ClientOptions = {
  /** The address of the Supabase project, such as https://abc.supabase.co; or that of the API itself, ending with /webhooks. */
  url: string
  /** For `organization_id` where a call names none. With an API key it is not needed. */
  organizationId?: string
  /** Milliseconds that a request may take: 40,000 unless set, since a test waits up to 30 s for its receiver. */
  timeoutMs?: number
  /** How often a GET is repeated when the API is busy or away: 2 unless set. `Retry-After` is honored. */
  maxRetries?: number
  /** Another fetch than the global one. */
  fetch?: typeof globalThis.fetch
} & (
  /** Of an organization: `thk_…`. */
  | { apiKey: string; accessToken?: undefined }
  /** Of a signed-in user. A function is asked at each request, so that a session may be renewed. */
  | { accessToken: string | (() => string | Promise<string>); apiKey?: undefined }
)

export type Client = ReturnType<typeof createClient>

/**
 * A client of the API.
 * @example const client = createClient({ url: 'https://abc.supabase.co', apiKey: process.env.TABLEHOOK_API_KEY })
 */
export function createClient(options: ClientOptions) {
  const connection: Connection = {
    base: baseOf(options.url),
    token: tokenOf(options),
    // Called through a function of our own: browsers refuse a fetch that is called as a method.
    fetch: options.fetch ?? ((...call) => globalThis.fetch(...call)),
    timeoutMs: options.timeoutMs ?? 40_000,
    maxRetries: options.maxRetries ?? 2,
    wait: waitFor,
    random: Math.random,
  }
  return {
    webhooks: webhooksOf(connection, options.organizationId),
    deliveries: deliveriesOf(connection, options.organizationId),
    eventTypes: eventTypesOf(connection),
    listeners: listenersOf(connection, options.organizationId),
    /** Whose API key this is, and of which organization. Rejects with an ApiError. */
    whoAmI: (more?: CallOptions): Promise<WhoAmI> => call(connection, 'GET', '/hooks/me', { ...more, query: { organization_id: options.organizationId }, has: 'organization' }),
  }
}

function baseOf(url: string): string {
  if (typeof url !== 'string' || !/^https?:\/\/[^/]/i.test(url)) {
    throw new TypeError('createClient needs the address of the Supabase project as `url`, for example https://abc.supabase.co.')
  }
  const { origin, pathname } = new URL(url)
  const path = pathname.replace(/\/+$/, '')
  return origin + (path.endsWith('/webhooks') ? path : path.endsWith('/functions/v1') ? `${path}/webhooks` : `${path}/functions/v1/webhooks`)
}

function tokenOf({ apiKey, accessToken }: ClientOptions): () => string | Promise<string> {
  const token = apiKey ?? accessToken
  if (typeof token === 'function') return token
  if (typeof token !== 'string' || token.trim() === '') {
    throw new TypeError('createClient needs an `apiKey` of the organization, or the `accessToken` of a signed-in user. Is the environment variable set?')
  }
  // Or each call would say that the API cannot be reached.
  if (!/^[\x21-\x7e]+$/.test(token.trim())) throw new TypeError('The `apiKey` or `accessToken` has a character that no such token has, such as a space or “…”. Copy it whole.')
  return () => token.trim()
}
