import { z } from 'zod'
import { eventTypes, id, reference, row, sampleIds } from './event_type.ts'
import { ofConversation } from './sample_context.ts'

const run = row({ chatbot_id: id, conversation_id: reference, contact_id: reference, status: z.enum(['running', 'completed', 'failed']) })

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
