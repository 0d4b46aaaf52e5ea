import { z } from 'zod'
import { eventTypes, id, sampleIds } from './event_type.ts'
import { inboundSample, message } from './message.ts'

// `data` is the answer, a row of messages: what a receiver wants to know is what the contact said.
const answer = message.extend({ direction: z.literal('inbound'), broadcast_id: id })

export const broadcastEvents = eventTypes({
  name: 'broadcast.response', category: 'broadcast', direction: 'inbound', description: 'A contact answered a broadcast.',
  schema: answer, previous: false,
  sample: { data: { ...inboundSample, broadcast_id: sampleIds.broadcast, content: 'Yes, two please.' } }, source: 'app',
})
