// Migrations and the seed, by the Supabase CLI, so that the history is the one a hosted project has.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import fs from 'node:fs'
import path from 'node:path'
import postgres from 'postgres'
import { Foreseen } from './foreseen.ts'
import type { Running } from './running.ts'
import { projectRoot } from './settings.ts'

const folder = path.join(projectRoot, 'supabase/migrations')

/** For every run of the CLI: plain TCP, and nothing sent to anyone. */
export const cliEnv = { PGSSLMODE: 'disable', SUPABASE_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', SUPABASE_NO_UPDATE_NOTIFIER: '1' }

/** Path of the Supabase CLI, to be run with node. */
export const supabaseCli = createRequire(import.meta.url).resolve('supabase/dist/supabase.js')

/**
 * Brings the database up to the files in supabase/migrations, then runs the seed if it never ran.
 * @returns how many migrations were applied
 */
export async function migrate(url: string, running: Running): Promise<number> {
  const onDisk = migrationVersions()
  const before = await readHistory(url)
  const missing = before.versions.filter((version) => !onDisk.includes(version))
  if (missing.length > 0) {
    throw new Foreseen(
      `The database has a migration that supabase/migrations does not: ${missing.join(', ')}. `
      + 'Bring the file back, or run npm run db:reset to build the database anew.',
    )
  }
  const applied = onDisk.length - before.versions.length
  // Asking the CLI what there is to do takes seconds; two queries take none.
  const isCurrent = applied === 0 && (before.isSeeded || !fs.existsSync(path.join(projectRoot, 'supabase/seed.sql')))
  if (!isCurrent) await pushMigrations(url, running)
  return applied
}

/** Versions of the migration files, in order. */
export function migrationVersions(): string[] {
  return migrationFiles().map((file) => path.basename(file).split('_')[0] ?? '')
}

/** Absolute paths of the migration files, in the order in which they are applied. */
export function migrationFiles(): string[] {
  if (!fs.existsSync(folder)) return []
  return fs.readdirSync(folder).filter((name) => /^\d+_.*\.sql$/.test(name)).sort().map((name) => path.join(folder, name))
}

/** Applies every migration as the CLI does, each in one transaction, but without its seconds and its history: for throw-away databases. */
export async function applyDirectly(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    for (const file of migrationFiles()) {
      await sql.begin((tx) => tx.unsafe(fs.readFileSync(file, 'utf8'))).catch((error: Error) => {
        throw new Foreseen(`Migration ${path.basename(file)} failed: ${error.message}`)
      })
    }
  } finally {
    await sql.end()
  }
}

async function readHistory(url: string): Promise<{ versions: string[], isSeeded: boolean }> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const [has] = await sql<{ migrations: boolean, seeds: boolean }[]>`
      select to_regclass('supabase_migrations.schema_migrations') is not null as migrations,
             to_regclass('supabase_migrations.seed_files') is not null as seeds`
    const rows = has?.migrations ? await sql<{ version: string }[]>`select version from supabase_migrations.schema_migrations order by version` : []
    const seeds = has?.seeds ? await sql`select from supabase_migrations.seed_files` : []
    return { versions: rows.map((row) => row.version), isSeeded: seeds.length > 0 }
  } finally {
    await sql.end()
  }
}

async function pushMigrations(url: string, running: Running): Promise<void> {
  const child = spawn(process.execPath, [supabaseCli, 'db', 'push', '--db-url', url, '--include-all', '--include-seed', '--yes'], {
    cwd: projectRoot, env: { ...process.env, ...cliEnv }, detached: true, stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  child.stdout.on('data', (chunk) => output.push(String(chunk)))
  child.stderr.on('data', (chunk) => output.push(String(chunk)))
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  await running.add({ stop: async () => void (child.kill('SIGTERM') && await exited) })
  if (await exited !== 0 && !running.isStopping) throw new Foreseen(`A migration failed. supabase db push said:\n${output.join('').trim()}`)
}
