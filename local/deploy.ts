// npm run deploy [-- --dry-run]: database, functions and web app of the linked Supabase project, in this order.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { readFunctions } from './config.ts'
import { Foreseen } from './foreseen.ts'
import { cliEnv, refuseOtherVersion, supabaseCli, type Ran } from './migrate.ts'
import { projectRoot } from './settings.ts'

const SECRET = 'TABLEHOOK_SECRET_KEY'

type Step = { shown: string, command: string, args: string[] }

const cli = (...args: string[]): Step => ({ shown: `supabase ${args.join(' ')}`, command: process.execPath, args: [supabaseCli, ...args] })

// Migrations first: the functions that follow may need them, and those of the last release go on working with them.
const steps: Step[] = [
  cli('db', 'push', '--yes'),
  ...readFunctions().map(({ name }) => cli('functions', 'deploy', name, '--use-api')),
  { shown: 'npm run build', command: 'npm', args: ['run', 'build'] },
]

if (process.argv.includes('--dry-run')) {
  console.log(`Would check that a project is linked, that its secret ${SECRET} is set, and that no migration has changed since it ran there, then run:`)
  for (const step of steps) console.log(`  ${step.shown}`)
} else {
  refuseUnlinked()
  refuseWithoutSecret()
  refuseChangedMigrations()
  for (const step of steps) {
    console.log(`\n> ${step.shown}`)
    const { status } = run(step, 'inherit')
    if (status !== 0) giveUp(`${step.shown} failed. What came before it is deployed; put it right and run npm run deploy again.`)
  }
  console.log('\nDeployed. The web app is in dist/: publish that folder.')
}

function refuseUnlinked(): void {
  if (fs.existsSync(path.join(projectRoot, 'supabase/.temp/project-ref'))) return
  giveUp('No project is linked. Run npx supabase login, then npx supabase link --project-ref <your project>.')
}

function refuseWithoutSecret(): void {
  const { status, stdout, stderr } = run(cli('secrets', 'list'), 'pipe')
  if (status !== 0) giveUp(`The project's secrets cannot be listed.\n${stderr}`)
  if (stdout?.includes(SECRET)) return
  giveUp(
    `The project has no secret ${SECRET}, which seals the signing secrets. Make it once, and keep a copy: without it they are lost.\n`
    + `  npx supabase secrets set ${SECRET}=v1:$(openssl rand -base64 32)`,
  )
}

/** `supabase db push` compares versions alone: functions of today would run on tables of yesterday, without a word. */
function refuseChangedMigrations(): void {
  const [found] = query<{ there: boolean }>("select to_regclass('supabase_migrations.schema_migrations') is not null as there")
  if (!found?.there) return
  try {
    refuseOtherVersion(query<Ran>('select version, statements from supabase_migrations.schema_migrations order by version'), {
      missing: 'Nothing was deployed. Bring the file back.',
      changed: 'Nothing was deployed. Deploy the version that made it; or bring these files back as they were, and put what is new into a migration of its own.',
    })
  } catch (error) {
    if (!(error instanceof Foreseen)) throw error
    giveUp(error.message)
  }
}

/** Rows of the linked project's database. `--agent no`: to what it takes for an agent the CLI answers in another form. */
function query<Row>(sql: string): Row[] {
  const { status, stdout, stderr } = run(cli('db', 'query', '--linked', '--agent', 'no', '--output', 'json', sql), 'pipe')
  if (status !== 0) giveUp(`The project's migrations cannot be read. Nothing was deployed.\n${stderr}`)
  return JSON.parse(stdout) as Row[]
}

function run({ command, args }: Step, output: 'inherit' | 'pipe') {
  return spawnSync(command, args, { cwd: projectRoot, env: { ...process.env, ...cliEnv, PGSSLMODE: undefined }, encoding: 'utf8', maxBuffer: 2 ** 26, stdio: ['inherit', output, output] })
}

function giveUp(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}
