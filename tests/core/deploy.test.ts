// npm run deploy, in a copy of the project, against an API that only writes down what it is asked.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cliEnv, migrationFiles, type Ran } from '../../local/migrate.ts'
import { projectRoot } from '../../local/settings.ts'
import { deleteFolder, throwAwayFolder } from '../support/throw_away_folder.ts'

const REF = 'abcdefghijklmnopqrst'
const ran: Ran[] = migrationFiles().map((file) => ({ version: path.basename(file).split('_')[0]!, statements: fs.readFileSync(file, 'utf8').split(/;\n/) }))

let folder: string
let api: Server
/** What the project's database says that it ran: null where nothing ever did. */
let history: Ran[] | null
const asked: string[] = []

beforeAll(async () => {
  folder = throwAwayFolder('deploy')
  for (const name of ['local', 'supabase']) fs.cpSync(path.join(projectRoot, name), path.join(folder, name), { recursive: true })
  for (const name of ['functions', 'node_modules', 'package.json']) fs.symlinkSync(path.join(projectRoot, name), path.join(folder, name))
  api = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => { body += String(chunk) })
    request.on('end', () => {
      asked.push(`${request.method} ${request.url}`)
      response.setHeader('content-type', 'application/json')
      if (request.url?.endsWith('/secrets')) return response.end('[{"name": "TABLEHOOK_SECRET_KEY", "value": "x"}]')
      if (!request.url?.endsWith('/database/query')) return response.end('[]')
      response.statusCode = 201
      response.end(JSON.stringify(body.includes('to_regclass') ? [{ there: history !== null }] : history))
    })
  })
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  fs.writeFileSync(path.join(folder, 'profile.yaml'), `name: nobody\napi_url: ${address}\ndashboard_url: ${address}\nproject_host: nobody.test\n`)
  fs.rmSync(path.join(folder, 'supabase/.temp'), { recursive: true, force: true })
})
afterAll(() => {
  api.close()
  deleteFolder(folder)
})

async function deploy(...args: string[]): Promise<{ code: number | null, output: string }> {
  const child = spawn(process.execPath, [path.join(folder, 'node_modules/tsx/dist/cli.mjs'), 'local/deploy.ts', ...args], {
    cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...cliEnv, SUPABASE_PROFILE: path.join(folder, 'profile.yaml'), SUPABASE_ACCESS_TOKEN: `sbp_${'0'.repeat(40)}`, SUPABASE_DB_PASSWORD: 'x' },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += String(chunk) })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}

test('a dry run names what would be done, and asks nobody', async () => {
  const { code, output } = await deploy('--dry-run')
  expect(output).toMatch(/^Would check .+\n {2}supabase db push --yes\n {2}supabase functions deploy webhooks --use-api\n {2}supabase functions deploy dispatcher --use-api\n {2}npm run build\n$/)
  expect([code, asked]).toEqual([0, []])
})

test('without a linked project it says how to link one', async () => {
  expect(await deploy()).toEqual({ code: 1, output: expect.stringContaining('npx supabase link --project-ref') as string })
})

test('migrations that changed since they ran there, or are gone, are refused before anything is deployed', async () => {
  fs.mkdirSync(path.join(folder, 'supabase/.temp'))
  fs.writeFileSync(path.join(folder, 'supabase/.temp/project-ref'), REF)
  // There is no such host: where nothing is refused, it is the push that fails.
  fs.writeFileSync(path.join(folder, 'supabase/.temp/pooler-url'), `postgresql://postgres.${REF}:[YOUR-PASSWORD]@aws-0.pooler.nobody.test:6543/postgres`)
  const name = path.basename(migrationFiles().find((file) => file.endsWith('_webhooks_claim.sql'))!)

  history = ran.map((one) => name.startsWith(one.version) ? { ...one, statements: one.statements!.map((sql) => sql.replace('fillfactor = 20', 'fillfactor = 30')) } : one)
  const changed = await deploy()
  expect(changed.output).toMatch(new RegExp(`^The database was made by another version: since then this migration has changed, which it has run already:\n  ${name}\nNothing was deployed\\.`))
  history = [...ran, { version: '20991231000000', statements: [] }]
  const gone = await deploy()
  expect(gone.output).toBe('The database has a migration that supabase/migrations does not: 20991231000000. Nothing was deployed. Bring the file back.\n')
  expect([changed.code, gone.code]).toEqual([1, 1])

  for (history of [ran, null]) {
    const { code, output } = await deploy()
    expect([code, output]).toEqual([1, expect.stringMatching(/^\n> supabase db push --yes\n[^]*supabase db push --yes failed\./) as string])
  }
  expect(new Set(asked.filter((one) => !one.startsWith('GET')))).toEqual(new Set([`POST /v1/projects/${REF}/database/query`]))
}, 60_000)
