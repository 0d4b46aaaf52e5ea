import { call, type CallOptions, type Connection, type Query } from './call.ts'
import type { Delivery, DeliveryDetail, DeliveryFilter, LoggedAttempt } from './types.ts'

/** A page, and where the next one begins; null on the last. */
export type Page<Name extends string, Row> = Record<Name, Row[]> & { next_cursor: string | null }
type PageOptions = CallOptions & { cursor?: string; limit?: number }

/** What became of events. All reject with an ApiError. */
export function deliveriesOf(connection: Connection, organizationId: string | undefined) {
  /** One page, newest first. `limit`: 50 unless set, 200 at most. */
  async function page(filter: DeliveryFilter & PageOptions = {}): Promise<Page<'deliveries', Delivery>> {
    const { signal, timeoutMs, ...query } = filter
    return call(connection, 'GET', '/deliveries', { ...given({ signal, timeoutMs }), query: within(query), has: 'deliveries' })
  }

  async function attemptsPage(filter: Pick<DeliveryFilter, 'webhook_id' | 'organization_id' | 'from' | 'to'> & PageOptions = {}): Promise<Page<'attempts', LoggedAttempt>> {
    const { signal, timeoutMs, ...query } = filter
    return call(connection, 'GET', '/attempts', { ...given({ signal, timeoutMs }), query: within(query), has: 'attempts' })
  }

  function within(query: Query): Query {
    return query.webhook_id === undefined && organizationId !== undefined ? { organization_id: organizationId, ...query } : query
  }

  return {
    /**
     * Deliveries, newest first, fetched page by page as they are asked for.
     * @example for await (const delivery of client.deliveries.list({ state: 'failed' })) console.log(delivery.event_type)
     */
    async* list(filter: DeliveryFilter & CallOptions & { pageSize?: number } = {}): AsyncGenerator<Delivery, void, undefined> {
      const { pageSize, ...rest } = filter
      for (let cursor: string | null | undefined; cursor !== null;) {
        const { deliveries, next_cursor } = await page({ ...rest, ...given({ cursor, limit: pageSize }) })
        yield* deliveries
        cursor = next_cursor
      }
    },

    page,

    /** One delivery with its event and its attempts. */
    get(id: string, options?: CallOptions): Promise<DeliveryDetail> {
      return call(connection, 'GET', `/deliveries/${encodeURIComponent(id)}`, { ...options, has: 'delivery' })
    },

    /** One page of the attempts of all deliveries, newest first. */
    attempts: attemptsPage,
  }
}

/** Without what is undefined, as exact types want it. */
function given<Values extends Record<string, unknown>>(values: Values): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [Key in keyof Values]?: Exclude<Values[Key], undefined> }
}
