// docs/api.md and docs/rest_hooks.md, every command as it stands, one after another: whoever copies them gets no refusal.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { system } from '../support/running_system.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { deleteFolder, throwAwayFolder } from '../support/throw_away_folder.ts'

const root = path.resolve(import.meta.dirname, '../..')
const commandsOf = (page: string) => [...fs.readFileSync(path.join(root, page), 'utf8').matchAll(/```sh\n([^]*?)```/g)].map(([, block]) => block!).join('\n')

let folder: string
let receiver: Receiver
beforeAll(async () => {
  folder = throwAwayFolder('api-docs')
  receiver = await startReceiver()
})
afterAll(async () => {
  await receiver.close()
  deleteFolder(folder)
  const sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  await sql`delete from public.webhook_configurations where name in ('Warehouse', 'deal.created (Docs)')`
  await sql`delete from public.webhook_api_keys where name in ('Warehouse', 'Docs')`
  await sql.end()
})

test('each request is answered with 2xx', async () => {
  const api = commandsOf('docs/api.md')
  // The key of the first page is revoked there, so that of the second is made here.
  const makeKey = `KEY=$(curl -s -X POST "$WEBHOOKS/keys" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"organization_id": "'$ORG'", "name": "Docs", "scopes": ["write"], "expires_at": null}' | node -pe 'JSON.parse(fs.readFileSync(0)).token')`
  const commands = [api, makeKey, commandsOf('docs/rest_hooks.md')].join('\n')
  // The system of the tests is not the one of the folder.
  const inTests = commands.replace('npm run -s status -- --json', `cat ${folder}/status.json`).replaceAll('http://127.0.0.1:4000/webhooks', receiver.url)
  fs.writeFileSync(path.join(folder, 'status.json'), JSON.stringify(system()))
  fs.writeFileSync(path.join(folder, '.curlrc'), 'silent\nwrite-out = "%{stderr}%{http_code} %{method} %{url_effective}\\n"\n')

  const { statuses, output } = await run(inTests)
  expect(statuses.filter((line) => !line.startsWith('2')), output).toEqual([])
  expect(statuses).toHaveLength(commands.match(/\bcurl\b/g)!.length)
  expect(statuses.length).toBeGreaterThan(30)
})

async function run(commands: string): Promise<{ statuses: string[], output: string }> {
  const child = spawn('bash', ['-u', '-c', commands], { cwd: root, env: { ...process.env, CURL_HOME: folder }, stdio: ['ignore', 'pipe', 'pipe'] })
  let [output, errors] = ['', '']
  child.stdout.on('data', (chunk) => { output += String(chunk) })
  child.stderr.on('data', (chunk) => { errors += String(chunk) })
  await new Promise((resolve) => child.once('close', resolve))
  return { statuses: errors.split('\n').filter((line) => line !== ''), output }
}
