import * as z from 'zod/mini'
import { inOrderOf } from './in_order_of.ts'
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

const version = z.object({ version: z.number(), schema: jsonObject, since: z.string() })
/** What an event type promised from `since` on. */
export type EventTypeVersion = z.output<typeof version>

/** Newest first. */
export function listVersions(name: string): Promise<EventTypeVersion[]> {
  return read(z.array(version), supabase().rest.from('webhook_event_type_versions').select(Object.keys(version.shape).join(', ')).eq('name', name).order('version', { ascending: false }))
}

// What happens most comes first. Categories that an app has added follow, and those about webhooks are last.
const order = ['message', 'contact', 'deal', 'conversation', 'broadcast', 'meeting', 'chatbot', 'insight']
const rank = ({ category, source }: EventType) => (source === 'tablehook' ? Infinity : order.includes(category) ? order.indexOf(category) : order.length)

/** A sample reads as what is sent does. */
const inOrderSent = (type: EventType): EventType =>
  (type.sample.data === undefined ? type : { ...type, sample: { ...type.sample, data: inOrderOf(type.sample.data, type.schema.required) } })

/** Every event type, in the order of the picker. */
export async function listEventTypes(): Promise<EventType[]> {
  const types = await read(z.array(eventType), supabase().rest.from('webhook_event_types').select(Object.keys(eventType.shape).join(', ')).order('name'))
  return types.map(inOrderSent).sort((a, b) => {
    const difference = rank(a) - rank(b)
    // Infinity - Infinity is no number.
    return Number.isNaN(difference) || difference === 0 ? a.category.localeCompare(b.category) || a.name.localeCompare(b.name) : difference
  })
}
