import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import type { Config } from '../config.ts'
import { fetchInTime } from './fetch_in_time.ts'

let started: { client: SupabaseClient; config: Config } | null = null

const sessionKey = ({ apiUrl }: Config) => `tablehook.session.${new URL(apiUrl).host}`

/** Makes the one client of this page. Called once, before anything is rendered that reads data. */
export function startSupabase(config: Config): SupabaseClient {
  started = {
    config,
    client: createClient(config.apiUrl, config.publishableKey, {
      // Two systems on one machine differ by port only, and must not share a session.
      global: { fetch: (input, init) => fetchInTime(input, init) },
      auth: { storageKey: sessionKey(config), persistSession: true, autoRefreshToken: true },
    }),
  }
  return started.client
}

function current() {
  if (started === null) throw new Error('startSupabase() has not been called')
  return started
}
export const supabase = (): SupabaseClient => current().client
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
