// What a user asks for runs under that user's role and claims, so that row-level security decides, not this code.
import type { TransactionSql } from 'postgres'
import { PG } from '../io/database.ts'
import type { Pool } from '../io/pool.ts'
import type { User } from './auth.ts'
import { refusalFromDatabase } from './errors.ts'

export type Transaction = TransactionSql

/** As long as PostgREST gives the same role on Supabase. */
const STATEMENT_TIMEOUT_MS = 8_000

/**
 * Runs `work` in one transaction as the user, as PostgREST would. What the database refuses comes back as a Refusal.
 * No HTTP request in here: a receiver must never hold a transaction open.
 */
export async function asUser<Result>(pool: Pool, user: User, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  try {
    return await pool.transaction(async (tx) => {
      await tx`
        select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${JSON.stringify(user.claims)}, true),
               set_config('timezone', 'UTC', true), set_config('statement_timeout', ${String(STATEMENT_TIMEOUT_MS)}, true)`
      return work(tx)
    })
  } catch (error) {
    throw refusalFromDatabase(error) ?? error
  }
}

/** A text[], which the driver must be told; null stays null. */
export function listOf(tx: Transaction, texts: readonly string[] | null) {
  return texts === null ? null : tx.array([...texts], PG.text)
}

/**
 * Ends the user's part of the transaction: from here on it runs as the connection's own role, which may write what no user can.
 * Call it only after the user's right was established. The claims stay, so that triggers still know who acts.
 */
export async function asOurselves(tx: Transaction): Promise<void> {
  await tx`select set_config('role', 'none', true)`
}
