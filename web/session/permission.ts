import { t } from '../words/every_screen.ts'
import type { Capability } from '../data/organizations.ts'
import { useCapabilities, useOrganization } from './organization.tsx'

type Act = Exclude<Capability, 'view'> | 'create' | 'delete'
const needs: Record<Act, Capability> = {
  create: 'manage', delete: 'manage', manage: 'manage', toggle: 'toggle', test: 'test', read_secret: 'read_secret', read_payload: 'read_payload', resend: 'resend', manage_keys: 'manage_keys',
}

/**
 * Why the person may not do something, in words, or null when they may. Give it to `unavailable`:
 * the control stays visible and says so. While the permissions load, nothing is refused yet: the server decides anyway.
 */
export function useRefusal(): (act: Act) => string | null {
  const { organization } = useOrganization()
  const can = useCapabilities(organization.id)
  return (act) => (!can.known || can[needs[act]] ? null : t(`no_permission.${act}`, { organization: organization.name }))
}
