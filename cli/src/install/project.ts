// The Supabase project that the command was called in.
import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'smol-toml'
import { Refused } from './refused.ts'

export type Project = {
  /** Absolute path of the folder that holds `supabase/`. */
  root: string
  /** supabase/config.toml, as it is. */
  config: string
  /** File names of supabase/migrations. */
  migrations: string[]
  /** Ref of the linked hosted project; null when none is linked. */
  ref: string | null
}

/** Finds supabase/config.toml in `from` or a folder above it. */
export function findProject(from: string): Project {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'supabase/config.toml'))) return readProject(folder)
    if (folder === path.dirname(folder)) {
      throw new Refused('There is no supabase/config.toml here. Go to the folder of your Supabase project, or begin one with npx supabase init.')
    }
  }
}

function readProject(root: string): Project {
  const inSupabase = (name: string) => path.join(root, 'supabase', name)
  const readIfThere = (file: string) => fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : ''
  return {
    root,
    config: readable('supabase/config.toml', () => fs.readFileSync(inSupabase('config.toml'), 'utf8')),
    migrations: namesIn(root, 'supabase/migrations').filter((name) => name.endsWith('.sql')).sort(),
    ref: readIfThere(inSupabase('.temp/project-ref')) || null,
  }
}

/** The names in a folder of the project; none where there is no such folder. */
export function namesIn(root: string, folder: string): string[] {
  const full = path.join(root, folder)
  return fs.existsSync(full) ? readable(folder, () => fs.readdirSync(full)) : []
}

function readable<Content>(what: string, read: () => Content): Content {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Refused(code === 'ENOTDIR'
      ? `${what} is a file where a folder belongs. Give it another name, or delete it, and run the command again.`
      : `${what} cannot be read (${code}). Make it readable, and run the command again.`)
  }
}

export type Config = { db?: { port?: number, major_version?: number }, api?: { port?: number }, functions?: Record<string, { entrypoint?: string }> }

/** What config.toml says, as far as we ask. */
export function parseConfig(config: string): Config {
  try {
    return parse(config) as Config
  } catch (error) {
    throw new Refused(`supabase/config.toml cannot be read: ${(error as Error).message.split('\n')[0]}`)
  }
}
