import { useEffect, useRef } from 'react'
import { useNavigate } from 'react-router'
import { useOrganization } from '../session/organization.tsx'

/**
 * Keeps the organization on the screen and the webhook on the screen together. A link to a webhook of another of the person's
 * organizations switches to it; switching while a webhook is open leaves the webhook.
 * @param ownerId organization of the webhook; undefined while it is not known
 */
export function useOrganizationOf(webhookId: string, ownerId: string | undefined): void {
  const { organization, organizations, choose } = useOrganization()
  const navigate = useNavigate()
  const settled = useRef<string | null>(null)
  const belongs = organizations.some(({ id }) => id === ownerId)

  useEffect(() => {
    if (ownerId === undefined || !belongs) return
    if (organization.id === ownerId) settled.current = webhookId
    else if (settled.current === webhookId) void navigate('/settings/webhooks')
    else choose(ownerId)
  }, [webhookId, ownerId, belongs, organization.id, choose, navigate])
}
