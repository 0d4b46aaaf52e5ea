import { z } from 'zod'
import { eventTypes, id, referenceTo, row, sampleIds } from './event_type.ts'
import { ofConversation } from './sample_context.ts'

const run = row('run of a chatbot', {
  chatbot_id: id.describe('The chatbot that started.'),
  conversation_id: referenceTo('The conversation that it takes part in.'),
  contact_id: referenceTo('The contact whom it talks to.'),
  status: z.enum(['running', 'completed', 'failed']).describe('How far the run has come.'),
})

export const chatbotEvents = eventTypes({
  name: 'chatbot.triggered', category: 'chatbot', direction: 'outbound', description: 'A chatbot started.',
  schema: run, previous: false,
  sample: {
    data: {
      id: sampleIds.chatbotRun, organization_id: sampleIds.organization, chatbot_id: sampleIds.chatbot,
      conversation_id: sampleIds.conversation, contact_id: sampleIds.contact, status: 'running', created_at: '2026-11-18T08:15:03+00:00',
    },
    context: ofConversation,
  },
  source: 'app',
})
