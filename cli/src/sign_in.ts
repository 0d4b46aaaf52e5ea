// Signing in to Supabase Auth with a password, and staying signed in.
import { CommandError, EXIT } from './exit_codes.ts'

export type Session = { accessToken: string; refreshToken: string; expiresAt: number }
type Answer = { access_token?: string; refresh_token?: string; expires_at?: number; expires_in?: number; msg?: string; error_description?: string; /** Of the gateway before it. */ message?: string }

/** A session for an e-mail address and a password. */
export function signIn(url: string, publishableKey: string, email: string, password: string, now: Date, signal?: AbortSignal): Promise<Session> {
  return token(url, publishableKey, 'password', { email, password }, now, `${email} could not sign in`, signal)
}

/** The session that follows one whose token has run out. */
export function renew(url: string, publishableKey: string, refreshToken: string, now: Date, signal?: AbortSignal): Promise<Session> {
  return token(url, publishableKey, 'refresh_token', { refresh_token: refreshToken }, now, 'Your sign-in has ended', signal)
}

async function token(url: string, publishableKey: string, grant: string, body: object, now: Date, failure: string, signal: AbortSignal | undefined): Promise<Session> {
  let response: Response
  try {
    response = await fetch(`${originOf(url)}/auth/v1/token?grant_type=${grant}`, {
      method: 'POST', headers: { apikey: publishableKey, 'content-type': 'application/json' }, body: JSON.stringify(body), signal: within(20_000, signal),
    })
  } catch {
    signal?.throwIfAborted()
    throw new CommandError(EXIT.unreachable, `${originOf(url)} could not be reached to sign in. Is the address right, and the system running?`)
  }
  const answer = (await response.json().catch(() => null) ?? {}) as Answer
  if (!response.ok || !answer.access_token || !answer.refresh_token) {
    const why = answer.msg ?? answer.error_description ?? answer.message
    if (typeof why !== 'string') throw new CommandError(EXIT.unreachable, `${originOf(url)} answered ${response.status} with something that is not from Supabase Auth. Is this the address of the project?`)
    throw new CommandError(EXIT.notAllowed, `${failure}: ${why.replace(/\.$/, '')}. Sign in again with npx tablehook login.`)
  }
  return {
    accessToken: answer.access_token, refreshToken: answer.refresh_token,
    // By the clock here, which is what it will be compared with: one that is slow would find a token good that is over.
    expiresAt: answer.expires_in === undefined && answer.expires_at !== undefined ? answer.expires_at : Math.floor(now.getTime() / 1_000) + (answer.expires_in ?? 3_600),
  }
}

/** The organizations of whoever is signed in; null where the project cannot say. */
export async function organizationsOf(url: string, publishableKey: string, accessToken: string, signal?: AbortSignal): Promise<{ id: string; name: string }[] | null> {
  try {
    const response = await fetch(`${originOf(url)}/rest/v1/rpc/webhook_organizations`, {
      method: 'POST', headers: { apikey: publishableKey, authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }, body: '{}', signal: within(20_000, signal),
    })
    return response.ok ? await response.json() as { id: string; name: string }[] : null
  } catch {
    signal?.throwIfAborted()
    return null
  }
}

const within = (ms: number, signal: AbortSignal | undefined) => signal === undefined ? AbortSignal.timeout(ms) : AbortSignal.any([signal, AbortSignal.timeout(ms)])

/** REST and Auth are at the root of the project, beside the functions. */
export function originOf(url: string): string {
  return url.replace(/\/functions\/v1.*$/, '').replace(/\/+$/, '')
}
