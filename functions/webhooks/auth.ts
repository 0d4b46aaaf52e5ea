// Who is calling. A token is trusted only after its signature was checked against the project's own keys.
import { verifyAuth } from '@supabase/server/core'
import type { MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { Refusal } from '../core/refusal.ts'
import type { Env } from './deps.ts'

/** The signed-in user. `claims` are the verified claims of the token, as row-level security reads them. */
export type User = { id: string; claims: Record<string, unknown> }

/** The user who sent the request, or null when nobody is signed in. Throws when the keys to check with are missing. */
export type VerifyUser = (request: Request) => Promise<User | null>

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

/** Lets only signed-in users through. */
export function signedIn(verifyUser: VerifyUser): MiddlewareHandler<Env> {
  return createMiddleware<Env>(async (c, next) => {
    const user = await verifyUser(c.req.raw)
    if (user === null) throw new Refusal('unauthorized', 'Sign in first: send the access token as “Authorization: Bearer …”.')
    c.set('user', user)
    await next()
  })
}
