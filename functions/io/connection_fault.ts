// Why there is no connection to Postgres, in words for whoever gave the address. cli/src/install/connection_fault.ts says the same of another address.

/**
 * What happened, why, and what to do; null for what nobody has foreseen. `name` is what the address was given as. The sentence
 * names host, database and user, never the password.
 */
export function connectionFault(error: unknown, url: string, name: string): string | null {
  if (!(error instanceof Error)) return null
  const code = 'code' in error ? String(error.code) : ''
  const address = new URL(url)
  const server = `${address.hostname}:${address.port || '5432'}`
  const user = decodeURIComponent(address.username)
  const database = decodeURIComponent(address.pathname.slice(1)) || user
  const mode = address.searchParams.get('sslmode')

  // The driver begins to encrypt even where the server said that it cannot, and the server hangs up.
  if (/before secure TLS connection/.test(error.message)) return `The server at ${server} does not encrypt, and sslmode=${mode} in ${name} asks for it. Turn ssl on in that server, or leave sslmode out where the network is your own.`
  if (/^(ERR_TLS|CERT_)|SELF_SIGNED|UNABLE_TO_/.test(code)) return `The certificate of the server at ${server} is not trusted (${error.message}), and sslmode=${mode} in ${name} asks for that. Give the certificate of its authority as the file NODE_EXTRA_CA_CERTS, and name the server as its certificate does.`
  switch (code) {
    case 'ENOTFOUND': case 'EAI_AGAIN': return `No address is known for the host ${address.hostname} (${code}). Is the host in ${name} written correctly, and does this machine have a name server?`
    case 'ECONNREFUSED': return `Nothing listens at ${server}. Is Postgres running there, and are host and port in ${name} right?`
    case 'CONNECT_TIMEOUT': case 'ETIMEDOUT': case 'EHOSTUNREACH': case 'ENETUNREACH':
      return `The server at ${server} cannot be reached (${code}). Is a firewall in between? The direct connection of a Supabase project needs IPv6: without it, take the address of the pooler in session mode.`
    case '28P01': return `The server at ${server} does not let the user ${user} in: there is no such user, or the password is another. Both are in ${name}; write # / ? @ and % in a password as %23 %2F %3F %40 and %25.`
    case '28000': return `The server at ${server} does not let the user ${user} in: ${error.message}. The user is in ${name}.`
    case '3D000': return `There is no database ${database} at ${server}. ${name} names it after the last slash; in a Supabase project it is postgres.`
    case '3F000': case '42883': case '42P01': return `The database ${database} at ${server} has no Tablehook, or an older one. Is it the right database? Then bring its migrations there: npx supabase db push.`
    case '42501': return `The user ${user} may not do what a dispatcher does (${error.message}). Put the user tablehook_dispatcher into ${name}.`
    case '53300': return `The server at ${server} has no connection left (${error.message}). A dispatcher takes up to eight: raise max_connections, or go through a pooler in session mode.`
    default: return null
  }
}
