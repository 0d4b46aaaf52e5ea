import { z } from 'zod'
import { eventTypes, moment, optionalText, reference, row, sampleIds, text } from './event_type.ts'
import { ofContact } from './sample_context.ts'

const recorded = row({
  contact_id: reference, provider: z.enum(['zoom', 'meet', 'teams']), topic: text, starts_at: moment.nullable(),
  recording_status: z.literal('completed'), recording_url: optionalText, updated_at: moment,
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
