import { z } from 'zod'
import { eventTypes, referenceTo, row, sampleIds, type EventType } from './event_type.ts'
import { ofConversation } from './sample_context.ts'

/** `content` is whatever the analysis of that kind yields: only that it is an object is promised. */
function insight<const Kind extends string>(kind: Kind, description: string, content: Record<string, unknown>): EventType<`insight.${Kind}`> {
  return {
    name: `insight.${kind}`, category: 'insight', direction: 'outbound', description, previous: false, source: 'app',
    schema: row('insight', {
      conversation_id: referenceTo('The conversation that was analyzed.'),
      kind: z.literal(kind).describe('What was looked for.'),
      content: z.record(z.string(), z.unknown()).describe('What was found. What it holds depends on the kind; only that it is an object is promised.'),
    }),
    sample: {
      data: {
        id: sampleIds.insight, organization_id: sampleIds.organization, conversation_id: sampleIds.conversation, kind, content,
        created_at: '2026-11-18T09:00:00+00:00',
      },
      context: ofConversation,
    },
  }
}

export const insightEvents = eventTypes(
  insight('summary', 'A conversation was summarized.', { text: 'John asked for help with his order and got it.' }),
  insight('topic', 'The topics of a conversation were found.', { topics: ['order', 'delivery time'] }),
  insight('key', 'The key points of a conversation were found.', { points: ['Wants delivery before 7 am', 'Two branches'] }),
  insight('conversation', 'A conversation was analyzed as a whole.', { messages: 12, minutes: 24, first_answer_seconds: 151 }),
  insight('sentiment', 'The mood of a conversation was measured.', { label: 'positive', score: 0.82 }),
)
