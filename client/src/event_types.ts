import { call, type CallOptions, type Connection } from './call.ts'
import type { EventName } from './event.ts'
import type { EventType } from './types.ts'

/** The catalog, with the types of your own tables. Both reject with an ApiError. */
export function eventTypesOf(connection: Connection) {
  return {
    async list(options?: CallOptions): Promise<EventType[]> {
      return (await call<{ event_types: EventType[] }>(connection, 'GET', '/events', { ...options, has: 'event_types' })).event_types
    },

    async get(name: EventName | (string & {}), options?: CallOptions): Promise<EventType> {
      return (await call<{ event_type: EventType }>(connection, 'GET', `/events/${encodeURIComponent(name)}`, { ...options, has: 'event_type' })).event_type
    },
  }
}
