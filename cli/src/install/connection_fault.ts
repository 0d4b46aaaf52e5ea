// Why there is no connection to Postgres, in words for whoever gave the address. functions/io/connection_fault.ts says the same of another address.
import { Refused } from './refused.ts'

/** Refuses what is no address of a database. */
export function requireDatabaseUrl(url: string): void {
  if (!/^postgres(ql)?:\/\/[^/]/.test(url) || !isReadable(url)) {
    throw new Refused('--db-url is not an address such as postgres://user:password@host:5432/postgres. Write # / ? @ and % in a password as %23 %2F %3F %40 and %25.')
  }
}

function isReadable(url: string): boolean {
  try {
    const { username, password, pathname } = new URL(url)
    return decodeURIComponent(`${username}${password}${pathname}`) !== ''
  } catch {
    return false
  }
}

/** What happened, why, and what to do; null for what nobody has foreseen. It names host, database and user, never the password. */
export function connectionFault(error: unknown, url: string): string | null {
  if (!(error instanceof Error)) return null
  const code = 'code' in error ? String(error.code) : ''
  const address = new URL(url)
  const server = `${address.hostname}:${address.port || '5432'}`
  const user = decodeURIComponent(address.username)
  const mode = address.searchParams.get('sslmode')

  // The driver begins to encrypt even where the server said that it cannot, and the server hangs up.
  if (/before secure TLS connection/.test(error.message)) return `The server at ${server} does not encrypt, and sslmode=${mode} in --db-url asks for it. Turn ssl on in that server, or leave sslmode out where the network is your own.`
  if (/^(ERR_TLS|CERT_)|SELF_SIGNED|UNABLE_TO_/.test(code)) return `The certificate of the server at ${server} is not trusted (${error.message}), and sslmode=${mode} in --db-url asks for that. Give the certificate of its authority as the file NODE_EXTRA_CA_CERTS, and name the server as its certificate does.`
  switch (code) {
    case 'ENOTFOUND': case 'EAI_AGAIN': return `No address is known for the host ${address.hostname} (${code}). Is the host in --db-url written correctly, and does this machine have a name server?`
    case 'ECONNREFUSED': return `Nothing listens at ${server}. Is Postgres running there, and are host and port in --db-url right?`
    case 'CONNECT_TIMEOUT': case 'ETIMEDOUT': case 'EHOSTUNREACH': case 'ENETUNREACH':
      return `The server at ${server} cannot be reached (${code}). Is a firewall in between? The direct connection of a Supabase project needs IPv6: without it, take the address of the pooler in session mode.`
    case '28P01': return `The server at ${server} does not let the user ${user} in: there is no such user, or the password is another. Both are in --db-url; write # / ? @ and % in a password as %23 %2F %3F %40 and %25.`
    case '28000': return `The server at ${server} does not let the user ${user} in: ${error.message}. The user is in --db-url.`
    case '3D000': return `There is no database ${decodeURIComponent(address.pathname.slice(1)) || user} at ${server}. --db-url names it after the last slash; in a Supabase project it is postgres.`
    default: return null
  }
}
