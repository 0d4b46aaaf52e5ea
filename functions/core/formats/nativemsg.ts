import { keyOf, readEvent, textOf, type Row } from './context.ts'
import type { FormatRules } from './format.ts'
import { nameOf } from './names.ts'

/** nativeMsg calls contacts users. */
const names = { 'contact.created': 'user.created', 'contact.updated': 'user.updated', 'contact.assigned': 'user.assigned' }

/**
 * nativeMsg: `{event, timestamp, bot_id, user, message, signature}`. What is no message is in `data`, whole.
 * `signature` is the last key and signs the text that the body is without it, so `JSON.stringify` of the rest yields what was signed.
 */
export const nativemsg: FormatRules = {
  contentType: 'application/json',
  names,
  body: (event, sign) => {
    const { subject, row, previous, contact, chatbot } = readEvent(event)
    const { id, phone, name, email } = contact
    const unsigned = JSON.stringify({
      event: nameOf(names, event.type),
      timestamp: event.occurredAt.replace(/\.\d+Z$/, 'Z'),
      bot_id: keyOf(chatbot?.id),
      user: { id, phone, name, email },
      ...(subject === 'message' ? { message: message(row) } : { data: row }),
      ...(previous !== null && { previous }),
    })
    const signature = sign?.(unsigned) ?? null
    return signature === null ? unsigned : `${unsigned.slice(0, -1)},"signature":${JSON.stringify(signature)}}`
  },
  signatures: { signature: ({ hex }) => `sha256=${hex}` },
}

function message(row: Row): Row {
  return { type: textOf(row.type), content: textOf(row.content), ...row }
}
