import type { Names } from './names.ts'

/** An event as the outbox keeps it. `data` and `previous` are JSON text, rendered once in the database and never parsed here. */
export type EventToSend = {
  id: string
  type: string
  /** ISO 8601 with milliseconds, UTC: `2026-11-21T09:30:00.000Z`. */
  occurredAt: string
  organizationId: string
  data: string
  /** The old values of the changed columns; null when nothing changed or the event is no change. */
  previous: string | null
  /** What some formats say besides the row, such as its contact: JSON text of the moment of the write, or null. */
  context: string | null
}

/** `sha256=<hex>` of a text, made with the newest secret; null when requests are not signed. */
export type Sign = (text: string) => string | null

/**
 * One envelope. To add a format: write a file beside this one, list it in `index.ts`, and allow its name in
 * `webhook_configurations.format`. `body` depends on its arguments alone, so the bytes are the same at every attempt.
 */
export type FormatRules = {
  contentType: string
  /** `sign` is for the one format that has a signature inside its body; absent, that body has none. */
  body: (event: EventToSend, sign?: Sign) => string
  /** Names under which receivers of this format know our event types. */
  names?: Names
  /** Further headers of signed requests, by lower-case name. `hex`: HMAC-SHA256 of the body; both of the newest secret. */
  signatures?: Readonly<Record<string, (newest: { hex: string; secret: string }) => string>>
}
