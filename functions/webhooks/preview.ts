// What a webhook would send: for the form, before it is saved, and for the panel, when a body is more than the event's text.
import { z } from 'zod'
import { renderBody, type EventToSend, type Format } from '../core/envelope.ts'
import { FORMAT_NAMES } from '../core/formats/index.ts'
import { payloadSettings, shapeOf } from '../core/payload/payload_input.ts'
import type { Shape } from '../core/payload/shape.ts'
import { shapeEvent } from '../core/payload/shape_event.ts'
import { Refusal } from '../core/refusal.ts'
import { EVENT_TYPE_PATTERN, organizationId } from '../core/webhook_input.ts'
import { deliveryBodyAnswer, previewAnswer } from './answers.ts'
import { asOurselves, asUser, type Transaction } from './as_user.ts'
import type { Deps } from './deps.ts'
import { describeRoute } from './describe.ts'
import { RateLimited } from './errors.ts'
import { requireOrganization } from './permission.ts'
import { readInput } from './read_input.ts'
import { keysFrom } from './record_keys.ts'
import { idOf, type AddRoutes } from './routes.ts'
import { readSample } from './sample.ts'

export const PREVIEWS_PER_MINUTE = 60
const MOST_EVENTS = 5

export const previewInput = z.strictObject({
  organization_id: organizationId,
  event_type: z.string().regex(EVENT_TYPE_PATTERN, 'An event type is written like deal.stage.changed.').max(200),
  format: z.enum(FORMAT_NAMES, 'Choose a format from the list.').default('standard'),
  payload: payloadSettings.payload.default('full'),
  included_fields: payloadSettings.included_fields.default(null),
  excluded_fields: payloadSettings.excluded_fields.default(null),
  transformation: payloadSettings.transformation.default(null),
})

const preview = describeRoute({
  id: 'previewBodies', tag: 'By hand', summary: 'Show what a webhook would send', access: 'write', body: previewInput,
  about: `The bodies of the newest events of a type, at most ${MOST_EVENTS}, without and with fields, transformation and format. Sends nothing. ${PREVIEWS_PER_MINUTE} a minute for each organization.`,
  answers: { 200: { about: 'A body for each event.', schema: previewAnswer } }, refusals: ['forbidden', 'not_found', 'unknown_event_type', 'rate_limited'],
})
const deliveryBody = describeRoute({
  id: 'getDeliveryBody', tag: 'Deliveries', summary: 'Read the body of a delivery', access: 'write',
  about: 'The exact text that every attempt sends.',
  answers: { 200: { about: 'The body, or why there is none.', schema: deliveryBodyAnswer } }, refusals: ['forbidden', 'not_found'],
})

/** `POST /webhooks/preview` → `{bodies}` · `GET /webhooks/deliveries/:id/body` → `{body, problem}`. For those who may read event data. */
export const previewRoutes: AddRoutes = (app, user, deps) => {
  app.post('/webhooks/preview', preview, user, async (c) => {
    const input = await readInput(c, previewInput)
    const events = await asUser(deps.pool, c.get('user'), async (tx) => {
      const organization = await requireOrganization(tx, input.organization_id, 'read_payload')
      await asOurselves(tx)
      await limitPreviews(tx, organization)
      return readEvents(tx, organization, input.event_type, deps.now())
    })
    const shape = shapeOf(input)
    const bodies = []
    // One after another: an expression may take half a second, and others are waiting.
    for (const { isSample, event } of events) {
      const before = renderBody(input.format, event)
      const made = await bodyOf(deps, input.format, event, shape, `preview of ${event.organizationId}`)
      bodies.push({ event_id: isSample ? null : event.id, occurred_at: event.occurredAt, before, after: made.body, problem: made.problem })
    }
    return c.json({ bodies })
  })

  app.get('/webhooks/deliveries/:id/body', deliveryBody, user, async (c) => {
    const id = idOf(c, noSuchDelivery)
    const { format, event, shape, shapeId } = await asUser(deps.pool, c.get('user'), async (tx) => {
      const [found] = await tx<{ organization_id: string }[]>`select d.organization_id from public.webhook_deliveries d where d.id = ${id}`
      if (found === undefined) throw noSuchDelivery()
      await requireOrganization(tx, found.organization_id, 'read_payload')
      await asOurselves(tx)
      return readDelivery(tx, id)
    })
    return c.json(await bodyOf(deps, format, event, shape, shapeId))
  })
}

type Body = { body: string | null; problem: { code: string; message: string; position: number | null } | null }

/** `message` is a sentence, with the place; `position` is the place for those who can jump to it. */
async function bodyOf(deps: Pick<Deps, 'transform' | 'pool'>, format: Format, event: EventToSend, shape: Shape | null, key: string): Promise<Body> {
  const shaped = shape === null ? { ok: true as const, event } : await shapeEvent(event, shape, key, deps.transform.run, keysFrom(deps))
  if (shaped.ok) return { body: renderBody(format, shaped.event), problem: null }
  return { body: null, problem: { code: shaped.problem.code, message: shaped.sentence, position: shaped.problem.position } }
}

async function limitPreviews(tx: Transaction, organization: string): Promise<void> {
  const [limit] = await tx<{ seconds: number }[]>`select webhooks.count_preview(${organization}, ${PREVIEWS_PER_MINUTE}) as seconds`
  const seconds = limit?.seconds ?? 0
  if (seconds > 0) throw new RateLimited(`That was ${PREVIEWS_PER_MINUTE} previews in a minute. Try again in ${seconds} s.`, seconds)
}

type EventRow = { id: string; occurred_at: string; data: string; previous: string | null; context: string | null }

/** The newest of the type, or its sample where there is none. */
async function readEvents(tx: Transaction, organization: string, type: string, now: Date): Promise<{ isSample: boolean; event: EventToSend }[]> {
  const [known] = await tx`select from public.webhook_event_types t where t.name = ${type}`
  if (known === undefined) throw new Refusal('unknown_event_type', `There is no event type “${type.slice(0, 100)}”. The catalog lists them all.`, 'event_type')
  const rows = await tx<EventRow[]>`select * from webhooks.recent_events(${organization}, ${type}, ${MOST_EVENTS})`
  if (rows.length > 0) return rows.map((row) => ({ isSample: false, event: asEvent(row, type, organization) }))
  const sample = { id: '00000000-0000-7000-8000-000000000000', occurred_at: now.toISOString(), ...await readSample(tx, type) }
  return [{ isSample: true, event: asEvent(sample, type, organization) }]
}

function asEvent({ id, occurred_at, data, previous, context }: EventRow, type: string, organization: string): EventToSend {
  return { id, type, occurredAt: occurred_at, organizationId: organization, data, previous, context }
}

async function readDelivery(tx: Transaction, id: string): Promise<{ format: Format; event: EventToSend; shape: Shape | null; shapeId: string }> {
  const [row] = await tx<(EventRow & { type: string; organization_id: string; format: Format; shape: Shape | null; shape_id: string })[]>`
    select e.id, e.type, e.organization_id, to_char(e.occurred_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as occurred_at,
           e.data, e.previous, e.context, d.format, s.content as shape, coalesce(d.shape_id::text, '') as shape_id
    from webhooks.deliveries d join webhooks.events e on e.id = d.event_id left join webhooks.shapes s on s.id = d.shape_id
    where d.id = ${id}`
  if (row === undefined) throw new Refusal('not_found', 'The body of this delivery is not kept any more.')
  return { format: row.format, event: asEvent(row, row.type, row.organization_id), shape: row.shape, shapeId: row.shape_id }
}

const noSuchDelivery = () => new Refusal('not_found', 'This delivery doesn’t exist.')
