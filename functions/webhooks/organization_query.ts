import { z } from 'zod'
import { organizationId } from '../core/webhook_input.ts'

/** `?organization_id=`. An API key may leave it out: see namedOrganization(). */
export const organizationQuery = z.object({ organization_id: organizationId.optional() })
