// Where the API is and who is asking: flags, then the environment, then --local, then what `login` has stored.
import { createClient, type Client } from '@tablehook/client'
import type { Command } from 'commander'
import { CommandError, EXIT } from './exit_codes.ts'
import { findLocalSystem } from './local_system.ts'
import { originOf, renew, signIn } from './sign_in.ts'
import { changeStored, readStored, type StoredLogin } from './stored_login.ts'
import type { Surroundings } from './surroundings.ts'

export type ConnectionOptions = { url?: string; apiKey?: string; organization?: string; local?: true; as?: string; secretKey?: string }

export type Connection = {
  client: Client
  /** The address of the project. */
  url: string
  /** The project’s secret key, where it is known: for what no user may do. */
  secretKey: string | undefined
}

/** Adds the options that every command with a connection has. */
export function withConnection(command: Command): Command {
  return command
    .option('--url <url>', 'the Supabase project (TABLEHOOK_URL)')
    .option('--api-key <key>', 'an API key of the organization (TABLEHOOK_API_KEY)')
    .option('--organization <id>', 'the organization, for those who belong to several (TABLEHOOK_ORGANIZATION)')
    .option('--local', 'the system that npm start runs in this folder or above it')
    .option('--as <email>', 'with --local: the demo user to be', 'admin@acme.test')
}

/** Finds out where and as whom, and makes a client for it. */
export async function connect(options: ConnectionOptions, around: Pick<Surroundings, 'env' | 'folder' | 'now' | 'signal'>): Promise<Connection> {
  const { env, signal, now } = around
  const secretKey = options.secretKey ?? (env.SUPABASE_SECRET_KEY || undefined)
  const named = options.organization ?? (env.TABLEHOOK_ORGANIZATION || undefined)
  if (options.local) return local(options, named, around)

  const stored = readStored(env).login
  const url = options.url ?? (env.TABLEHOOK_URL || undefined) ?? stored?.url
  const apiKey = options.apiKey ?? (env.TABLEHOOK_API_KEY || undefined)
  if (url === undefined) {
    throw new CommandError(EXIT.notAllowed, 'Which project? Sign in with npx tablehook login, or give --url and --api-key (TABLEHOOK_URL, TABLEHOOK_API_KEY), or --local for the system on this machine.')
  }
  requireUrl(url)
  if (apiKey !== undefined) return { client: makeClient({ url, apiKey }, named), url, secretKey }
  // A stored sign-in is for its own project: it must never be shown to another.
  if (stored === undefined || originOf(stored.url) !== originOf(url)) {
    throw new CommandError(EXIT.notAllowed, `You are not signed in to ${url}. Give --api-key (TABLEHOOK_API_KEY), or sign in with npx tablehook login --url ${url}.`)
  }
  const credentials = 'apiKey' in stored ? { apiKey: stored.apiKey } : { accessToken: freshTokenOf(stored, env, now, signal) }
  return { client: makeClient({ url, ...credentials }, named ?? stored.organization), url, secretKey }
}

/** A client; refuses a key that is none. */
export function makeClient(options: { url: string } & ({ apiKey: string } | { accessToken: () => Promise<string> }), organization?: string): Client {
  if ('apiKey' in options && !/^[\x21-\x7e]+$/.test(options.apiKey.trim())) {
    throw new CommandError(EXIT.usage, `The API key ${options.apiKey.trim() === '' ? 'is empty' : 'has a character that no key has, such as a space or “…”'}. Copy it whole, from the settings page.`)
  }
  return createClient({ ...options, ...(organization === undefined ? {} : { organizationId: organization }) })
}

async function local(options: ConnectionOptions, named: string | undefined, { env, folder, now, signal }: Pick<Surroundings, 'env' | 'folder' | 'now' | 'signal'>): Promise<Connection> {
  const system = findLocalSystem(folder, env)
  const email = options.as ?? 'admin@acme.test'
  const user = system.USERS.find((one) => one.email === email)
  if (user === undefined) throw new CommandError(EXIT.usage, `There is no demo user ${email}. There are ${system.USERS.map((one) => one.email).join(', ')}.`)
  const start = () => signIn(system.API_URL, system.PUBLISHABLE_KEY, user.email, user.password, now(), signal)
  let session = await start()
  const accessToken = async () => {
    if (isOver(session.expiresAt, now())) session = await start()
    return session.accessToken
  }
  return { client: makeClient({ url: system.API_URL, accessToken }, named ?? user.organization_id), url: system.API_URL, secretKey: options.secretKey ?? system.SECRET_KEY }
}

/** Renews the stored session when it is about to end, and stores the new one: a refresh token works once. */
function freshTokenOf(login: Extract<StoredLogin, { refreshToken: string }>, env: Surroundings['env'], now: () => Date, signal: AbortSignal): () => Promise<string> {
  let current = login
  return async () => {
    if (!isOver(current.expiresAt, now())) return current.accessToken
    // Another command may have renewed it meanwhile.
    const stored = readStored(env).login
    if (stored !== undefined && 'refreshToken' in stored && stored.email === current.email) current = stored
    if (isOver(current.expiresAt, now())) {
      current = { ...current, ...await renew(current.url, current.publishableKey, current.refreshToken, now(), signal) }
      changeStored(env, (all) => ({ ...all, login: current }))
    }
    return current.accessToken
  }
}

function isOver(expiresAt: number, now: Date): boolean {
  return expiresAt - 60 < now.getTime() / 1_000
}

/** Refuses what is no web address, in a sentence. */
export function requireUrl(url: string): void {
  if (!/^https?:\/\/[^/]/i.test(url) || !URL.canParse(url)) {
    throw new CommandError(EXIT.usage, `“${url}” is not the address of a project. It looks like https://abc.supabase.co.`)
  }
}
