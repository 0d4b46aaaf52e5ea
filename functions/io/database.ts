import postgres from 'postgres'

export type Database = postgres.Sql

/** Element types of the arrays we send, by their fixed numbers in Postgres. */
export const PG = { bool: 16, int4: 23, text: 25, float4: 700, timestamptz: 1184, uuid: 2950 } as const

/**
 * Opens a pool. A pooler in transaction mode (port 6543 on Supabase, or `pgbouncer=true` in the URL) cannot keep prepared
 * statements, so none are made there.
 */
export function connect(url: string, options: { max: number; name: string }): Database {
  return postgres(withoutMark(url), {
    max: options.max,
    prepare: !isTransactionPooler(url),
    connection: { application_name: options.name },
    onnotice: () => {},
    idle_timeout: 0,
    connect_timeout: 10,
    types: { bigint: postgres.BigInt },
  })
}

/** Through a transaction pooler there is no LISTEN either: the timer of the sweep does. */
export function isTransactionPooler(url: string): boolean {
  const { port, searchParams } = new URL(url)
  return port === '6543' || searchParams.get('pgbouncer') === 'true'
}

/** The driver would hand our mark to the server as a setting, and no server knows it. */
function withoutMark(url: string): string {
  const address = new URL(url)
  address.searchParams.delete('pgbouncer')
  return address.href
}
