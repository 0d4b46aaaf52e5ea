import { eventTypes, id, sampleIds } from './event_type.ts'
import { inboundSample, received } from './message.ts'
import { ofInbound } from './sample_context.ts'

// `data` is the answer, a row of messages: what a receiver wants to know is what the contact said.
const answer = received.extend({ broadcast_id: id.describe('The broadcast that it answers.') })
const sample = { ...inboundSample, broadcast_id: sampleIds.broadcast, content: 'Yes, two please.' }

export const broadcastEvents = eventTypes({
  name: 'broadcast.response', category: 'broadcast', direction: 'inbound', description: 'A contact answered a broadcast.',
  schema: answer, previous: false,
  sample: { data: sample, context: ofInbound(sample.content, sample.created_at) }, source: 'app',
})
