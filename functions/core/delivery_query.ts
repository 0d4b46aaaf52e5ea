// What the API's lists of deliveries and attempts can be asked for.
import { z } from 'zod'
import { fromBase64Url, toBase64Url } from './base64.ts'
import { moment } from './moment.ts'
import { EVENT_TYPE_PATTERN, organizationId } from './webhook_input.ts'

export const MAX_PAGE = 200
const STATES = ['succeeded', 'retrying', 'failed', 'waiting', 'sending', 'cancelled'] as const

/** The last row of a page: the next one begins after it. `createdAt` is text, since microseconds count. */
export type Cursor = { createdAt: string; id: string }

const listOf = <Item extends z.ZodType<string, string>>(item: Item) =>
  z.string().transform((text) => text.split(',').map((one) => one.trim()).filter((one) => one !== '')).pipe(z.array(item).min(1, 'Name at least one.').max(200, 'Name 200 or fewer.'))
const eventType = z.string().refine((text) => EVENT_TYPE_PATTERN.test(text.replace(/\.\*$/, '')), 'Write event types like deal.stage.changed, or deal.* for a group.')

const page = {
  webhook_id: z.guid('Name the webhook by its id.').optional(),
  organization_id: organizationId.optional(),
  from: moment.optional(),
  to: moment.optional(),
  cursor: z.string().transform((text, context): Cursor => readCursor(text) ?? (context.addIssue({ code: 'custom', message: 'This is no cursor of ours. Pass next_cursor as it came.' }), z.NEVER)).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE, `Ask for 1 to ${MAX_PAGE}.`).default(50),
}

/** The query of `GET /deliveries`. Several states or event types have commas between. */
export const deliveryQuery = z.strictObject({
  ...page,
  state: listOf(z.enum(STATES, `A state is one of ${STATES.join(', ')}.`)).optional(),
  event_type: listOf(eventType).optional(),
  tests: z.enum(['true', 'false'], 'Say true or false.').transform((text) => text === 'true').default(false),
})

/** The query of `GET /attempts`. */
export const attemptQuery = z.strictObject(page)

/** A cursor as clients pass it back. */
export function writeCursor({ createdAt, id }: Cursor): string {
  return toBase64Url(new TextEncoder().encode(`${createdAt} ${id}`))
}

/** The cursor in a text, or null. */
export function readCursor(text: string): Cursor | null {
  const bytes = fromBase64Url(text)
  const [, createdAt, id] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00)) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(new TextDecoder().decode(bytes ?? undefined)) ?? []
  return createdAt === undefined || id === undefined || !moment.safeParse(createdAt).success ? null : { createdAt, id }
}
