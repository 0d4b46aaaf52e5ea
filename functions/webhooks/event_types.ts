import { Refusal } from '../core/refusal.ts'
import { catalogAnswer, catalogEntryAnswer } from './answers_of_deliveries.ts'
import { asUser } from './as_user.ts'
import { describeRoute } from './describe.ts'
import type { AddRoutes } from './routes.ts'

type CatalogJson = Record<string, unknown>

const list = describeRoute({
  id: 'listEventTypes', tag: 'About', summary: 'List the event types', access: 'read',
  answers: { 200: { about: 'The catalog.', schema: catalogAnswer } },
})
const read = describeRoute({
  id: 'getEventType', tag: 'About', summary: 'Read an event type', access: 'read',
  answers: { 200: { about: 'The event type, with its schema and a sample.', schema: catalogEntryAnswer } }, refusals: ['not_found'],
})

/** `GET /webhooks/events` → `{event_types}`: the catalog · `GET /webhooks/events/:name` → `{event_type}`. For everybody who is signed in. */
export const eventTypeRoutes: AddRoutes = (app, user, { pool }) => {
  app.get('/webhooks/events', list, user, async (c) => {
    const rows = await asUser(pool, c.get('user'), async (tx) => tx<{ row: CatalogJson }[]>`
      select to_jsonb(t) as row from public.webhook_event_types t order by t.source = 'tablehook', t.category, t.name`)
    return c.json({ event_types: rows.map(({ row }) => row) })
  })

  app.get('/webhooks/events/:name', read, user, async (c) => {
    const [found] = await asUser(pool, c.get('user'), async (tx) => tx<{ row: CatalogJson }[]>`
      select to_jsonb(t) as row from public.webhook_event_types t where t.name = ${c.req.param('name')}`)
    if (found === undefined) throw new Refusal('not_found', 'There is no event type of this name. GET …/events lists them all.')
    return c.json({ event_type: found.row })
  })
}
