import { eventTypesOf, type Format } from '../core/formats/index.ts'
import { checkCustomHeaders } from '../core/header_rules.ts'
import { Refusal } from '../core/refusal.ts'
import { updateWebhookInput, type UpdateWebhookInput } from '../core/webhook_input.ts'
import { PG } from '../io/database.ts'
import { lockSecrets, readHeaders, writeHeaders } from '../io/secrets.ts'
import { requireAddress } from './address_check.ts'
import { asOurselves, asUser, type Transaction } from './as_user.ts'
import { requireFilter } from './filter_check.ts'
import { noSuchWebhook, readWebhook, requireWebhook } from './permission.ts'
import { readInput } from './read_input.ts'
import { idOf, WEBHOOK, type AddRoutes } from './routes.ts'

/** `PATCH /webhooks/:id` → `{webhook}`: what is absent stays · `DELETE /webhooks/:id` → 204. */
export const changeRoutes: AddRoutes = (app, user, deps) => {
  app.patch(WEBHOOK, user, async (c) => {
    const id = idOf(c)
    const { secret, headers, ...columns } = await readInput(c, updateWebhookInput)
    if (secret !== undefined) throw new Refusal('invalid_input', 'A secret can’t be changed like this. Roll it: POST …/secret/roll.', 'secret')

    // Who may not change it learns that first, not what is wrong with the change. Members may turn a webhook on and off.
    const togglesOnly = headers === undefined && Object.keys(columns).every((key) => key === 'is_active')
    const before = await asUser(deps.pool, c.get('user'), (tx) => requireWebhook(tx, id, togglesOnly ? 'toggle' : 'manage'))
    if (columns.events !== undefined) columns.events = eventTypesOf(columns.format ?? before.format as Format, columns.events)
    if (columns.url !== undefined) await requireAddress(columns.url, deps)
    if (columns.filter != null) await requireFilter(deps.pool, columns.filter)

    const webhook = await asUser(deps.pool, c.get('user'), async (tx) => {
      await updateColumns(tx, id, columns)
      if (headers !== undefined) {
        await requireWebhook(tx, id, 'manage')
        await asOurselves(tx)
        await lockSecrets(tx, id)
        await writeHeaders(tx, id, mergeHeaders(await readHeaders(tx, id, deps.keyring), headers), deps)
      }
      return readWebhook(tx, id)
    })
    return c.json({ webhook })
  })

  app.delete(WEBHOOK, user, async (c) => {
    const id = idOf(c)
    await asUser(deps.pool, c.get('user'), async (tx) => {
      await requireWebhook(tx, id, 'manage')
      await tx`delete from public.webhook_configurations w where w.id = ${id}`
    })
    return c.body(null, 204)
  })
}

async function updateColumns(tx: Transaction, id: string, { events, ...others }: Omit<UpdateWebhookInput, 'secret' | 'headers'>): Promise<void> {
  const set = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined))
  const all = events === undefined ? set : { ...set, events: tx.array(events, PG.text) }
  if (Object.keys(all).length === 0) return
  const updated = await tx`update public.webhook_configurations w set ${tx(all)} where w.id = ${id}`
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
