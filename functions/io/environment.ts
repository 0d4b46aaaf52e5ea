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
    databaseUrl: databaseUrl(required(get, 'SUPABASE_DB_URL', 'the connection string of your Postgres')),
    keyring: parseKeyring(required(get, 'TABLEHOOK_SECRET_KEY', 'v1:<base64 of 32 random bytes>, for example v1:$(openssl rand -base64 32)')),
    allow: parseAllowList(get('TABLEHOOK_ALLOW_PRIVATE')),
    dispatcherSecrets: [get('TABLEHOOK_DISPATCHER_SECRET'), get('SUPABASE_SERVICE_ROLE_KEY'), ...namedKeys(get('SUPABASE_SECRET_KEYS'))]
      .filter((secret): secret is string => secret !== undefined && secret !== ''),
  }
}

/** Where e-mail about failing webhooks goes out, or null when it is off. `webUrl` has no slash at the end. */
export type AlertSettings = { smtpUrl: string; from: string; webUrl: string | null }

/** Reads what alerts need. Throws like readEnvironment. */
export function readAlertSettings(get: (name: string) => string | undefined): AlertSettings | null {
  const smtpUrl = get('TABLEHOOK_SMTP_URL') ?? ''
  if (smtpUrl === '') return null
  if (!isUrlOf(smtpUrl, ['smtp:', 'smtps:'])) throw new TypeError('TABLEHOOK_SMTP_URL is not an address such as smtps://user:password@mail.example.com:465.')
  const from = required(get, 'TABLEHOOK_ALERT_FROM', 'the sender of alerts, for example Tablehook <alerts@example.com>')
  if (!/^[^\r\n]*[^\s@<]+@[^\s@>]+>?$/.test(from)) throw new TypeError('TABLEHOOK_ALERT_FROM is not a mail address such as Tablehook <alerts@example.com>.')
  const webUrl = get('TABLEHOOK_WEB_URL') ?? ''
  if (webUrl !== '' && !isUrlOf(webUrl, ['http:', 'https:'])) throw new TypeError('TABLEHOOK_WEB_URL is not the address of the settings page, such as https://app.example.com.')
  return { smtpUrl, from, webUrl: webUrl === '' ? null : webUrl.replace(/\/+$/, '') }
}

/** Where a dispatcher answers /health, and how long a delivery may wait for one. `port` is null when nobody asked for it. */
export type HealthSettings = { port: number | null; host: string; maxAgeSeconds: number }

/** Reads what the health check needs. Throws like readEnvironment. */
export function readHealthSettings(get: (name: string) => string | undefined): HealthSettings {
  const port = wholeNumber(get, 'TABLEHOOK_HEALTH_PORT', 65_535)
  return { port, host: get('TABLEHOOK_HEALTH_HOST') || '127.0.0.1', maxAgeSeconds: wholeNumber(get, 'TABLEHOOK_HEALTH_MAX_AGE', 1_000_000) ?? 300 }
}

/** A password with a character that means something in an address is what mostly goes wrong here. */
function databaseUrl(text: string): string {
  if (!isUrlOf(text, ['postgres:', 'postgresql:']) || !isDecodable(new URL(text))) {
    throw new TypeError('SUPABASE_DB_URL is not an address such as postgres://user:password@host:5432/postgres. Write # / ? @ and % in a password as %23 %2F %3F %40 and %25.')
  }
  return text
}

function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    return decodeURIComponent(`${username}${password}${pathname}`) !== ''
  } catch {
    return false
  }
}

function wholeNumber(get: (name: string) => string | undefined, name: string, most: number): number | null {
  const text = get(name) ?? ''
  if (text === '') return null
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > most) throw new TypeError(`${name} is not a whole number from 1 to ${most}.`)
  return value
}

function isUrlOf(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol) && new URL(text).hostname !== ''
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
