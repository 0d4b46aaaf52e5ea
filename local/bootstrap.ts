import fs from 'node:fs'
import path from 'node:path'
import { getAuthSchemaSql } from '@supabase/lite'
import postgres from 'postgres'
import type { Keys } from './keys.ts'

const read = (name: string) => fs.readFileSync(path.join(import.meta.dirname, 'bootstrap', name), 'utf8')

/**
 * Gives a new cluster what a hosted Supabase database has before its first migration. Does nothing the second time.
 * @param adminUrl connects as the superuser supabase_admin to database postgres
 */
export async function bootstrap(adminUrl: string, passwords: Keys['passwords']): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    const [found] = await sql`select from pg_roles where rolname = 'authenticator'`
    if (found) return
    // One transaction: a start that is killed half-way leaves an empty cluster, not half a one.
    await sql.begin(async (tx) => {
      await tx.unsafe(read('roles.sql'))
      await tx.unsafe(`alter role postgres password '${passwords.postgres}'`)
      await tx.unsafe(read('database.sql'))
      await tx.unsafe(getAuthSchemaSql())
      await tx.unsafe(read('auth.sql'))
    })
  } finally {
    await sql.end()
  }
}
