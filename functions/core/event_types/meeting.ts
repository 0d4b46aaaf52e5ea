import { z } from 'zod'
import { eventTypes, moment, optionalText, referenceTo, row, sampleIds, text, updatedAt } from './event_type.ts'
import { ofContact } from './sample_context.ts'

const recorded = row('meeting', {
  contact_id: referenceTo('The contact whom the meeting is with.'),
  provider: z.enum(['zoom', 'meet', 'teams']).describe('Where it is held.'),
  topic: text.describe('What it is about.'),
  starts_at: moment.nullable().describe('When it begins. Null while the time is not agreed.'),
  recording_status: z.literal('completed').describe('How far the recording has come.'),
  recording_url: optionalText.describe('Web address of the recording. Null when there is none.'),
  updated_at: updatedAt,
})

export const meetingEvents = eventTypes({
  name: 'zoom.recording.completed', category: 'meeting', direction: 'inbound', description: 'The recording of a meeting is ready.',
  schema: recorded, previous: true,
  sample: {
    data: {
      id: sampleIds.meeting, organization_id: sampleIds.organization, contact_id: sampleIds.contact,
      provider: 'zoom', topic: 'Kick-off', starts_at: '2026-11-19T13:00:00+00:00',
      recording_status: 'completed', recording_url: 'https://zoom.example.com/rec/share/kick-off',
      created_at: '2026-11-17T11:00:00+00:00', updated_at: '2026-11-19T14:05:12.5+00:00',
    },
    previous: { recording_status: 'processing', recording_url: null },
    context: ofContact,
  },
  source: 'app',
})
