import { readEvent } from './context.ts'
import type { FormatRules } from './format.ts'
import { nameOf } from './names.ts'

/** The secret itself, as Caleida sends it. Whoever stores or shows requests leaves its value out. */
export const SECRET_HEADER = 'x-caleida-secret'

/** A message is new when it came in, or when it went out. Insights have the same names in both. */
const names = { 'conversation.created': 'chat', 'message.received': 'message', 'message.sent': 'message' }

/** Caleida: `{id, event, timestamp, data}`, where `data` is the row with its `contact` and, of what belongs to a conversation, its `chat`. */
export const caleida: FormatRules = {
  contentType: 'application/json',
  names,
  body: (event) => {
    const { subject, row, previous, contact, conversation: chat } = readEvent(event)
    const isAlone = subject === null || subject === 'contact'
    return JSON.stringify({
      id: event.id,
      event: nameOf(names, event.type),
      timestamp: event.occurredAt,
      data: isAlone ? row : { ...row, contact, ...(chat && { chat }) },
      ...(previous !== null && { previous }),
    })
  },
  signatures: { [SECRET_HEADER]: ({ secret }) => secret },
}
