import { eventTypesOf, type Format } from '../core/formats/index.ts'
import { checkCustomHeaders } from '../core/header_rules.ts'
import { Refusal } from '../core/refusal.ts'
import { updateWebhookInput, type UpdateWebhookInput } from '../core/webhook_input.ts'
import { lockSecrets, readHeaders, writeHeaders } from '../io/secrets.ts'
import { requireAddress } from './address_check.ts'
import { webhookAnswer } from './answers.ts'
import { asOurselves, asUser, listOf, type Transaction } from './as_user.ts'
import { describeRoute } from './describe.ts'
import { requireFilter } from './filter_check.ts'
import { noSuchWebhook, readWebhook, requireWebhook } from './permission.ts'
import { readInput } from './read_input.ts'
import { idOf, WEBHOOK, type AddRoutes } from './routes.ts'
import { requireTransformation } from './transformation_check.ts'

const change = describeRoute({
  id: 'updateWebhook', tag: 'Webhooks', summary: 'Change a webhook', access: 'write', body: updateWebhookInput,
  about: 'What is absent stays. A header set to null is removed, one that is absent keeps its value. A secret is not changed like this: roll it. '
    + 'With `expected_updated_at`, nothing is changed when somebody else was faster: without it, the later change stays.',
  answers: { 200: { about: 'The webhook as it is now.', schema: webhookAnswer } },
  refusals: [
    'forbidden', 'not_found', 'name_taken', 'changed_meanwhile', 'not_a_url', 'insecure_url', 'credentials_in_url', 'private_address', 'port_not_allowed', 'url_too_long',
    'invalid_secret', 'invalid_header', 'reserved_header', 'unknown_event_type', 'invalid_filter', 'invalid_transformation',
  ],
})
const remove = describeRoute({
  id: 'deleteWebhook', tag: 'Webhooks', summary: 'Delete a webhook', access: 'write',
  about: 'What still waits is cancelled; deliveries and logs stay for the retention.',
  answers: { 204: { about: 'It is gone.', schema: null } }, refusals: ['forbidden', 'not_found'],
})

/** `PATCH /webhooks/:id` → `{webhook}`: what is absent stays · `DELETE /webhooks/:id` → 204. */
export const changeRoutes: AddRoutes = (app, user, deps) => {
  app.patch(WEBHOOK, change, user, async (c) => {
    const id = idOf(c)
    const { secret, headers, expected_updated_at: expected, ...columns } = await readInput(c, updateWebhookInput)
    if (secret !== undefined) throw new Refusal('invalid_input', 'A secret can’t be changed like this. Roll it: POST …/secret/roll.', 'secret')

    // Who may not change it learns that first, not what is wrong with the change. Members may turn a webhook on and off.
    const togglesOnly = headers === undefined && Object.keys(columns).every((key) => key === 'is_active')
    const before = await asUser(deps.pool, c.get('user'), (tx) => requireWebhook(tx, id, togglesOnly ? 'toggle' : 'manage'))
    if (columns.events !== undefined) columns.events = eventTypesOf(columns.format ?? before.format as Format, columns.events)
    if (columns.url !== undefined) await requireAddress(columns.url, deps)
    if (columns.filter != null) await requireFilter(deps.pool, columns.filter)
    if (columns.transformation != null) await requireTransformation(deps.transform, columns.transformation)

    const webhook = await asUser(deps.pool, c.get('user'), async (tx) => {
      if (expected !== undefined) await requireUnchanged(tx, id, expected)
      await updateColumns(tx, id, columns)
      if (headers !== undefined) {
        await requireWebhook(tx, id, 'manage')
        await asOurselves(tx)
        if (!await lockSecrets(tx, id)) throw noSuchWebhook()
        await writeHeaders(tx, id, mergeHeaders(await readHeaders(tx, id, deps.keyring), headers), deps)
      }
      return readWebhook(tx, id)
    })
    return c.json({ webhook })
  })

  app.delete(WEBHOOK, remove, user, async (c) => {
    const id = idOf(c)
    await asUser(deps.pool, c.get('user'), async (tx) => {
      await requireWebhook(tx, id, 'manage')
      await tx`delete from public.webhook_configurations w where w.id = ${id}`
    })
    return c.body(null, 204)
  })
}

/**
 * Refuses when the webhook is no longer the one of that moment, and until the end of the transaction nobody else changes it. A moment in
 * whole milliseconds stands for its microseconds: JavaScript's Date has no more.
 */
async function requireUnchanged(tx: Transaction, id: string, expected: string): Promise<void> {
  const [found] = await tx<{ unchanged: boolean }[]>`
    select w.updated_at = e.at or (e.at = date_trunc('milliseconds', e.at) and e.at = date_trunc('milliseconds', w.updated_at)) as unchanged
    from public.webhook_configurations w, (select ${expected}::text::timestamptz) e(at) where w.id = ${id} for no key update of w`
  if (found === undefined) throw noSuchWebhook()
  if (!found.unchanged) throw new Refusal('changed_meanwhile', 'Somebody changed this webhook meanwhile. Read it again, then change it.', 'expected_updated_at')
}

async function updateColumns(tx: Transaction, id: string, columns: Omit<UpdateWebhookInput, 'secret' | 'headers' | 'expected_updated_at'>): Promise<void> {
  const set = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined).map(([name, value]) => [name, Array.isArray(value) ? listOf(tx, value) : value]))
  if (Object.keys(set).length === 0) return
  const updated = await tx`update public.webhook_configurations w set ${tx(set)} where w.id = ${id}`
  if (updated.count === 0) throw noSuchWebhook()
}

/** What is null goes, what is there is set, what is absent stays. Names are compared without case; the newest spelling wins. */
function mergeHeaders(before: Record<string, string>, changes: Record<string, string | null>): Record<string, string> {
  const changed = new Set(Object.keys(changes).map((name) => name.toLowerCase()))
  const kept = Object.entries(before).filter(([name]) => !changed.has(name.toLowerCase()))
  const set = Object.entries(changes).filter((entry): entry is [string, string] => entry[1] !== null)
  const merged = Object.fromEntries([...kept, ...set])
  // Each change was fine by itself; together they may be too many.
  const verdict = checkCustomHeaders(merged)
  if (!verdict.ok) throw new Refusal(verdict.code, verdict.message, `headers.${verdict.name}`)
  return merged
}
