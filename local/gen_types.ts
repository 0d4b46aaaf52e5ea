// npm run gen:types: writes web/database.types.ts from the running database, or from a throw-away one.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { bootstrap } from './bootstrap.ts'
import { Foreseen } from './foreseen.ts'
import { makeKeys } from './keys.ts'
import { applyDirectly, cliEnv } from './migrate.ts'
import { isFree } from './ports.ts'
import { startPostgres } from './postgres.ts'
import { runningStatus } from './running_status.ts'
import { projectRoot } from './settings.ts'

// The pinned CLI (2.117.0) makes types in a Docker container. This one does it by itself, but its packages
// are not complete enough for the lock file, so npx fetches it when types are made: never in CI.
const CLI_FOR_TYPES = 'supabase@3.1.0'

const file = path.join(projectRoot, 'web/database.types.ts')

try {
  const running = runningStatus()
  const types = running ? typesOf(running.DB_URL) : await withThrowAwayDatabase(typesOf)
  fs.writeFileSync(file, `// Made by npm run gen:types. Do not edit.\n${types}`)
  console.log(`Wrote ${path.relative(projectRoot, file)} from ${running ? 'the running database' : 'the migrations'}.`)
} catch (error) {
  console.error(error instanceof Foreseen ? error.message : error)
  process.exitCode = 1
}

function typesOf(url: string): string {
  const made = spawnSync('npx', ['--yes', CLI_FOR_TYPES, 'gen', 'types', '--lang', 'typescript', '--schema', 'public', `--remote=${url}`], {
    cwd: projectRoot, encoding: 'utf8', env: { ...process.env, ...cliEnv }, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26,
  })
  if (made.status !== 0) throw new Foreseen(`${CLI_FOR_TYPES} gen types failed:\n${made.stderr}`)
  return made.stdout
}

async function withThrowAwayDatabase<Result>(work: (url: string) => Result): Promise<Result> {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'tablehook-types-'))
  fs.chmodSync(data, 0o755) // as root, Postgres runs as another user
  const { passwords } = makeKeys()
  let port = 15_390
  while (!await isFree(port)) port += 1
  const database = await startPostgres({ data, port, passwords, durable: false })
  try {
    await bootstrap(database.adminUrl, passwords)
    await applyDirectly(database.url)
    return work(database.url)
  } finally {
    await database.stop()
    fs.rmSync(data, { recursive: true, force: true })
  }
}
