// An API key in the place of a user's token. The key is looked up by its hash; what it may do, the database decides.
import { apiKeyHash } from '../core/api_key.ts'
import type { Scope } from '../core/api_key_input.ts'
import { Refusal } from '../core/refusal.ts'
import type { Pool } from '../io/pool.ts'
import type { Access } from './describe.ts'

/** The key that a request came with. */
export type ActingKey = { id: string; organizationId: string; name: string; scopes: Scope[] }

/** Claims that row-level security reads: see webhooks.acting_key(). No user's token has them, for it has a subject. */
export const claimsOf = ({ id }: Pick<ActingKey, 'id'>): Record<string, unknown> => ({ role: 'authenticated', tablehook_api_key: id })

/** The live key behind a token, or null. Looking it up notes that it was used. */
export async function findKey(pool: Pool, token: string): Promise<ActingKey | null> {
  const hash = apiKeyHash(token)
  if (hash === null) return null
  const [key] = await pool.run((sql) => sql<{ id: string; organization_id: string; name: string; scopes: Scope[] }[]>`
    select k.id, k.organization_id, k.name, k.scopes from webhooks.use_api_key(${hash}) k`)
  return key === undefined ? null : { id: key.id, organizationId: key.organization_id, name: key.name, scopes: key.scopes }
}

/** Says in words which scope a key lacks. Row-level security would refuse too, but could not say why. */
export function requireScope({ scopes }: ActingKey, access: Access | undefined): void {
  if (access === undefined || access === 'user') throw new Refusal('forbidden', 'An API key can’t do this. Sign in as an admin.')
  if (access === 'anyone' || scopes.includes(access)) return
  throw new Refusal('scope_missing', `This API key doesn’t have the scope “${access}”.`)
}

/** The organization that a request names. An API key need not: it has one only. */
export function namedOrganization({ key }: { key: ActingKey | null }, named: string | undefined): string {
  const organization = named ?? key?.organizationId
  if (organization === undefined) throw new Refusal('invalid_input', 'Name the organization by its id.', 'organization_id')
  return organization
}
