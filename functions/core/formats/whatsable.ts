import { keyOf, momentOf, readEvent, textOf, type ReadEvent, type Row, type Said } from './context.ts'
import type { FormatRules } from './format.ts'
import { nameOf } from './names.ts'

const names = {
  'message.received': 'incoming_message',
  'message.sent': 'message_status', 'message.delivered': 'message_status', 'message.read': 'message_status', 'message.failed': 'message_status',
}

/** WhatsAble: `{event, data}`, with a message's status or a message and what was said before it. Other events have the row as `data`. */
export const whatsable: FormatRules = {
  contentType: 'application/json',
  names,
  body: (event) => {
    const name = nameOf(names, event.type)
    const read = readEvent(event)
    switch (name) {
      case 'message_status': return JSON.stringify({ event: name, data: status(read.row, event.occurredAt) })
      case 'incoming_message': return JSON.stringify({ event: name, data: incoming(read, event.occurredAt) })
      default: return JSON.stringify({ event: name, data: read.row, ...(read.previous !== null && { previous: read.previous }) })
    }
  },
}

function status(row: Row, occurredAt: string): Row {
  return { message_id: textOf(row.external_id) ?? keyOf(row.id), status: textOf(row.status), timestamp: occurredAt }
}

function incoming({ row, contact, history, lastOutbound }: ReadEvent, occurredAt: string): Row {
  const received = { direction: 'inbound', type: textOf(row.type), content: textOf(row.content), at: textOf(row.created_at) }
  const said = history.length > 0 ? history : [received]
  return {
    last_messages: JSON.stringify(said.map((one) => quoted(one, occurredAt))),
    conversation_paragraph: said.map((one) => told(one, occurredAt)).join('\n'),
    phone_number: contact.phone?.replace(/\D/g, '') ?? null,
    recipient_name: contact.name,
    user_id: contact.id,
    last_message_of_user: received.content ?? '',
    last_message_of_bot: lastOutbound === null ? null : lastOutbound.content ?? '',
    message_type: received.type,
    user_timestamp: unixSeconds(momentOf(received.at, occurredAt)),
    bot_timestamp: lastOutbound === null ? null : unixSeconds(momentOf(lastOutbound.at, occurredAt)),
    attachment_url: textOf(row.attachment_url),
  }
}

function quoted({ direction, content, at, type }: Said, occurredAt: string): Row {
  return { type: direction === 'inbound' ? 'user' : 'bot', content: content ?? '', timestamp: momentOf(at, occurredAt).toISOString(), content_type: type }
}

/** `User (9:41:44 PM): Hello!`, in UTC. Put together here: what a locale yields depends on the runtime's data. */
function told({ direction, content, at }: Said, occurredAt: string): string {
  const time = momentOf(at, occurredAt)
  const [hours, minutes, seconds] = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()]
  const clock = `${hours % 12 || 12}:${String(minutes).padStart(2, '0')}:${String(seconds).padStart(2, '0')} ${hours < 12 ? 'AM' : 'PM'}`
  return `${direction === 'inbound' ? 'User' : 'Bot'} (${clock}): ${content ?? ''}`
}

function unixSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1_000)
}
