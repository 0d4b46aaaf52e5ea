import { webhookAnswer, webhooksAnswer } from './answers.ts'
import { namedOrganization } from './api_key_user.ts'
import { asUser } from './as_user.ts'
import { describeRoute } from './describe.ts'
import { organizationQuery } from './organization_query.ts'
import { requireOrganization, requireWebhook, type WebhookJson } from './permission.ts'
import { readQuery } from './read_query.ts'
import { idOf, WEBHOOK, WEBHOOKS, type AddRoutes } from './routes.ts'

const list = describeRoute({
  id: 'listWebhooks', tag: 'Webhooks', summary: 'List the webhooks of an organization', access: 'read', query: organizationQuery,
  answers: { 200: { about: 'By name.', schema: webhooksAnswer } }, refusals: ['not_found'],
})
const read = describeRoute({
  id: 'getWebhook', tag: 'Webhooks', summary: 'Read a webhook', access: 'read',
  answers: { 200: { about: 'The webhook.', schema: webhookAnswer } }, refusals: ['not_found'],
})

/** `GET /webhooks?organization_id=` → `{webhooks}`, by name · `GET /webhooks/:id` → `{webhook}`. For every member. */
export const readRoutes: AddRoutes = (app, user, { pool }) => {
  app.get(WEBHOOKS, list, user, async (c) => {
    const organization = namedOrganization(c.get('user'), readQuery(c, organizationQuery).organization_id)
    const webhooks = await asUser(pool, c.get('user'), async (tx) => {
      const id = await requireOrganization(tx, organization, 'view')
      const rows = await tx<{ webhook: WebhookJson }[]>`
        select to_jsonb(w) - 'revision' as webhook from public.webhook_configurations w
        where w.organization_id = ${id} order by w.name, w.id`
      return rows.map((row) => row.webhook)
    })
    return c.json({ webhooks })
  })

  app.get(WEBHOOK, read, user, async (c) => {
    const webhook = await asUser(pool, c.get('user'), (tx) => requireWebhook(tx, idOf(c), 'view'))
    return c.json({ webhook })
  })
}
