import { eventTypesOf } from '../core/formats/index.ts'
import { newSecretText } from '../core/signature.ts'
import { createWebhookInput, type CreateWebhookInput } from '../core/webhook_input.ts'
import { PG } from '../io/database.ts'
import { addSecret, writeHeaders } from '../io/secrets.ts'
import { requireAddress } from './address_check.ts'
import { createdAnswer } from './answers.ts'
import { namedOrganization } from './api_key_user.ts'
import { asOurselves, asUser, listOf, type Transaction } from './as_user.ts'
import type { User } from './auth.ts'
import type { Deps } from './deps.ts'
import { describeRoute } from './describe.ts'
import { requireFilter } from './filter_check.ts'
import { readWebhook, requireOrganization, type WebhookJson } from './permission.ts'
import { readInput } from './read_input.ts'
import { WEBHOOKS, type AddRoutes } from './routes.ts'
import { requireTransformation } from './transformation_check.ts'

/** An API key need not name its organization. */
const input = createWebhookInput.partial({ organization_id: true })

const description = describeRoute({
  id: 'createWebhook', tag: 'Webhooks', summary: 'Create a webhook', access: 'write', body: input,
  answers: { 201: { about: 'The webhook, and its signing secret in full.', schema: createdAnswer } },
  refusals: [
    'forbidden', 'not_found', 'name_taken', 'not_a_url', 'insecure_url', 'credentials_in_url', 'private_address', 'port_not_allowed', 'url_too_long',
    'invalid_secret', 'invalid_header', 'reserved_header', 'unknown_event_type', 'invalid_filter', 'invalid_transformation', 'too_many_webhooks',
  ],
})

/** `POST /webhooks` → 201 `{webhook, secret}`. The secret is shown here in full; null when requests are not signed. */
export const createRoute: AddRoutes = (app, user, deps) => {
  app.post(WEBHOOKS, description, user, async (c) => {
    const caller = c.get('user')
    const wanted = await readInput(c, input)
    const organization = namedOrganization(caller, wanted.organization_id)
    await requireAddress(wanted.url, deps)
    if (wanted.filter !== null) await requireFilter(deps.pool, wanted.filter)
    if (wanted.transformation !== null) await requireTransformation(deps.transform, wanted.transformation)
    const created = await asUser(deps.pool, caller, async (tx) => {
      const organization_id = await requireOrganization(tx, organization, 'manage')
      return storeWebhook(tx, { ...wanted, organization_id }, caller, deps)
    })
    return c.json(created, 201)
  })
}

/** Stores a webhook with what is secret of it. Call it as the user, once their right was established; the transaction ends as ourselves. */
export async function storeWebhook(tx: Transaction, input: CreateWebhookInput, caller: User, deps: Deps): Promise<{ webhook: WebhookJson; secret: string | null }> {
  const secret = input.secret === undefined ? newSecretText(deps.randomBytes(32)) : input.secret
  const id = await insertWebhook(tx, input)
  await asOurselves(tx)
  if (secret !== null) await addSecret(tx, id, secret, caller.id, deps)
  if (Object.keys(input.headers).length > 0) await writeHeaders(tx, id, input.headers, deps)
  return { webhook: await readWebhook(tx, id), secret }
}

async function insertWebhook(tx: Transaction, { secret: _, headers: __, events, included_fields, excluded_fields, ...columns }: CreateWebhookInput): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into public.webhook_configurations ${tx({
      ...columns, events: tx.array(eventTypesOf(columns.format, events), PG.text), included_fields: listOf(tx, included_fields), excluded_fields: listOf(tx, excluded_fields),
    })} returning id`
  return row!.id
}
