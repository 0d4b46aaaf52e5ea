// A Supabase project that is not ours: a folder with its config and migrations, and a database with its tables. Tablehook comes as its users get it.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import postgres, { type Sql, type TransactionSql } from 'postgres'
import { bootstrap } from '../../local/bootstrap.ts'
import { findDeno, functionsEnv } from '../../local/functions.ts'
import { makeKeys, type Keys } from '../../local/keys.ts'
import { cliEnv, supabaseCli } from '../../local/migrate.ts'
import { startPostgres, type RunningPostgres } from '../../local/postgres.ts'
import { tokensSignedWith } from '../../local/tokens.ts'
import { freePorts } from './free_port.ts'
import { deleteFolder, throwAwayFolder } from './throw_away_folder.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** A server like a new hosted project's, on which strangers keep their databases. */
export type StrangersServer = { postgres: RunningPostgres, keys: Keys, discard: () => Promise<void> }

export async function startStrangersServer(): Promise<StrangersServer> {
  const data = throwAwayFolder('strangers')
  const keys = makeKeys()
  const server = await startPostgres({ data, port: await freePorts(1), passwords: keys.passwords, durable: false })
  const discard = async () => {
    await server.stop()
    deleteFolder(data)
  }
  try {
    await bootstrap(server.adminUrl, keys.passwords)
    return { postgres: server, keys, discard }
  } catch (error) {
    await discard()
    throw error
  }
}

export type Stranger = {
  /** The folder of the project. */
  folder: string
  url: string
  /** As the database's owner. */
  sql: Sql
  /** Runs `work` as a signed-in user. */
  as: <Result>(userId: string, work: (sql: TransactionSql) => Promise<Result>) => Promise<Result>
  /** Someone who can sign in. Answers with their id. */
  addUser: (email: string) => Promise<string>
  /** `supabase db push`. */
  push: () => void
  /** Applies the migrations that are new, each in a transaction: what push does, without its seconds and its history. */
  migrate: () => Promise<void>
  discard: () => Promise<void>
}

/** A project whose first migration is `schema`. */
export async function makeStranger({ postgres: server }: StrangersServer, name: string, schema: string): Promise<Stranger> {
  const at = (address: string) => address.replace(/\/postgres$/, `/${name}`)
  await once(server.adminUrl.replace(/\/postgres$/, '/template1'), (sql) => sql`create database ${sql(name)} template postgres owner postgres`)
  const folder = throwAwayFolder('stranger')
  fs.mkdirSync(path.join(folder, 'supabase/migrations'), { recursive: true })
  fs.mkdirSync(path.join(folder, 'supabase/functions/hello'), { recursive: true })
  fs.writeFileSync(path.join(folder, 'supabase/functions/hello/index.ts'), "Deno.serve(() => new Response('hello'))\n")
  fs.writeFileSync(path.join(folder, 'supabase/config.toml'), `project_id = "${name}"\n\n[api]\nport = 54321\nschemas = ["public"]\n\n[db]\nport = 1\nmajor_version = 17\n\n[functions.hello]\nverify_jwt = true\n`)
  fs.writeFileSync(path.join(folder, 'supabase/migrations/20240101000000_init.sql'), schema)

  const sql = postgres(at(server.url), { max: 3, onnotice: () => {} })
  const admin = postgres(at(server.adminUrl), { max: 1, onnotice: () => {} })
  const applied = new Set<string>()
  return {
    folder, sql, url: at(server.url),
    as: <Result>(userId: string, work: (tx: TransactionSql) => Promise<Result>) => sql.begin(async (tx) => {
      await tx`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${JSON.stringify({ sub: userId, role: 'authenticated' })}, true)`
      return work(tx)
    }) as Promise<Result>,
    async addUser(email) {
      const [user] = await admin`insert into auth.users (id, email, email_confirmed_at) values (gen_random_uuid(), ${email}, now()) returning id`
      return user!.id as string
    },
    push() {
      const { status, stdout, stderr } = spawnSync(process.execPath, [supabaseCli, 'db', 'push', '--db-url', at(server.url), '--include-all', '--yes'], {
        cwd: folder, env: { ...process.env, ...cliEnv }, encoding: 'utf8',
      })
      if (status !== 0) throw new Error(`supabase db push failed:\n${stdout}\n${stderr}`)
    },
    async migrate() {
      for (const file of fs.readdirSync(path.join(folder, 'supabase/migrations')).sort().filter((name) => !applied.has(name))) {
        await sql.begin((tx) => tx.unsafe(fs.readFileSync(path.join(folder, 'supabase/migrations', file), 'utf8'))).catch((error: Error) => {
          throw new Error(`${file}: ${error.message}`)
        })
        applied.add(file)
      }
    },
    async discard() {
      await Promise.all([sql.end({ timeout: 1 }), admin.end({ timeout: 1 })])
      deleteFolder(folder)
    },
  }
}

/** Puts the packed command line into the project, as `npm install --save-dev tablehook` does. Its dependencies are those of the repository. */
export function installPackage({ folder }: Pick<Stranger, 'folder'>): void {
  const modules = path.join(folder, 'node_modules')
  fs.mkdirSync(modules)
  for (const name of fs.readdirSync(path.join(root, 'node_modules'))) {
    if (name !== 'tablehook' && !name.startsWith('.')) fs.symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name))
  }
  run('npm', ['pack', '--pack-destination', folder, '--silent'], path.join(root, 'cli'))
  const [tarball] = fs.readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  run('tar', ['-xzf', tarball!, '-C', modules], folder)
  fs.renameSync(path.join(modules, 'package'), path.join(modules, 'tablehook'))
}

/** Runs `npx tablehook …` in the project. */
export function tablehook({ folder }: Pick<Stranger, 'folder'>, ...args: string[]): { status: number | null, output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(folder, 'node_modules/tablehook/bin/tablehook.js'), ...args], { cwd: folder, encoding: 'utf8', input: '' })
  return { status, output: stdout + stderr }
}

/** Runs `supabase functions deploy` against an API that only writes down what is uploaded. */
export async function deployToNobody({ folder }: Stranger, names: string[]): Promise<{ files: string[], metadata: Record<string, unknown> }[]> {
  const uploads: { files: string[], metadata: Record<string, unknown> }[] = []
  const api = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      response.setHeader('content-type', 'application/json')
      if (request.method === 'GET') return response.end('[]')
      if (pathname.endsWith('/deploy')) uploads.push(readUpload(Buffer.concat(chunks).toString('utf8')))
      const slug = searchParams.get('slug') ?? ''
      response.statusCode = pathname.endsWith('/deploy') ? 201 : 200
      response.end(JSON.stringify({ id: randomUUID(), slug, name: slug, status: 'ACTIVE', version: 1, created_at: 1, updated_at: 1 }))
    })
  })
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  const profile = path.join(folder, 'profile.yaml')
  fs.writeFileSync(profile, `name: nobody\napi_url: ${address}\ndashboard_url: ${address}\nproject_host: nobody.test\n`)
  try {
    const child = spawn(process.execPath, [supabaseCli, 'functions', 'deploy', ...names, '--use-api', '--project-ref', 'abcdefghijklmnopqrst'], {
      cwd: folder, env: { ...process.env, ...cliEnv, SUPABASE_PROFILE: profile, SUPABASE_ACCESS_TOKEN: `sbp_${'0'.repeat(40)}` }, stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += String(chunk) })
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    if (code !== 0) throw new Error(`supabase functions deploy failed:\n${output}`)
    return uploads
  } finally {
    api.close()
  }
}

function readUpload(form: string): { files: string[], metadata: Record<string, unknown> } {
  const metadata = /name="metadata"[^]*?\r\n\r\n([^\r]*)/.exec(form)?.[1] ?? '{}'
  return { files: [...form.matchAll(/filename="([^"]+)"/g)].map(([, name]) => name!), metadata: JSON.parse(metadata) as Record<string, unknown> }
}

function run(command: string, args: string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`)
}

export type ServedFunctions = {
  /** Calls a function; `token` is what stands behind Bearer. */
  call: (method: string, path: string, token: string, body?: unknown) => Promise<{ status: number, json: Record<string, unknown> & { webhook?: Record<string, unknown> } }>
  /** An access token of a user. */
  tokenOf: (userId: string) => string
  serviceSecret: string
  stop: () => Promise<void>
}

/** Serves the functions that were copied into the project, each with the packages that its own deno.json names. */
export async function serveFunctions({ folder, url }: Stranger, { keys }: StrangersServer): Promise<ServedFunctions> {
  const port = await freePorts(2)
  const names = ['webhooks', 'dispatcher']
  const ports = Object.fromEntries(names.map((name, nth) => [name, port + nth]))
  const settings = { ports: { api: 1, web: 1, postgres: 1, functions: port }, allowPrivate: '127.0.0.1/32' } as Parameters<typeof functionsEnv>[0]['settings']
  const env = functionsEnv({ settings, keys, database: { url } as RunningPostgres })
  let output = ''
  const children = names.map((name): ChildProcess => {
    const code = path.join(folder, 'supabase/functions/_tablehook', name)
    const child = spawn(findDeno(), [
      'run', '--no-prompt', '--no-lock', '--node-modules-dir=manual', '--config', path.join(code, 'deno.json'), '--allow-net', '--allow-env', '--allow-read', '--allow-sys',
      path.join(root, 'local/functions_server.ts'), String(ports[name]), JSON.stringify({ [name]: path.join(code, 'index.ts') }),
    ], { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => { output += String(chunk) })
    return child
  })
  const stop = async () => {
    await Promise.all(children.map((child) => new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve()
      child.once('exit', () => resolve())
      child.kill('SIGTERM')
    })))
  }
  try {
    for (const name of names) await untilReady(`http://127.0.0.1:${ports[name]}/_ready`, () => output)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    stop, serviceSecret: keys.secretKey,
    tokenOf: (userId) => signedToken(keys, { sub: userId, role: 'authenticated', aud: 'authenticated', exp: Math.floor(Date.now() / 1_000) + 600 }),
    async call(method, path, token, body) {
      const response = await fetch(`http://127.0.0.1:${ports[path.split(/[/?]/)[1]!]}${path}`, {
        method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, json: text === '' ? {} : JSON.parse(text) as Record<string, unknown> }
    },
  }
}

function signedToken({ jwtSecret }: Keys, claims: Record<string, unknown>): string {
  const part = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url')
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return tokensSignedWith(jwtSecret).withKeyId(`${text}.${createHmac('sha256', jwtSecret).update(text).digest('base64url')}`)!
}

async function untilReady(url: string, output: () => string): Promise<void> {
  for (let tries = 0; tries < 1_200; tries++) {
    const answer = await fetch(url).catch(() => null)
    const states = answer === null ? null : await answer.json() as Record<string, string>
    if (states !== null && Object.values(states).every((state) => state === 'ready')) return
    if (states !== null) break
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`the functions did not start:\n${output()}`)
}

async function once(url: string, work: (sql: Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await work(sql)
  } finally {
    await sql.end()
  }
}

/** All that a database is made of, and every row, one line each: what a dump would say, in an order that does not depend on object ids. */
export async function dump(sql: Sql): Promise<string[]> {
  const ours = "n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'supabase_migrations')"
  const queries = [
    `'schema', n.nspname, n.nspowner::regrole, n.nspacl from pg_namespace n where ${ours}`,
    `'relation', n.nspname, c.relname, c.relkind, c.relrowsecurity, c.relacl, c.reloptions from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${ours}`,
    `'column', n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid), a.attacl
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where ${ours} and a.attnum > 0 and not a.attisdropped`,
    `'constraint', n.nspname, k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid) from pg_constraint k join pg_namespace n on n.oid = k.connamespace where ${ours}`,
    `'index', pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace where ${ours}`,
    `'trigger', pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace where ${ours} and not t.tgisinternal`,
    `'function', pg_get_functiondef(p.oid), p.proacl from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${ours} and p.prokind in ('f', 'p')`,
    `'policy', to_jsonb(p) from pg_policies p`,
    `'default', defaclrole::regrole, nullif(defaclnamespace, 0)::regnamespace, defaclobjtype, defaclacl from pg_default_acl`,
    `'type', n.nspname, t.typname from pg_type t join pg_namespace n on n.oid = t.typnamespace where ${ours}`,
    `'comment', d.description from pg_description d where d.objoid >= 16384`,
    `'extension', extname from pg_extension`,
    `'event trigger', evtname from pg_event_trigger`,
    `'publication', to_jsonb(p) from pg_publication_tables p`,
    `'role', rolname from pg_roles`,
  ].map((query) => query.replace(/ from /, ') from ').replace(/^/, 'select concat_ws(\' | \', '))
  const lines = (await Promise.all(queries.map((query) => sql.unsafe<{ line: string }[]>(`select line from (${query}) q(line)`)))).flat().map(({ line }) => line)
  const tables = await sql.unsafe<{ name: string }[]>(`select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${ours} and c.relkind = 'r'`)
  for (const { name } of tables) lines.push(...(await sql.unsafe<{ line: string }[]>(`select '${name.replaceAll("'", "''")}: ' || t::text as line from ${name} t`)).map(({ line }) => line))
  return lines.sort()
}
