import type { EventTypes } from './events.ts'

/** The name of an event type of the catalog: `deal.stage.changed`. */
export type EventName = keyof EventTypes & string

type EventOfName<Name extends EventName> = { [Key in keyof Envelope<Name>]: Envelope<Name>[Key] }
type Envelope<Name extends EventName> = {
  /** The same at every attempt, also after a resend: whoever has seen it has seen the event. */
  id: string
  event: Name
  /** When it happened, ISO 8601. */
  timestamp: string
} & EventTypes[Name]

/** One event, as a webhook sends it. Without a name: any of the catalog, told apart by `event`. */
export type TablehookEvent<Name extends EventName = EventName> = { [Each in Name]: EventOfName<Each> }[Name]
