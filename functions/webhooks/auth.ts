// Who is calling. A token is trusted only after its signature was checked against the project's own keys.
import { verifyAuth } from '@supabase/server/core'
import type { MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { looksLikeApiKey } from '../core/api_key.ts'
import { Refusal } from '../core/refusal.ts'
import { claimsOf, findKey, requireScope, type ActingKey } from './api_key_user.ts'
import type { Deps, Env } from './deps.ts'

/** Who is calling: a signed-in user, or an API key, which has no `id` of a user. `claims`: what row-level security reads. */
export type User = { id: string | null; claims: Record<string, unknown>; key: ActingKey | null }

/** The signed-in user, with the verified claims of the token; null when nobody is signed in. Throws when the keys to check with are missing. */
export type VerifyUser = (request: Request) => Promise<{ id: string; claims: Record<string, unknown> } | null>

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Checks the bearer token with `SUPABASE_JWKS` (set by Supabase; SUPABASE_JWKS_URL when self-hosted). */
export const verifyBySupabase: VerifyUser = async (request) => {
  const { data, error } = await verifyAuth(request, { auth: 'user' })
  if (error) {
    if (error.status >= 500) throw error
    return null
  }
  const claims = data.jwtClaims
  // A project's tokens for services and for nobody are signed with the same key: only a user's will do.
  if (claims?.role !== 'authenticated' || typeof claims.sub !== 'string' || !UUID.test(claims.sub)) return null
  return { id: claims.sub, claims: { ...claims } }
}

/** Lets signed-in users through, and API keys that have the scope of the route. */
export function signedIn(deps: Pick<Deps, 'verifyUser' | 'pool'>): MiddlewareHandler<Env> {
  return createMiddleware<Env>(async (c, next) => {
    const user = await whoCalls(deps, c.req.raw)
    if (user.key !== null) requireScope(user.key, c.get('access'))
    c.set('user', user)
    await next()
  })
}

async function whoCalls({ verifyUser, pool }: Pick<Deps, 'verifyUser' | 'pool'>, request: Request): Promise<User> {
  const token = /^bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (token !== undefined && looksLikeApiKey(token)) {
    const key = await findKey(pool, token)
    if (key === null) throw new Refusal('unauthorized', 'This API key isn’t valid. It may have been revoked, or be over.')
    return { id: null, claims: claimsOf(key), key }
  }
  const user = await verifyUser(request)
  if (user === null) {
    throw new Refusal('unauthorized', token === undefined
      ? 'Sign in first: send an access token or an API key as “Authorization: Bearer …”.'
      : 'This access token isn’t a user’s, or has expired. Sign in again, and send the new one.')
  }
  return { ...user, key: null }
}
