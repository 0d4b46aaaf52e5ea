// What `tablehook listen` is built on: an address that holds what webhooks send until somebody takes it.
import type { Hono } from 'hono'
import { z } from 'zod'
import { Refusal } from '../core/refusal.ts'
import { organizationId } from '../core/webhook_input.ts'
import { heldRequestsAnswer, listenerAnswer } from './answers_of_deliveries.ts'
import { asOurselves, asUser, type Transaction } from './as_user.ts'
import type { Deps, Env } from './deps.ts'
import { describeRoute } from './describe.ts'
import { RateLimited } from './errors.ts'
import { readBounded } from './inbox_body.ts'
import { eventTypeOf, headersOfSender } from './inbox_request.ts'
import { onlyAdmins, requireOrganization } from './permission.ts'
import { readInput } from './read_input.ts'
import { idOf, type AddRoutes } from './routes.ts'

const MAX_BODY_BYTES = 1024 * 1024
/** The sender comes back after so many seconds when the address is full. */
const COME_BACK_AFTER = 5

const openInput = z.strictObject({ organization_id: organizationId.optional() })
const takeInput = z.strictObject({
  after: z.string().regex(/^[0-9]{1,18}$/, 'Pass the position of the last request that you took.').nullable().default(null),
  limit: z.int().min(0).max(100, 'Take 100 requests or fewer.').default(100),
})

const hold = describeRoute({
  id: 'holdRequest', tag: 'Test addresses', summary: 'Send to somebody who listens', access: 'anyone',
  about: 'For webhooks: holds the request until `tablehook listen` takes it.',
  answers: { 200: { about: 'It is held.', schema: null } }, refusals: ['not_found', 'rate_limited'],
})
const open = describeRoute({
  id: 'openListener', tag: 'Test addresses', summary: 'Begin to listen', access: 'write', body: openInput,
  answers: { 201: { about: 'An address that holds what it gets; it ends five minutes after the last look.', schema: listenerAnswer } },
  refusals: ['forbidden', 'not_found', 'too_many_listeners'],
})
const take = describeRoute({
  id: 'takeRequests', tag: 'Test addresses', summary: 'Take what an address holds', access: 'write', body: takeInput,
  about: 'Oldest first. What comes before `after` is forgotten.',
  answers: { 200: { about: 'The next requests.', schema: heldRequestsAnswer } }, refusals: ['forbidden', 'not_found'],
})
const end = describeRoute({
  id: 'endListener', tag: 'Test addresses', summary: 'Stop listening', access: 'write',
  answers: { 204: { about: 'The address is gone, with the webhooks that point at it.', schema: null } }, refusals: ['forbidden', 'not_found'],
})

type Listener = { id: string; organization_id: string; token: string; expires_at: string }

/** `POST /webhooks/listen/:token`: for webhooks. Holds the request, or asks for another attempt later. */
export function listenAddress(app: Hono<Env>, { pool }: Deps): void {
  app.post('/webhooks/listen/:token', hold, async (c) => {
    const token = c.req.param('token')
    const [live] = /^[\w-]{32,64}$/.test(token)
      ? await pool.run((sql) => sql`select from webhooks.listeners l where l.token = ${token} and l.expires_at > clock_timestamp()`) : []
    if (live === undefined) throw noSuchListener()
    const headers = headersOfSender(c.req.raw.headers)
    const body = await readBounded(c.req.raw.body, MAX_BODY_BYTES)
    // Postgres keeps no NUL in a text. What cannot be kept as it came is not kept at all, and the listener is told.
    const text = body.whole && !body.text.includes('\u0000') ? body.text : null
    const [held] = await pool.run((sql) => sql<{ outcome: string }[]>`
      select webhooks.hold_request(${token}, ${sql.json(headers)}, ${text}, ${eventTypeOf(headers, body.text)}) as outcome`)
    if (held?.outcome === 'full') throw new RateLimited('Whoever listens is behind. Send it again later.', COME_BACK_AFTER)
    if (held?.outcome !== 'held') throw noSuchListener()
    return c.body(null, 200)
  })
}

/**
 * `POST /webhooks/listeners` → 201 `{listener}` · `POST /webhooks/listeners/:id/take` → `{requests}`, the next ones, oldest first ·
 * `DELETE /webhooks/listeners/:id` → 204, with the webhooks that point at it. For admins and owners.
 */
export const listenerRoutes: AddRoutes = (app, user, { pool }) => {
  app.post('/webhooks/listeners', open, user, async (c) => {
    const caller = c.get('user')
    const input = await readInput(c, openInput)
    const listener = await asUser(pool, caller, async (tx) => {
      const organization = await requireOrganization(tx, input.organization_id ?? await onlyOrganization(tx), 'manage')
      await asOurselves(tx)
      const [opened] = await tx<Listener[]>`select l.id, l.organization_id, l.token, to_jsonb(l) ->> 'expires_at' as expires_at from webhooks.open_listener(${organization}, ${caller.id}) l`
      return opened!
    })
    return c.json({ listener }, 201)
  })

  app.post('/webhooks/listeners/:id/take', take, user, async (c) => {
    const { after, limit } = await readInput(c, takeInput)
    const requests = await asUser(pool, c.get('user'), async (tx) => {
      const id = await requireListener(tx, idOf(c, noSuchListener))
      const rows = await tx<{ request: Record<string, unknown> }[]>`
        select to_jsonb(r) - 'listener_id' || jsonb_build_object('position', r.position::text) as request
        from webhooks.take_requests(${id}, ${after}::bigint, ${limit}) r`
      return rows.map(({ request }) => request)
    })
    return c.json({ requests })
  })

  app.delete('/webhooks/listeners/:id', end, user, async (c) => {
    await asUser(pool, c.get('user'), async (tx) => {
      const id = await requireListener(tx, idOf(c, noSuchListener))
      await tx`select webhooks.remove_listeners(listener_id => ${id})`
    })
    return c.body(null, 204)
  })
}

const noSuchListener = () => new Refusal('not_found', 'Nobody listens here. Listening ends five minutes after the last look.')

/** The organization of a caller who has one only, such as an API key. */
async function onlyOrganization(tx: Transaction): Promise<string> {
  const mine = await tx<{ id: string }[]>`select o ->> 'id' as id from jsonb_array_elements(public.webhook_organizations()) o limit 2`
  if (mine.length !== 1) throw new Refusal('invalid_input', 'Name the organization by its id.', 'organization_id')
  return mine[0]!.id
}

/** The listener, if the caller may manage its organization. No user reads listeners, so from here on the transaction runs as ourselves. */
async function requireListener(tx: Transaction, id: string): Promise<string> {
  await asOurselves(tx)
  const [listener] = await tx<{ id: string; manages: boolean }[]>`
    select l.id, l.organization_id in (select webhooks.managed_organizations()) as manages from webhooks.listeners l
    where l.id = ${id} and l.expires_at > clock_timestamp() and l.organization_id in (select webhooks.my_organizations())`
  if (listener === undefined) throw noSuchListener()
  if (!listener.manages) throw onlyAdmins()
  return listener.id
}
