import { readEvent } from './context.ts'
import type { FormatRules } from './format.ts'

/**
 * Libromi: `{id, type, timestamp, data}`, where `data` has the row under its own name beside the contact: `data.contact.name`,
 * `data.message.content`. Their receivers sign `JSON.stringify(req.body)`, so the body is written exactly as that writes it.
 */
export const libromi: FormatRules = {
  contentType: 'application/json',
  body: (event) => {
    const { subject, row, previous, contact, conversation, chatbot } = readEvent(event)
    return JSON.stringify({
      id: event.id,
      type: event.type,
      timestamp: event.occurredAt,
      data: subject === null ? row : { ...(conversation && { conversation }), ...(chatbot && { chatbot }), contact, ...(subject !== 'contact' && { [subject]: row }) },
      ...(previous !== null && { previous }),
    })
  },
  signatures: { 'x-libromi-signature': ({ hex }) => hex },
}
