import postgres from 'postgres'
import { arrayTypes } from './arrays.ts'

export { PG } from './arrays.ts'

export type Database = postgres.Sql

/**
 * Opens a pool. A pooler in transaction mode (port 6543 on Supabase, or `pgbouncer=true` in the URL) cannot keep prepared
 * statements, so none are made there. Encrypted where the server can, unless the URL's `sslmode` says otherwise. `onClose` is called for each connection that closes, whoever wanted it.
 */
export function connect(url: string, options: { max: number; name: string; onClose?: () => void }): Database {
  return postgres(withoutMark(url), {
    max: options.max,
    prepare: !isTransactionPooler(url),
    connection: { application_name: options.name },
    onnotice: () => {},
    onclose: () => options.onClose?.(),
    idle_timeout: 0,
    connect_timeout: 10,
    fetch_types: false,
    ...(new URL(url).searchParams.has('sslmode') ? {} : { ssl: 'prefer' as const }),
    types: { bigint: postgres.BigInt, ...arrayTypes },
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
