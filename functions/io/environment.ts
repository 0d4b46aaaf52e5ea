import { parseAllowList, type AllowList } from '../core/address.ts'
import { parseKeyring, type Keyring } from '../core/seal.ts'

/** What a function or a dispatcher is told from outside. */
export type Environment = {
  databaseUrl: string
  keyring: Keyring
  allow: AllowList
  /** Accepted from whoever calls the dispatcher function. */
  dispatcherSecrets: readonly string[]
}

/**
 * Reads and checks the environment once, at start. Throws a TypeError whose message names the variable and what to do;
 * the message never holds a value.
 */
export function readEnvironment(get: (name: string) => string | undefined): Environment {
  return {
    databaseUrl: required(get, 'SUPABASE_DB_URL', 'the connection string of your Postgres'),
    keyring: parseKeyring(required(get, 'TABLEHOOK_SECRET_KEY', 'v1:<base64 of 32 random bytes>, for example v1:$(openssl rand -base64 32)')),
    allow: parseAllowList(get('TABLEHOOK_ALLOW_PRIVATE')),
    dispatcherSecrets: [get('TABLEHOOK_DISPATCHER_SECRET'), get('SUPABASE_SERVICE_ROLE_KEY'), ...namedKeys(get('SUPABASE_SECRET_KEYS'))]
      .filter((secret): secret is string => secret !== undefined && secret !== ''),
  }
}

function required(get: (name: string) => string | undefined, name: string, what: string): string {
  const value = get(name)
  if (value === undefined || value === '') throw new TypeError(`${name} is not set. Set it to ${what}.`)
  return value
}

/** Hosted projects give their secret keys as a JSON object of name → key. */
function namedKeys(json: string | undefined): string[] {
  if (json === undefined || json === '') return []
  try {
    return Object.values(JSON.parse(json) as Record<string, unknown>).filter((key) => typeof key === 'string')
  } catch {
    throw new TypeError('SUPABASE_SECRET_KEYS is not JSON. It is set by Supabase; leave it out when you host yourself.')
  }
}
