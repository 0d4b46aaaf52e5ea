// REST hooks, as Zapier and n8n expect them: a platform subscribes for its user, unsubscribes, and asks for samples to map fields with.
import { renderBody } from '../core/envelope.ts'
import { subscribeInput } from '../core/api_key_input.ts'
import { Refusal } from '../core/refusal.ts'
import { createWebhookInput } from '../core/webhook_input.ts'
import { requireAddress } from './address_check.ts'
import { eventBodies, newSubscription, subscription, whoAmI } from './answers.ts'
import { namedOrganization } from './api_key_user.ts'
import { asOurselves, asUser, type Transaction } from './as_user.ts'
import { storeWebhook } from './create.ts'
import { describeRoute } from './describe.ts'
import { organizationQuery } from './organization_query.ts'
import { requireOrganization, requireWebhook, type WebhookJson } from './permission.ts'
import { readInput } from './read_input.ts'
import { readQuery } from './read_query.ts'
import { idOf, type AddRoutes } from './routes.ts'

const SAMPLES = 3
/** The id of a body that shows the catalog's sample: no event has it. */
const NO_EVENT = '00000000-0000-7000-8000-000000000000'

const subscribe = describeRoute({
  id: 'subscribe', tag: 'REST hooks', summary: 'Subscribe to an event type', access: 'write', body: subscribeInput,
  about: 'Makes a webhook for one event type, named after it and the API key. The address may be called target_url, targetUrl or hookUrl. Asking again for the same changes nothing, but for turning it on.',
  answers: {
    200: { about: 'There was such a subscription.', schema: subscription },
    201: { about: 'A new subscription.', schema: newSubscription },
  },
  refusals: [
    'forbidden', 'not_found', 'name_taken', 'not_a_url', 'insecure_url', 'credentials_in_url', 'private_address', 'port_not_allowed', 'url_too_long',
    'unknown_event_type', 'too_many_webhooks',
  ],
})
const unsubscribe = describeRoute({
  id: 'unsubscribe', tag: 'REST hooks', summary: 'End a subscription', access: 'write',
  answers: { 204: { about: 'The webhook is deleted.', schema: null } },
  refusals: ['forbidden', 'not_found'],
})
const samples = describeRoute({
  id: 'listSamples', tag: 'REST hooks', summary: 'List recent events of a type', access: 'read', query: organizationQuery,
  about: 'Bodies as deliveries have them, newest first, at most three. Where there are none, or the caller may not read bodies (that needs write), the sample of the catalog.',
  answers: { 200: { about: 'At least one body.', schema: eventBodies } },
  refusals: ['not_found'],
})
const me = describeRoute({
  id: 'whoAmI', tag: 'REST hooks', summary: 'Whose key is this?', access: 'read', query: organizationQuery,
  about: 'For the test of a connection, and for its label.',
  answers: { 200: { about: 'The organization and the key.', schema: whoAmI } },
  refusals: ['not_found'],
})

const HOOKS = '/webhooks/hooks'

/**
 * `POST /webhooks/hooks {event, target_url}` → 201 `{id, …}`, or 200 when it is there · `DELETE /webhooks/hooks/:id` → 204 ·
 * `GET /webhooks/hooks/samples/:event` → a list of bodies · `GET /webhooks/hooks/me` → `{organization, key}`.
 */
export const restHookRoutes: AddRoutes = (app, user, deps) => {
  app.post(HOOKS, subscribe, user, async (c) => {
    const caller = c.get('user')
    const { organization_id, event, target_url, targetUrl, hookUrl } = await readInput(c, subscribeInput)
    const organization = namedOrganization(caller, organization_id)
    const url = (target_url ?? targetUrl ?? hookUrl)!
    await requireAddress(url, deps).catch(inTheirWords)
    const { webhook, secret } = await asUser(deps.pool, caller, async (tx) => {
      const id = await requireOrganization(tx, organization, 'manage')
      // One at a time: two of the same at once would both find nothing, and both take the same name.
      await tx`select pg_advisory_xact_lock(hashtextextended('webhooks.hooks:' || ${id}::text, 0))`
      const found = await findSubscription(tx, id, url, event)
      if (found !== undefined) return { webhook: found, secret: null }
      const name = await freeName(tx, id, `${event} (${caller.key?.name ?? 'REST hook'})`)
      return storeWebhook(tx, createWebhookInput.parse({ organization_id: id, name, url, events: [event] }), caller, deps)
    }).catch(inTheirWords)
    return secret === null ? c.json(asSubscription(webhook)) : c.json({ ...asSubscription(webhook), secret }, 201)
  })

  app.delete(`${HOOKS}/:id`, unsubscribe, user, async (c) => {
    const id = idOf(c)
    await asUser(deps.pool, c.get('user'), async (tx) => {
      await requireWebhook(tx, id, 'manage')
      await tx`delete from public.webhook_configurations w where w.id = ${id}`
    })
    return c.body(null, 204)
  })

  app.get(`${HOOKS}/samples/:event`, samples, user, async (c) => {
    const type = c.req.param('event') ?? ''
    const organization = namedOrganization(c.get('user'), readQuery(c, organizationQuery).organization_id)
    const found = await asUser(deps.pool, c.get('user'), async (tx) => {
      const id = await requireOrganization(tx, organization, 'view')
      const sample = await requireSample(tx, type)
      const [may] = await tx<{ read: boolean }[]>`select (public.webhook_capabilities(${id}) ->> 'read_payload')::boolean as read`
      await asOurselves(tx)
      const recent = may!.read ? await tx<Fact[]>`select * from webhooks.recent_events(${id}, ${type}, ${SAMPLES})` : []
      return recent.length > 0 ? { id, facts: [...recent] } : { id, facts: [{ id: NO_EVENT, occurred_at: deps.now().toISOString(), ...sample }] }
    })
    const bodies = found.facts.map(({ id, occurred_at, data, previous }) =>
      renderBody('standard', { id, type, occurredAt: occurred_at, organizationId: found.id, data, previous, context: null }))
    // Put together as text: a number may have more digits than JavaScript keeps.
    return c.body(`[${bodies.join(',')}]`, 200, { 'content-type': 'application/json' })
  })

  app.get(`${HOOKS}/me`, me, user, async (c) => {
    const { key } = c.get('user')
    const organization = namedOrganization(c.get('user'), readQuery(c, organizationQuery).organization_id)
    const named = await asUser(deps.pool, c.get('user'), async (tx) => {
      const id = await requireOrganization(tx, organization, 'view')
      await asOurselves(tx)
      const [row] = await tx<{ name: string }[]>`select webhooks.organization_name(${id}) as name`
      return { id, name: row!.name }
    })
    return c.json({ organization: named, key: key === null ? null : { id: key.id, name: key.name, scopes: key.scopes } })
  })
}

type Fact = { id: string; occurred_at: string; data: string; previous: string | null }

/** A webhook for this event type alone at this address; turned on, should it be off. */
async function findSubscription(tx: Transaction, organizationId: string, url: string, event: string): Promise<WebhookJson | undefined> {
  const [found] = await tx<{ webhook: WebhookJson }[]>`
    select to_jsonb(w) as webhook from public.webhook_configurations w
    where w.organization_id = ${organizationId} and w.url = ${url} and w.events = array[${event}] order by w.created_at, w.id limit 1`
  if (found === undefined || found.webhook.is_active === true) return found?.webhook
  const [on] = await tx<{ webhook: WebhookJson }[]>`
    update public.webhook_configurations w set is_active = true where w.id = ${found.webhook.id} returning to_jsonb(w) as webhook`
  return on?.webhook
}

/** The name, or the name with a number, whichever is free. */
async function freeName(tx: Transaction, organizationId: string, wanted: string): Promise<string> {
  // 64 characters are allowed, and four are for the number.
  const name = [...wanted].slice(0, 60).join('').trim()
  const taken = await tx<{ name: string }[]>`select w.name from public.webhook_configurations w where w.organization_id = ${organizationId}`
  const names = new Set(taken.map((row) => row.name))
  for (let number = 2, free = name; ; free = `${name} ${number++}`) if (!names.has(free)) return free
}

async function requireSample(tx: Transaction, type: string): Promise<{ data: string; previous: string | null }> {
  const [row] = await tx<{ data: string | null; previous: string | null }[]>`
    select (t.sample -> 'data')::text as data, (t.sample -> 'previous')::text as previous from public.webhook_event_types t where t.name = ${type}`
  if (row === undefined) throw new Refusal('not_found', 'There is no event type of this name. GET …/events lists them all.')
  return { data: row.data ?? '{}', previous: row.previous }
}

const asSubscription = ({ id, url, events, organization_id, is_active, created_at }: WebhookJson) =>
  ({ id, event: (events as string[])[0], target_url: url, organization_id, is_active, created_at })

/** A platform sent `event` and `target_url`: a refusal about the webhook's own fields says these. */
function inTheirWords(error: unknown): never {
  const field = error instanceof Refusal && { url: 'target_url', events: 'event' }[error.field ?? '']
  throw field ? new Refusal(error.code, error.message, field) : error
}
