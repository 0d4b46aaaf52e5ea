import * as z from 'zod/mini'

// Zod compiles parsers with `new Function`, which the content security policy forbids; even the probe for it is reported.
z.config({ jitless: true })

const configJson = z.object({
  API_URL: z.string(),
  PUBLISHABLE_KEY: z.string(),
  LOCAL: z._default(z.boolean(), false),
  DEMO_USERS: z._default(z.array(z.object({ email: z.string(), password: z.string(), role: z.string(), organization: z.string() })), []),
})

export type Config = {
  apiUrl: string
  publishableKey: string
  /** A system on this machine: the sign-in page offers its demo users. */
  local: boolean
  demoUsers: { email: string; password: string; role: string; organization: string }[]
}

/** The server of these files was not reached, or had a problem. */
export class NoAnswer extends Error {}

/**
 * Where the API is. A hosted build has it compiled in (`VITE_SUPABASE_URL`, `VITE_SUPABASE_PUBLISHABLE_KEY`); otherwise the
 * server of these files answers at `/config.json`, so that one build serves any system. Rejects when neither is there, and with
 * `NoAnswer` when that is not known.
 */
export async function loadConfig(): Promise<Config> {
  const { VITE_SUPABASE_URL: apiUrl, VITE_SUPABASE_PUBLISHABLE_KEY: publishableKey } = import.meta.env
  if (typeof apiUrl === 'string' && typeof publishableKey === 'string') {
    return { apiUrl: apiUrl.replace(/\/$/, ''), publishableKey, local: false, demoUsers: [] }
  }
  // As index.html preloads it: other options would ask a second time.
  const response = await fetch('/config.json').catch((cause: unknown) => { throw new NoAnswer('', { cause }) })
  if (response.status >= 500) throw new NoAnswer()
  const { API_URL, PUBLISHABLE_KEY, LOCAL, DEMO_USERS } = configJson.parse(await response.json())
  return { apiUrl: API_URL.replace(/\/$/, ''), publishableKey: PUBLISHABLE_KEY, local: LOCAL, demoUsers: DEMO_USERS }
}
