// Signing in to Supabase Auth with a password, and staying signed in.
import { CommandError, EXIT } from './exit_codes.ts'

export type Session = { accessToken: string; refreshToken: string; expiresAt: number }
type Answer = { access_token?: string; refresh_token?: string; expires_at?: number; expires_in?: number; msg?: string; error_description?: string }

/** A session for an e-mail address and a password. */
export function signIn(url: string, publishableKey: string, email: string, password: string, now: Date): Promise<Session> {
  return token(url, publishableKey, 'password', { email, password }, now, `${email} could not sign in`)
}

/** The session that follows one whose token has run out. */
export function renew(url: string, publishableKey: string, refreshToken: string, now: Date): Promise<Session> {
  return token(url, publishableKey, 'refresh_token', { refresh_token: refreshToken }, now, 'Your sign-in has ended')
}

async function token(url: string, publishableKey: string, grant: string, body: object, now: Date, failure: string): Promise<Session> {
  let response: Response
  try {
    response = await fetch(`${originOf(url)}/auth/v1/token?grant_type=${grant}`, {
      method: 'POST', headers: { apikey: publishableKey, 'content-type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(20_000),
    })
  } catch {
    throw new CommandError(EXIT.unreachable, `${originOf(url)} could not be reached to sign in. Is the address right, and the system running?`)
  }
  const answer = await response.json().catch(() => ({})) as Answer
  if (!response.ok || !answer.access_token || !answer.refresh_token) {
    throw new CommandError(EXIT.notAllowed, `${failure}: ${answer.msg ?? answer.error_description ?? `the project answered ${response.status}`}. Sign in again with npx tablehook login.`)
  }
  return {
    accessToken: answer.access_token, refreshToken: answer.refresh_token,
    // By the clock here, which is what it will be compared with: one that is slow would find a token good that is over.
    expiresAt: answer.expires_in === undefined && answer.expires_at !== undefined ? answer.expires_at : Math.floor(now.getTime() / 1_000) + (answer.expires_in ?? 3_600),
  }
}

/** The organizations of whoever is signed in; null where the project cannot say. */
export async function organizationsOf(url: string, publishableKey: string, accessToken: string): Promise<{ id: string; name: string }[] | null> {
  try {
    const response = await fetch(`${originOf(url)}/rest/v1/rpc/webhook_organizations`, {
      method: 'POST', headers: { apikey: publishableKey, authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }, body: '{}', signal: AbortSignal.timeout(20_000),
    })
    return response.ok ? await response.json() as { id: string; name: string }[] : null
  } catch {
    return null
  }
}

/** REST and Auth are at the root of the project, beside the functions. */
export function originOf(url: string): string {
  return url.replace(/\/functions\/v1.*$/, '').replace(/\/+$/, '')
}
