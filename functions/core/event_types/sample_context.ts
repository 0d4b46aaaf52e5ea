import { sampleIds } from './event_type.ts'

// As app.event_context() answers for the rows of the samples.
const contact = { id: sampleIds.contact, first_name: 'John', last_name: 'Doe', phone: '+15555550123', email: 'john.doe@example.com', company: 'Example Bakery' }
const chatbot = { id: sampleIds.chatbot, name: 'Welcome' }
const greeting = { direction: 'outbound', type: 'text', content: 'Hello! How can we help?', at: '2026-11-18T08:15:01+00:00' }

/** Of a row that names a contact and no conversation. */
export const ofContact = { contact, conversation: null, chatbot: null }
/** Of a row that belongs to a conversation. */
export const ofConversation = { contact, conversation: { id: sampleIds.conversation, channel: 'whatsapp', status: 'open' }, chatbot }
/** Of a message that came in. */
export function ofInbound(content: string, at: string) {
  return { ...ofConversation, history: [greeting, { direction: 'inbound', type: 'text', content, at }], last_outbound: greeting }
}
