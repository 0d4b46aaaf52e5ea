import { call, type CallOptions, type Connection } from './call.ts'

/** An address that holds requests until they are taken. It lives for some minutes after each take. */
export interface Listener {
  id: string
  /** Where a webhook sends to reach it. */
  url: string
  expires_at: string
}

/** A request that a listener got. */
export interface HeldRequest {
  /** Grows with each request of a listener. */
  position: string
  received_at: string
  method: string
  /** Names in lower case. */
  headers: Record<string, string>
  /** The exact text that was sent. */
  body: string
  event_type: string | null
}

/** What `tablehook listen` is built on. All reject with an ApiError. */
export function listenersOf(connection: Connection, organizationId: string | undefined) {
  return {
    /** Opens a listener. Those of the organization that have run out are removed first, with their webhooks. */
    async open({ organization_id: organization = organizationId, ...options }: CallOptions & { organization_id?: string } = {}): Promise<Listener> {
      const body = organization === undefined ? {} : { organization_id: organization }
      const { listener: { token, ...listener } } = await call<{ listener: Omit<Listener, 'url'> & { token: string } }>(connection, 'POST', '/listeners', { ...options, body, has: 'listener' })
      return { ...listener, url: `${connection.base}/listen/${token}` }
    },

    /** Takes the next requests, oldest first, and lets go of those up to `after`. */
    async take(id: string, { after, limit, ...options }: CallOptions & { after?: string | null; limit?: number } = {}): Promise<HeldRequest[]> {
      return (await call<{ requests: HeldRequest[] }>(connection, 'POST', `/listeners/${encodeURIComponent(id)}/take`, { ...options, body: { after: after ?? null, limit }, has: 'requests' })).requests
    },

    /** Closes it, and deletes the webhooks that point at it. */
    async close(id: string, options?: CallOptions): Promise<void> {
      await call<void>(connection, 'DELETE', `/listeners/${encodeURIComponent(id)}`, options)
    },
  }
}
