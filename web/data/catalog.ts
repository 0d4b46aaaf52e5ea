import * as z from 'zod/mini'
import { read } from './request.ts'
import { supabase } from './supabase.ts'

const jsonObject = z.record(z.string(), z.unknown())
const eventType = z.object({
  name: z.string(),
  category: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  description: z.string(),
  /** JSON Schema (2020-12) of `data`. */
  schema: jsonObject,
  sample: z.object({ data: z.optional(jsonObject), previous: z.optional(jsonObject) }),
  source: z.string(),
  version: z.number(),
})
/** One kind of event that can be sent. */
export type EventType = z.output<typeof eventType>
export type Direction = EventType['direction']

/** Every event type, the app's own first and those about webhooks last. */
export async function listEventTypes(): Promise<EventType[]> {
  const types = await read(z.array(eventType), supabase().from('webhook_event_types').select(Object.keys(eventType.shape).join(', ')).order('name'))
  return types.sort((a, b) => Number(a.source === 'tablehook') - Number(b.source === 'tablehook') || a.name.localeCompare(b.name))
}
