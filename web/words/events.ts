import { catalog } from './catalog.ts'
import { common } from './every_screen.ts'

/** What the event picker, the filters and the catalog say about events. */
export const events = {
  'category.contact': 'Contacts',
  'category.deal': 'Deals',
  'category.conversation': 'Conversations',
  'category.message': 'Messages',
  'category.broadcast': 'Broadcasts',
  'category.meeting': 'Meetings',
  'category.chatbot': 'Chatbots',
  'category.insight': 'Insights',
  'category.webhook': 'About webhooks',
  'picker.label': 'Events',
  'picker.choose': 'Choose events',
  'picker.all': 'All events, including ones added later',
  'picker.all_help': 'Everything in the catalog, and what is added to it.',
  'picker.search': 'Search events',
  'picker.chosen': '{n} of {total} selected',
  'picker.group_chosen': '{n} of {total}',
  'picker.group': '{group}: choose all shown',
  'picker.selected': 'Selected',
  'picker.remove': 'Remove {name}',
  'picker.no_match': 'No event matches “{q}”.',
  'picker.not_loaded': 'The events couldn’t be loaded.',
  'picker.unknown': 'Not in the catalog any more',
  'picker.details': 'What {name} sends',
} as const

export const t = catalog({ ...common, ...events })
