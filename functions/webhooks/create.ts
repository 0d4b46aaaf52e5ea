import { eventTypesOf } from '../core/formats/index.ts'
import { newSecretText } from '../core/signature.ts'
import { createWebhookInput, type CreateWebhookInput } from '../core/webhook_input.ts'
import { PG } from '../io/database.ts'
import { addSecret, writeHeaders } from '../io/secrets.ts'
import { requireAddress } from './address_check.ts'
import { asOurselves, asUser, type Transaction } from './as_user.ts'
import { requireFilter } from './filter_check.ts'
import { readWebhook, requireOrganization } from './permission.ts'
import { readInput } from './read_input.ts'
import { WEBHOOKS, type AddRoutes } from './routes.ts'

/** `POST /webhooks` → 201 `{webhook, secret}`. The secret is shown here in full; null when requests are not signed. */
export const createRoute: AddRoutes = (app, user, deps) => {
  app.post(WEBHOOKS, user, async (c) => {
    const caller = c.get('user')
    const input = await readInput(c, createWebhookInput)
    await requireAddress(input.url, deps)
    if (input.filter !== null) await requireFilter(deps.pool, input.filter)
    const secret = input.secret === undefined ? newSecretText(deps.randomBytes(32)) : input.secret

    const webhook = await asUser(deps.pool, caller, async (tx) => {
      await requireOrganization(tx, input.organization_id, 'manage')
      const id = await insertWebhook(tx, input)
      await asOurselves(tx)
      if (secret !== null) await addSecret(tx, id, secret, caller.id, deps)
      if (Object.keys(input.headers).length > 0) await writeHeaders(tx, id, input.headers, deps)
      return readWebhook(tx, id)
    })
    return c.json({ webhook, secret }, 201)
  })
}

async function insertWebhook(tx: Transaction, { secret: _, headers: __, events, ...columns }: CreateWebhookInput): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into public.webhook_configurations ${tx({ ...columns, events: tx.array(eventTypesOf(columns.format, events), PG.text) })} returning id`
  return row!.id
}
