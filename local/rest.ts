// REST and Auth in this process, by @supabase/lite, corrected where it differs from a hosted project.
import { App } from '@supabase/lite'
import { createPostgresConnection } from '@supabase/lite/postgres'
import postgres from 'postgres'
import type { Keys } from './keys.ts'
import type { Stoppable } from './running.ts'

export type Rest = Stoppable & {
  fetch: (request: Request, peerAddress: string | null) => Response | Promise<Response>
}

/** Serves /rest/v1 and /auth/v1 as a fetch function. */
export async function startRest(adminUrl: string, keys: Keys, siteUrl: string): Promise<Rest> {
  const connection = createPostgresConnection({ url: adminUrl, postgresOptions: { max: 10, onnotice: () => {}, types: asPostgrestRenders } })
  // Must come before the first request: otherwise lite grants ALL on every schema with a policy to anon, for good.
  Object.assign(connection, { rlsState: 'active' })
  const normalize = connection.normalizeDbError.bind(connection)
  connection.normalizeDbError = (error) => withStatus(normalize(error))

  const app = new App({
    connection,
    api: { schemas: ['public'], max_rows: 1000 },
    auth: {
      enabled: true, jwt_secret: keys.jwtSecret, jwt_expiry: 3600, enable_signup: true, site_url: siteUrl,
      publishable_key: keys.publishableKey, secret_key: keys.secretKey, email: { enable_confirmations: false },
    },
  })
  await app.init()

  // As PostgREST does: changed tables are announced by the database itself.
  const listener = postgres(adminUrl, { max: 1, onnotice: () => {} })
  await listener.listen('pgrst', () => void connection.clearSchemaCache())
  return {
    fetch: (request, peerAddress) => app.fetch(request, { peerAddress }),
    async stop() {
      await listener.end({ timeout: 1 })
      await connection.close()
    },
  }
}

const iso = (text: string) => text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
const textOf = (oid: number, parse = (text: string): unknown => text) => ({ to: oid, from: [oid], serialize: (value: unknown) => value, parse })
const jsonOf = (oid: number) => ({
  to: oid, from: [oid], parse: (text: string): unknown => JSON.parse(text),
  serialize: (value: unknown) => typeof value === 'string' ? value : JSON.stringify(value),
})
const asPostgrestRenders = {
  timestamptz: textOf(1184, iso),
  timestamp: textOf(1114, iso),
  numeric: { ...textOf(1700, Number), serialize: String },
  bytea: textOf(17),
  // Lite hands a function's JSON argument over as JSON text; the driver would make a JSON string of it.
  json: jsonOf(114),
  jsonb: jsonOf(3802),
}

type DbError = { code?: string, message?: string, detail?: string | null, hint?: string | null }

/** Gives an error of the database the HTTP status that PostgREST gives it, where lite would answer 500. */
function withStatus(error: unknown): unknown {
  const { code, message, detail, hint } = (error ?? {}) as DbError
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code) || liteKnows(code)) return error
  return {
    code: 'PGRST',
    message: JSON.stringify({ code, message, details: detail ?? null, hint: hint ?? null }),
    detail: JSON.stringify({ status: statusOf(code), headers: {} }),
  }
}

const liteKnows = (code: string) => /^(PT|PGRST|42|22|21|55|53)/.test(code) || ['23505', '23503', '23502', '25006'].includes(code)

function statusOf(code: string): number {
  if (code === 'P0001') return 400
  if (/^(08|53)/.test(code)) return 503
  if (/^(28|0L|0P)/.test(code)) return 403
  if (/^(P0|09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|XX)/.test(code)) return 500
  return 400
}
