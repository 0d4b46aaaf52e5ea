import { Refusal } from '../core/refusal.ts'
import type { Transaction } from './as_user.ts'

/** A row of webhook_configurations as JSON, without `revision`: what the API answers with. */
export type WebhookJson = { id: string; organization_id: string; name: string; url: string } & Record<string, unknown>

/** What the database says the caller may do: see public.webhook_capabilities(). */
type Capabilities = Record<'view' | 'toggle' | 'manage' | 'test' | 'read_secret' | 'read_payload' | 'resend' | 'manage_keys', boolean>
export type Capability = keyof Capabilities

/** Another organization's webhook and one that never was get the same answer, in the same words. */
export const noSuchWebhook = () => new Refusal('not_found', 'This webhook doesn’t exist.')
export const noSuchOrganization = () => new Refusal('not_found', 'This organization doesn’t exist.', 'organization_id')
export const onlyAdmins = () => new Refusal('forbidden', 'Only admins can do this.')

/** The webhook, if the caller may see it and has the capability. Call it as the user. */
export async function requireWebhook(tx: Transaction, id: string, capability: Capability): Promise<WebhookJson> {
  const [found] = await tx<{ webhook: WebhookJson; can: Capabilities }[]>`
    select to_jsonb(w) - 'revision' as webhook, public.webhook_capabilities(w.organization_id) as can
    from public.webhook_configurations w where w.id = ${id}`
  if (found === undefined) throw noSuchWebhook()
  if (!found.can[capability]) throw onlyAdmins()
  return found.webhook
}

/**
 * The id of an organization that is named by it, or by the app's own key. Refuses when the caller does not belong to it, or lacks the
 * capability. Call it as the user.
 */
export async function requireOrganization(tx: Transaction, named: string, capability: Capability): Promise<string> {
  const [found] = await tx<{ id: string | null; can: Capabilities | null }[]>`
    select o.id, public.webhook_capabilities(o.id) as can from public.webhook_organization(${named}) o(id)`
  if (found?.id == null || !found.can?.view) throw noSuchOrganization()
  if (!found.can[capability]) throw onlyAdmins()
  return found.id
}

/** The row as it is now. */
export async function readWebhook(tx: Transaction, id: string): Promise<WebhookJson> {
  const [found] = await tx<{ webhook: WebhookJson }[]>`
    select to_jsonb(w) - 'revision' as webhook from public.webhook_configurations w where w.id = ${id}`
  if (found === undefined) throw noSuchWebhook()
  return found.webhook
}
