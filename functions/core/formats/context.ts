// What the formats of other products say besides the row. The host app answers with it in the transaction of the write
// (app.event_context), so a body is the same at every attempt, whatever becomes of the contact meanwhile.
import type { EventToSend } from './format.ts'

export type Row = Record<string, unknown>

/** Somebody the organization talks to. All null when nobody is known: receivers read `contact.name` without asking first. */
export type Person = Row & { id: string | null; name: string | null; phone: string | null; email: string | null }

/** One message of a conversation, as the history has it. `at` is ISO 8601, or null. */
export type Said = { direction: string | null; type: string | null; content: string | null; at: string | null }

/** An event with its texts read. `subject` is what `row` is a row of; null when that is for the app alone to know. */
export type ReadEvent = {
  subject: 'contact' | 'deal' | 'conversation' | 'message' | 'meeting' | 'chatbot_run' | 'insight' | null
  row: Row
  previous: Row | null
  contact: Person
  conversation: Row | null
  chatbot: Row | null
  /** The last messages of the conversation up to and including this one, oldest first. Of inbound messages only. */
  history: Said[]
  /** The last thing that the organization said before this message, also when it is too long ago for the history. */
  lastOutbound: Said | null
}

const subjects = new Map<string, NonNullable<ReadEvent['subject']>>([
  ['contact', 'contact'], ['deal', 'deal'], ['conversation', 'conversation'], ['message', 'message'], ['broadcast', 'message'], ['zoom', 'meeting'],
  ['chatbot', 'chatbot_run'], ['insight', 'insight'],
])

/** Reads an event for a format that arranges its facts anew. An event without context, such as a published one, is told from its row alone. */
export function readEvent({ type, data, previous, context }: Pick<EventToSend, 'type' | 'data' | 'previous' | 'context'>): ReadEvent {
  const subject = subjects.get(type.split('.', 1)[0]!) ?? null
  const row = asRow(JSON.parse(data)) ?? {}
  const facts = (context === null ? null : asRow(JSON.parse(context))) ?? {}
  return {
    subject, row,
    previous: previous === null ? null : asRow(JSON.parse(previous)),
    contact: subject === 'contact' ? person(row) : person(asRow(facts.contact) ?? { id: row.contact_id }),
    conversation: asRow(facts.conversation),
    chatbot: asRow(facts.chatbot),
    history: Array.isArray(facts.history) ? facts.history.map(said).filter((one) => one !== null) : [],
    lastOutbound: said(facts.last_outbound),
  }
}

function asRow(value: unknown): Row | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Row : null
}

/** A column's value when it is a text, else null: rows come from tables that are not ours. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** A key as text: uuids are, and an app's own table may count. */
export function keyOf(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : textOf(value)
}

/** The moment that a column tells, else the given one: Postgres knows `infinity`, and a published event may say anything. */
export function momentOf(value: unknown, otherwise: string): Date {
  const read = new Date(textOf(value) ?? '')
  return Number.isNaN(read.getTime()) ? new Date(otherwise) : read
}

function said(value: unknown): Said | null {
  const row = asRow(value)
  return row && { direction: textOf(row.direction), type: textOf(row.type), content: textOf(row.content), at: textOf(row.at) }
}

function person(row: Row): Person {
  const name = [row.first_name, row.last_name].map(textOf).filter((part) => part !== null && part !== '').join(' ')
  return { ...row, id: keyOf(row.id), name: textOf(row.name) ?? (name || null), phone: textOf(row.phone), email: textOf(row.email) }
}
