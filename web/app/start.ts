// The first half of a start, which needs nothing that draws: where the API is, who is signed in, and what every page begins with.
import { loadConfig } from '../config.ts'
import { startSupabase } from '../data/supabase.ts'
import { readForFirstUser } from '../session/read_ahead.ts'

/** Rejects when nobody said where the API is. */
export const started = loadConfig().then((config) => {
  startSupabase(config)
  // What fails here is asked for again by who draws it.
  readForFirstUser().catch(() => {})
})
// Whoever draws the page says so.
started.catch(() => {})
