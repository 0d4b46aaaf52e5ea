// The packages as npm would publish them: what is in them, whether every way to import them works, and that nothing else is needed.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { beforeAll, describe, expect, test } from 'vitest'
import { EVENT_NAMES } from '../../client/src/index.ts'
import { findDeno } from '../../local/functions.ts'
import { throwAwayFolder } from '../support/throw_away_folder.ts'

const root = path.resolve(import.meta.dirname, '../..')
const subpaths = ['.', './express', './hono', './next', './fetch']
type Packed = { file: string; files: string[] }
let folder: string
let client: Packed, cli: Packed

beforeAll(() => {
  folder = throwAwayFolder('packages')
  ;[client, cli] = [pack('client'), pack('cli')]
  // As `npm install` of the two would leave it, without asking a registry.
  const modules = path.join(folder, 'node_modules')
  unpack(client, path.join(modules, '@tablehook/client'))
  unpack(cli, path.join(modules, 'tablehook'))
  for (const name of ['standardwebhooks', '@stablelib/base64', 'fast-sha256', 'commander', '@clack', 'postgres', 'smol-toml', 'sisteransi', 'picocolors', 'fast-wrap-ansi', 'fast-string-width', 'fast-string-truncated-width']) link(name, modules)
  fs.writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}')
}, 120_000)

function pack(workspace: string): Packed {
  const out = execFileSync('npm', ['pack', '--json', '--pack-destination', folder, '-w', workspace], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: quietNpm() })
  // What `prepack` prints comes before the JSON.
  const parsed = JSON.parse(out.slice(out.search(/^[[{]\s*$/m))) as Record<string, { filename: string; files: { path: string }[] }>
  const [packed] = Object.values(parsed)
  return { file: path.join(folder, packed!.filename), files: packed!.files.map((file) => file.path) }
}

/** Vitest's variables are none of the build's business. */
function quietNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV$|npm_)/.test(name)))
}

function unpack({ file }: Packed, into: string): void {
  fs.mkdirSync(into, { recursive: true })
  execFileSync('tar', ['xzf', file, '--strip-components=1', '-C', into])
}

function link(name: string, modules: string): void {
  const target = path.join(root, 'node_modules', name)
  if (!fs.existsSync(target)) return
  fs.mkdirSync(path.dirname(path.join(modules, name)), { recursive: true })
  fs.symlinkSync(target, path.join(modules, name))
}

test('the client library is code and types, and nothing of the house', () => {
  const others = client.files.filter((file) => !/^dist\/[a-z_]+\.(js|d\.ts)$/.test(file))
  expect(others.sort()).toEqual(['README.md', 'package.json'])
  for (const file of client.files.filter((one) => one.endsWith('.js'))) {
    const imports = [...fs.readFileSync(path.join(folder, 'node_modules/@tablehook/client', file), 'utf8').matchAll(/(?:from|import) '([^']+)'/g)].map(([, from]) => from!)
    for (const from of imports) expect(from, file).toMatch(/^(\.\/[a-z_]+\.js|standardwebhooks)$/)
  }
})

test('the command line has its program, and no types or sources', () => {
  expect(cli.files).toEqual(expect.arrayContaining(['bin/tablehook.js', 'dist/main.js', 'package.json', 'README.md']))
  expect(cli.files.filter((file) => /\.ts$|\.map$|tsbuildinfo/.test(file))).toEqual([])
})

test.each(['client', 'cli'])('publint finds nothing in %s', { timeout: 60_000 }, async (workspace) => {
  const { messages, pkg } = await publint({ pkgDir: path.join(root, workspace), pack: false, strict: true, level: 'warning' })
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
})

test('the types are right for every subpath, wherever ES modules are resolved', { timeout: 60_000 }, async () => {
  const analysis = await checkPackage(createPackageFromTarballData(fs.readFileSync(client.file)))
  if (!analysis.types) throw new Error('there are no types')
  expect(Object.keys(analysis.entrypoints).filter((one) => one !== './package.json').sort()).toEqual([...subpaths].sort())
  // ES modules only: require() of Node 20.19 and newer takes them. node10 knows no `exports`.
  const problems = analysis.problems.filter((problem) => !('resolutionKind' in problem && problem.resolutionKind === 'node10') && problem.kind !== 'CJSResolvesToESM')
  expect(problems).toEqual([])
})

describe('installed', { timeout: 60_000 }, () => {
  const program = `
    import { createClient, EVENT_NAMES, verify, WebhookVerificationError } from '@tablehook/client'
    import { webhook as express } from '@tablehook/client/express'
    import { webhook as hono } from '@tablehook/client/hono'
    import { webhookRoute } from '@tablehook/client/next'
    import { webhookHandler } from '@tablehook/client/fetch'
    const body = '{"test": 2432232314}'
    const headers = { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' }
    let code = ''
    try { verify(body, headers, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', { toleranceSeconds: Infinity }) } catch (error) { code = error instanceof WebhookVerificationError ? error.code : String(error) }
    const answer = await webhookHandler({ secret: 'a-secret-of-my-own', onEvent() {} })(new Request('http://x.test', { method: 'POST', body }))
    const client = createClient({ url: 'https://abc.test', apiKey: 'thk_x' })
    console.log(JSON.stringify([EVENT_NAMES.length, code, answer.status, [express, hono, webhookRoute].map((one) => typeof one({ secret: 'x', onEvent() {} })), Object.keys(client)]))`
  const expected = JSON.stringify([EVENT_NAMES.length, 'not_an_event', 401, ['function', 'function', 'function'], ['webhooks', 'deliveries', 'eventTypes', 'listeners', 'whoAmI']])

  test('it runs under Node', () => {
    fs.writeFileSync(path.join(folder, 'program.mjs'), program)
    expect(execFileSync(process.execPath, ['program.mjs'], { cwd: folder, encoding: 'utf8' }).trim()).toBe(expected)
  })

  test('and by require()', () => {
    fs.writeFileSync(path.join(folder, 'program.cjs'), `const { verify } = require('@tablehook/client'); console.log(typeof verify, typeof require('@tablehook/client/express').webhook)`)
    expect(execFileSync(process.execPath, ['--no-warnings', 'program.cjs'], { cwd: folder, encoding: 'utf8' }).trim()).toBe('function function')
  })

  test('it runs under Deno', () => {
    fs.writeFileSync(path.join(folder, 'program.mjs'), program)
    expect(execFileSync(findDeno(), ['run', '--no-prompt', '--node-modules-dir=manual', '--allow-read', 'program.mjs'], { cwd: folder, encoding: 'utf8', env: { ...process.env, DENO_NO_UPDATE_CHECK: '1' } }).trim()).toBe(expected)
  })

  test('the examples are right for the compiler, with the types that are published', () => {
    const own = path.join(folder, 'examples')
    fs.cpSync(path.join(root, 'client/examples'), own, { recursive: true })
    for (const name of ['express', '@types', 'hono', '@hono', 'undici-types']) link(name, path.join(own, 'node_modules'))
    fs.writeFileSync(path.join(own, 'tsconfig.json'), JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, module: 'nodenext', target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], types: ['node'], exactOptionalPropertyTypes: true },
      include: ['*.ts'],
    }))
    const check = () => execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', own, '--skipLibCheck'], { encoding: 'utf8', stdio: 'pipe' })
    expect(check()).toBe('')
    fs.appendFileSync(path.join(own, 'plain_verify.ts'), '\nverify({}, {}, 1)\n')
    expect(check).toThrow()
  })

  test('somebody who adds an event of their own has it in every type', () => {
    const own = path.join(folder, 'own')
    fs.mkdirSync(own, { recursive: true })
    fs.writeFileSync(path.join(own, 'own_event.ts'), `
      import type { TablehookEvent } from '@tablehook/client'
      import { verify } from '@tablehook/client'
      declare module '@tablehook/client' { interface EventTypes { 'invoice.created': { data: { total: number } } } }
      const event: TablehookEvent = verify('', {}, '')
      if (event.event === 'invoice.created') event.data.total.toFixed()
      if (event.event === 'contact.created') event.data.first_name.trim()`)
    execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', 'own_event.ts'], { cwd: own, encoding: 'utf8', stdio: 'pipe' })
  })

  test('the command line runs', () => {
    const bin = path.join(folder, 'node_modules/tablehook/bin/tablehook.js')
    expect(execFileSync(process.execPath, [bin, '--help'], { encoding: 'utf8' })).toContain('npx tablehook listen')
    expect(fs.statSync(bin).mode & 0o100).toBe(0o100)
  })
})
