// The edge function: the HTTP API. Wires the parts to Deno; everything else runs anywhere.
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { readEnvironment } from '../io/environment.ts'
import { createLog, faultOf } from '../io/log.ts'
import { openPool } from '../io/pool.ts'
import { resolveBySystem } from '../io/resolve.ts'
import { createSender } from '../io/send.ts'
import { transformInProcess } from '../io/transform/in_process.ts'
import { createApp } from './app.ts'
import { verifyBySupabase } from './auth.ts'

/** What one request may ask of the database takes seconds: statements of users end after eight. */
const ANSWER_MS = 30_000

const now = () => new Date()
const log = createLog((text) => console.log(text.trimEnd()), now)

Deno.serve(startApp())

/** A wrong environment must not look like a crash: every request says so, and the log says what is wrong. */
function startApp(): (request: Request) => Response | Promise<Response> {
  try {
    const { databaseUrl, keyring, allow } = readEnvironment((name) => Deno.env.get(name))
    const app = createApp({
      pool: openPool(databaseUrl, { size: 4, name: 'tablehook api', limitMs: ANSWER_MS }),
      keyring, allow, resolve: resolveBySystem, sender: createSender({ allow }), transform: transformInProcess(() => performance.now()), verifyUser: verifyBySupabase, now, log,
      wait: (ms) => wait(ms), randomBytes: (count) => randomBytes(count),
    })
    return (request) => app.fetch(request)
  } catch (error) {
    log({ level: 'error', event: 'api.not_configured', ...faultOf(error) })
    return () => Response.json({ error: { code: 'unavailable', message: 'The API is not configured. Its log says why.' } }, { status: 503 })
  }
}
