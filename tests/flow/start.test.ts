// The promises of `npm start` about itself: what it says when it cannot start, and that nothing is lost when it is killed.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acme, demoUsers } from '../../local/demo_users.ts'
import { startOf } from '../../local/process_identity.mjs'
import { freePorts } from '../support/free_port.ts'
import { signIn } from '../support/running_system.ts'
import { spawnStart, startSystem, type Place, type StartedSystem } from '../support/started_system.ts'
import { deleteFolder, throwAwayFolder } from '../support/throw_away_folder.ts'

const run = promisify(execFile)
const statusProgram = path.resolve(import.meta.dirname, '../../local/status.mjs')
const status = (data: string, ...args: string[]) =>
  run(process.execPath, [statusProgram, ...args], { env: { ...process.env, TABLEHOOK_DATA: data } }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    ({ code, stdout, stderr }: { code: number, stdout: string, stderr: string }) => ({ code, stdout, stderr }),
  )

/** Starts a system that is expected to refuse, and returns what it said. */
async function refused(place: Place, env: NodeJS.ProcessEnv = {}) {
  const child = spawnStart(place, env)
  const said: string[] = []
  child.stderr?.on('data', (chunk) => said.push(String(chunk)))
  const [code] = await once(child, 'close') as [number]
  return { code, said: said.join('').trim() }
}

// The source is served, not a build of it: these tests are not about the web app, and a build takes seconds.
const devWeb = { TABLEHOOK_WEB: 'dev' }

describe('a running system', () => {
  let system: StartedSystem
  beforeAll(async () => {
    system = await startSystem(undefined, devWeb)
  })
  afterAll(() => system.discard())

  test('describes itself as JSON', async () => {
    const { stdout } = await status(system.data, '--json')
    const described = JSON.parse(stdout)
    expect(Object.keys(described)).toEqual(['API_URL', 'DB_URL', 'WEB_URL', 'PUBLISHABLE_KEY', 'SECRET_KEY', 'USERS'])
    expect(described).toEqual(system.status)
    expect(described.USERS).toEqual(demoUsers.map(({ email, role, organization_id }) => ({ email, role, organization_id, password: 'tablehook' })))
  })

  test('keeps its keys from other users', () => {
    for (const file of ['keys.json', 'system.json']) expect(fs.statSync(path.join(system.data, file)).mode & 0o077).toBe(0)
  })

  test('says which private addresses deliveries may reach', () => {
    expect(system.output()).toContain('deliveries may reach 127.0.0.1/32,::1/128')
  })

  test('refuses a second system on its folder', async () => {
    const { code, said } = await refused({ data: system.data, port: await freePorts(4) }, devWeb)
    expect(code).toBe(1)
    expect(said).toContain(`Tablehook is already running on ${system.data} (process ${system.process.pid})`)
  })

  test('is back with its data after kill -9, and leaves no process behind', async () => {
    const member = await signIn('member@acme.test', system.status)
    const contact = await member.from('contacts').insert({ organization_id: acme, first_name: 'Kept' }).select('id').single()
    expect(contact.error).toBeNull()
    const children = JSON.parse(fs.readFileSync(path.join(system.data, 'running.json'), 'utf8')).children as { pid: number, started: string }[]
    expect(children.length).toBeGreaterThan(0)

    system.process.kill('SIGKILL')
    await once(system.process, 'exit')
    expect(await status(system.data)).toMatchObject({ code: 1, stderr: expect.stringContaining('is not running') })

    system = await startSystem(system, devWeb)
    for (const child of children) expect(startOf(child.pid)).not.toBe(child.started)
    const kept = await (await signIn('member@acme.test', system.status)).from('contacts').select('first_name').eq('id', contact.data!.id)
    expect(kept.data).toEqual([{ first_name: 'Kept' }])
  })

  test('stops on Ctrl-C with nothing left on its ports', async () => {
    expect(await system.stop()).toBe(0)
    expect(fs.existsSync(path.join(system.data, 'running.json'))).toBe(false)
    const { code, stderr } = await status(system.data, '--json')
    expect(code).toBe(1)
    expect(stderr).toContain('is not running')
    expect(stderr).not.toContain('    at ')
  })
})

test('a port in use is named, with what to do about it', async () => {
  const port = await freePorts(4)
  const taken = net.createServer().listen(port + 2, '127.0.0.1')
  await once(taken, 'listening')
  const data = throwAwayFolder('taken')
  try {
    const { code, said } = await refused({ data, port })
    expect(code).toBe(1)
    expect(said).toMatch(new RegExp(`^Port ${port + 2} is in use.*TABLEHOOK_PORT=\\d+ npm start$`))
  } finally {
    taken.close()
    deleteFolder(data)
  }
})

test.each([
  ['no number', { TABLEHOOK_PORT: 'x' }],
  ['too high', { TABLEHOOK_PORT: '65533' }],
])('a port that is %s is refused in one sentence', async (_, env) => {
  const data = throwAwayFolder('port')
  try {
    const child = await refused({ data, port: env.TABLEHOOK_PORT as unknown as number })
    expect(child).toEqual({ code: 1, said: expect.stringMatching(/^TABLEHOOK_PORT is ".*", but it must be a whole number from 1024 to 65532: the first of four ports\.$/) })
  } finally {
    deleteFolder(data)
  }
})
