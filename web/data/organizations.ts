import * as z from 'zod/mini'
import { byName } from './natural_order.ts'
import { call } from './request.ts'

const organization = z.object({ id: z.string(), name: z.string() })
export type Organization = z.output<typeof organization>

const capabilities = z.object({
  view: z.boolean(), toggle: z.boolean(), manage: z.boolean(), test: z.boolean(), read_secret: z.boolean(), read_payload: z.boolean(), resend: z.boolean(),
  manage_keys: z.boolean(),
})
/** What the signed-in person may do in one organization. Screens ask this and never compare role names. */
export type Capabilities = z.output<typeof capabilities>
export type Capability = keyof Capabilities
export const NO_CAPABILITIES: Capabilities = {
  view: false, toggle: false, manage: false, test: false, read_secret: false, read_payload: false, resend: false, manage_keys: false,
}

const limits = z.object({
  retention_days: z.number(),
  max_webhooks: z.number(),
  webhooks: z.number(),
  turn_off_after_days: z.number(),
  /** Seconds before each retry, by policy. */
  retry_schedules: z.record(z.string(), z.array(z.number())),
  timeout_ms_default: z.number(),
})
export type Limits = z.output<typeof limits>

/** The organizations of the signed-in person, by name. */
export async function listOrganizations(): Promise<Organization[]> {
  return (await call(z.array(organization), 'webhook_organizations', {})).sort(byName)
}

export function getCapabilities(organizationId: string): Promise<Capabilities> {
  return call(capabilities, 'webhook_capabilities', { organization_id: organizationId })
}

export function getLimits(organizationId: string): Promise<Limits> {
  return call(limits, 'webhook_limits', { organization_id: organizationId })
}
