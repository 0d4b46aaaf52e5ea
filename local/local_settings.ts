import postgres from 'postgres'
import type { Keys } from './keys.ts'
import type { Settings } from './settings.ts'

/**
 * What the migrations leave to the operator, set for this instance: the dispatcher may sign in,
 * and plain http is allowed exactly when some private address is.
 * @param adminUrl connects as supabase_admin
 */
export async function applyLocalSettings(adminUrl: string, passwords: Keys['passwords'], { allowPrivate }: Pick<Settings, 'allowPrivate'>): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    const [role] = await sql`select from pg_roles where rolname = 'tablehook_dispatcher'`
    if (role) await sql.unsafe(`alter role tablehook_dispatcher login password '${passwords.dispatcher}'`)
    const [column] = await sql`
      select from information_schema.columns
      where table_schema = 'webhooks' and table_name = 'settings' and column_name = 'allow_plain_http'`
    if (column) await sql`update webhooks.settings set allow_plain_http = ${allowPrivate.trim() !== ''}`
  } finally {
    await sql.end()
  }
}
