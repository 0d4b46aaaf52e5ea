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
 * Brings the database up to the files in supabase/migrations, then runs the seed if it never ran. Refuses, before anything is written,
 * when one that it ran says something else now: functions of today on tables of yesterday would lose what is in them.
 * @returns how many migrations were applied
 */
export async function migrate(url: string, running: Running): Promise<number> {
  const onDisk = migrationVersions()
  const before = await readHistory(url)
  refuseOtherVersion(before.migrations, {
    missing: 'Bring the file back, or run npm run db:reset to build the database anew.',
    changed: 'Nothing was changed in it. Keep it by starting with another data folder, such as TABLEHOOK_DATA=.local-new npm start, or with the version that made it. '
      + 'Or run npm run db:reset to build the database anew, without what is in it.',
  })
  const applied = onDisk.length - before.migrations.length
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

/** A row of the history: a migration as it was run. */
export type Ran = { version: string, statements: string[] | null }

/**
 * Refuses a database that ran migrations which are not there, or say something else now.
 * @param advice what to do then: a local database can be thrown away, a hosted one cannot
 */
export function refuseOtherVersion(ran: readonly Ran[], advice: { missing: string, changed: string }): void {
  const onDisk = migrationVersions()
  const missing = ran.map(({ version }) => version).filter((version) => !onDisk.includes(version))
  if (missing.length > 0) throw new Foreseen(`The database has a migration that supabase/migrations does not: ${missing.join(', ')}. ${advice.missing}`)
  const changed = changedSince(ran)
  if (changed.length > 0) {
    throw new Foreseen(
      `The database was made by another version: since then ${changed.length === 1 ? 'this migration has' : `these ${changed.length} migrations have`} changed, which it has run already:\n${changed.map((file) => `  ${file}\n`).join('')}`
      + advice.changed,
    )
  }
}

/** File names of migrations that do not say what was run. What the CLI cuts them into keeps all but line ends and semicolons. */
function changedSince(ran: readonly Ran[]): string[] {
  const bare = (sql: string) => sql.replace(/^\s*--.*$/gm, '').replace(/[\s;]/g, '')
  const statements = new Map(ran.map((one) => [one.version, one.statements]))
  return migrationFiles().filter((file) => {
    const then = statements.get(path.basename(file).split('_')[0] ?? '')
    return then != null && bare(then.join('\n')) !== bare(fs.readFileSync(file, 'utf8'))
  }).map((file) => path.basename(file))
}

async function readHistory(url: string): Promise<{ migrations: Ran[], isSeeded: boolean }> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const [has] = await sql<{ migrations: boolean, seeds: boolean }[]>`
      select to_regclass('supabase_migrations.schema_migrations') is not null as migrations,
             to_regclass('supabase_migrations.seed_files') is not null as seeds`
    const rows = has?.migrations ? await sql<Ran[]>`select version, statements from supabase_migrations.schema_migrations order by version` : []
    const seeds = has?.seeds ? await sql`select from supabase_migrations.seed_files` : []
    return { migrations: [...rows], isSeeded: seeds.length > 0 }
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
