// What a test of the whole system needs first: where it is, and someone who is signed in.
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { inject } from 'vitest'
import WebSocket from 'ws'
import { demoPassword } from '../../local/demo_users.ts'
import type { SystemStatus } from '../../local/state.ts'

/** The system that the test run started. */
export const system = (): SystemStatus => inject('system')

/** A client with the publishable key, signed in as nobody; or with the key given, such as the secret key. */
export function connect({ API_URL, PUBLISHABLE_KEY }: SystemStatus = system(), key = PUBLISHABLE_KEY): SupabaseClient {
  return createClient(API_URL, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    // Node 20 has no WebSocket of its own.
    realtime: { transport: WebSocket as never },
  })
}

/** A client signed in as that demo user. */
export async function signIn(email: string, to: SystemStatus = system()): Promise<SupabaseClient> {
  const client = connect(to)
  const { error } = await client.auth.signInWithPassword({ email, password: demoPassword })
  if (error) throw error
  return client
}
