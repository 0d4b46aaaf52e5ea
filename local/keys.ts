import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { explainFileError, Foreseen } from './foreseen.ts'

/** What a hosted project is given by Supabase, made here once per data folder. */
export type Keys = {
  jwtSecret: string
  publishableKey: string
  secretKey: string
  /** `v1:<base64 of 32 bytes>`: seals signing secrets at rest. */
  tablehookSecretKey: string
  passwords: { supabaseAdmin: string, postgres: string, dispatcher: string }
}

/** Reads the keys of a data folder, or makes them. Only the owner of the folder may read the file. */
export function readOrMakeKeys(data: string): Keys {
  const file = path.join(data, 'keys.json')
  if (fs.existsSync(file)) return readKeys(file)
  if (fs.existsSync(path.join(data, 'postgres'))) {
    throw new Foreseen(`${file} is missing, and the database in ${data} cannot be opened without it. Put it back, or run npm run db:reset to begin anew.`)
  }
  const keys = makeKeys()
  try {
    // Written aside and renamed: a crash leaves no half of a file.
    fs.writeFileSync(`${file}.new`, JSON.stringify(keys, null, 2), { mode: 0o600 })
    fs.renameSync(`${file}.new`, file)
  } catch (error) {
    throw explainFileError(error, data)
  }
  return keys
}

function readKeys(file: string): Keys {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Keys
  } catch (error) {
    throw new Foreseen(`Cannot read the keys in ${file}: ${(error as Error).message}. Put it right, or run npm run db:reset to begin anew.`)
  }
}

/** Fresh keys, each from the system's random source. */
export function makeKeys(): Keys {
  const text = (bytes: number) => randomBytes(bytes).toString('base64url')
  return {
    jwtSecret: text(48),
    publishableKey: `sb_publishable_${text(18)}`,
    secretKey: `sb_secret_${text(24)}`,
    tablehookSecretKey: `v1:${randomBytes(32).toString('base64')}`,
    // Hex: these go into URLs.
    passwords: { supabaseAdmin: randomBytes(12).toString('hex'), postgres: randomBytes(12).toString('hex'), dispatcher: randomBytes(12).toString('hex') },
  }
}
