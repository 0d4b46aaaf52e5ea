// ~/.config/tablehook/config.json: what `login` leaves for the other commands. For its owner's eyes only.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { CommandError, EXIT } from './exit_codes.ts'

export type StoredLogin = {
  url: string
  organization?: string
} & (
  | { apiKey: string }
  | { email: string; publishableKey: string; accessToken: string; refreshToken: string; /** Seconds since 1970. */ expiresAt: number }
)

type Stored = {
  login?: StoredLogin
  /** Signing secrets of `listen`, by the address of the project, so that a receiver can keep the one it has. */
  listenSecrets?: Record<string, string>
}

type Env = Readonly<Record<string, string | undefined>>

/** The file, by the rules of the platform. */
export function configFile(env: Env, platform: NodeJS.Platform = process.platform): string {
  const base = env.XDG_CONFIG_HOME || (platform === 'win32' && env.APPDATA) || path.join(env.HOME || os.homedir(), '.config')
  return path.join(base, 'tablehook', 'config.json')
}

/** What is stored; nothing when there is no file. */
export function readStored(env: Env): Stored {
  const file = configFile(env)
  let text: string
  try {
    text = fs.readFileSync(file, 'utf8')
  } catch {
    return {}
  }
  const unreadable = (why: string) => new CommandError(EXIT.usage, `${file} cannot be read: ${why}. Delete it, and sign in again with npx tablehook login.`)
  let stored: Stored | null
  try {
    stored = JSON.parse(text) as Stored | null
  } catch {
    throw unreadable('it is not JSON')
  }
  const isOurs = typeof stored === 'object' && stored !== null && !Array.isArray(stored) && (stored.login === undefined || typeof stored.login?.url === 'string')
  if (!isOurs) throw unreadable('it is not what login has stored')
  return stored!
}

/** Changes what is stored. The file appears whole, and is never readable by others, not even for a moment. */
export function changeStored(env: Env, change: (stored: Stored) => Stored): string {
  const file = configFile(env)
  const next = change(readStored(env))
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    const draft = `${file}.${process.pid}.new`
    fs.writeFileSync(draft, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 })
    fs.renameSync(draft, file)
  } catch (error) {
    throw new CommandError(EXIT.usage, `${file} cannot be written (${(error as NodeJS.ErrnoException).code}). Make its folder writable, or name another with XDG_CONFIG_HOME; or do without: TABLEHOOK_URL and TABLEHOOK_API_KEY.`)
  }
  return file
}
