import { z } from 'zod'
import { Refusal } from '../core/refusal.ts'
import { asUser } from './as_user.ts'
import { requireOrganization, requireWebhook, type WebhookJson } from './permission.ts'
import { idOf, WEBHOOK, WEBHOOKS, type AddRoutes } from './routes.ts'

/** `GET /webhooks?organization_id=` → `{webhooks}`, by name · `GET /webhooks/:id` → `{webhook}`. For every member. */
export const readRoutes: AddRoutes = (app, user, { pool }) => {
  app.get(WEBHOOKS, user, async (c) => {
    const organization = z.guid().safeParse(c.req.query('organization_id'))
    if (!organization.success) throw new Refusal('invalid_input', 'Name the organization by its id.', 'organization_id')
    const webhooks = await asUser(pool, c.get('user'), async (tx) => {
      await requireOrganization(tx, organization.data, 'view')
      const rows = await tx<{ webhook: WebhookJson }[]>`
        select to_jsonb(w) - 'revision' as webhook from public.webhook_configurations w
        where w.organization_id = ${organization.data} order by w.name, w.id`
      return rows.map((row) => row.webhook)
    })
    return c.json({ webhooks })
  })

  app.get(WEBHOOK, user, async (c) => {
    const webhook = await asUser(pool, c.get('user'), (tx) => requireWebhook(tx, idOf(c), 'view'))
    return c.json({ webhook })
  })
}
