import type { SignatureHeaders, SigningSecret } from '../signature.ts'

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

/**
 * One envelope. To add a format: write a file beside this one and list it in `index.ts`.
 * `body` only joins text, so that the bytes are the same at every attempt.
 */
export type FormatRules = {
  contentType: string
  body: (event: EventToSend) => string
  /** Further headers, for receivers that look for a signature under another name. */
  headers?: (sent: { event: EventToSend; body: string; secrets: readonly SigningSecret[]; signatures: SignatureHeaders }) => Record<string, string>
}
