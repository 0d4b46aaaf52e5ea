import { AuthClient } from '@supabase/auth-js'
import { PostgrestClient } from '@supabase/postgrest-js'
import type { Config } from '../config.ts'
import { fetchInTime } from './fetch_in_time.ts'

/** The two parts of supabase-js that this page uses, put together as it does. Whole, it is twice as large, with sockets and storage that nothing here asks for. */
type Supabase = { auth: InstanceType<typeof AuthClient>; rest: PostgrestClient }

let started: Supabase & { config: Config } | null = null

const sessionKey = ({ apiUrl }: Config) => `tablehook.session.${new URL(apiUrl).host}`

/** Makes the one client of this page. Called once, before anything reads. */
export function startSupabase(config: Config): void {
  const { apiUrl, publishableKey: apikey } = config
  const auth = new AuthClient({
    url: `${apiUrl}/auth/v1`,
    headers: { apikey, Authorization: `Bearer ${apikey}` },
    fetch: (input, init) => fetchInTime(input, init),
    // Two systems on one machine differ by port only, and must not share a session.
    storageKey: sessionKey(config), persistSession: true, autoRefreshToken: true,
  })
  const rest = new PostgrestClient(`${apiUrl}/rest/v1`, {
    async fetch(input, init) {
      const { data: { session } } = await auth.getSession()
      const headers = new Headers(init?.headers)
      headers.set('apikey', apikey)
      headers.set('Authorization', `Bearer ${session?.access_token ?? apikey}`)
      return fetchInTime(input, { ...init, headers })
    },
  })
  started = { auth, rest, config }
}

function current() {
  if (started === null) throw new Error('startSupabase() has not been called')
  return started
}
export const supabase = (): Supabase => current()
export const config = (): Config => current().config

let visitor: string | null = null

/** Says whose screen it is from now on; null: nobody's. */
export function setVisitor(userId: string | null): void {
  visitor = userId
}

/**
 * The answer, for the person who asked. When somebody else sits there by the time it comes, it never does: a message about what the one
 * before has done would tell the next one of it, and offer to undo it.
 */
export async function forVisitor<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const asked = visitor
  const isGone = () => asked !== visitor
  try {
    const value = await answer
    return isGone() ? await new Promise(() => {}) : value
  } catch (error) {
    if (isGone()) await new Promise(() => {})
    throw error
  }
}

/** Ends the session of this browser; other devices stay signed in. */
export async function signOut(): Promise<void> {
  const { error } = await supabase().auth.signOut({ scope: 'local' })
  // Without a connection the client keeps it: whoever leaves a shared computer is not told to wait for one.
  if (error !== null) localStorage.removeItem(sessionKey(config()))
}
