// The command line against the real system, as somebody in a terminal uses it: what it prints, what it leaves, how it ends.
import fs from 'node:fs'
import path from 'node:path'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { acme, demoPassword } from '../../local/demo_users.ts'
import { callerFor, type Caller, type Json } from '../support/api.ts'
import { buildPackages } from '../support/built_packages.ts'
import { makeHome, runCommand, startCommand, type Ended, type Started } from '../support/command_line.ts'
import { addFinished, addWebhook } from '../support/factories.ts'
import { startReceiver, verified, type Receiver } from '../support/receiver.ts'
import { system } from '../support/running_system.ts'

let sql: postgres.Sql
let admin: Caller
let key: string, readKey: string
let receiver: Receiver
let home: ReturnType<typeof makeHome>
const keys: string[] = []
const running: Started[] = []

beforeAll(async () => {
  buildPackages()
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  admin = await callerFor('admin@acme.test')
  ;[key, readKey] = [await makeKey(['read', 'write']), await makeKey(['read'])]
  receiver = await startReceiver()
  home = makeHome()
  await forgetSessions()
})
afterEach(async () => {
  for (const { process: child, ended } of running.splice(0)) {
    if (child.exitCode === null) child.kill('SIGKILL')
    await ended
  }
  await forgetSessions()
  receiver.answer(200)
})
afterAll(async () => {
  await receiver.close()
  await forgetSessions()
  await sql`delete from public.webhook_configurations where organization_id = ${acme} and name like 'cli %'`
  await sql`delete from public.webhook_api_keys where id in ${sql(keys)}`
  await sql.end()
})

/** What sessions leave that were killed by a test. */
const forgetSessions = async () => {
  await sql`select webhooks.remove_listeners('infinity')`
  await sql`delete from public.webhook_configurations where name like 'listen %'`
}

async function makeKey(scopes: string[]): Promise<string> {
  const { json } = await admin.call('POST', '/keys', { organization_id: acme, name: `cli ${crypto.randomUUID()}`, scopes })
  keys.push(json.key.id)
  return json.token
}
const asKey = (token = key) => ({ TABLEHOOK_URL: system().API_URL, TABLEHOOK_API_KEY: token, ...home.env })
const tablehook = (args: string[], env: NodeJS.ProcessEnv = asKey(), input?: string): Promise<Ended> => runCommand(args, { env, ...(input === undefined ? {} : { input }) })
function start(args: string[], env: NodeJS.ProcessEnv = asKey()): Started {
  const started = startCommand(args, { env })
  running.push(started)
  return started
}
const linesOf = (text: string): Json[] => text.trim().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Json)
const count = async (table: 'listeners' | 'webhooks') => Number(table === 'listeners'
  ? (await sql`select count(*) as n from webhooks.listeners`)[0]!.n : (await sql`select count(*) as n from public.webhook_configurations where name like 'listen %'`)[0]!.n)
const addContact = (name: string) => sql`insert into public.contacts (organization_id, first_name) values (${acme}, ${name})`

describe('help', () => {
  const commands = ['listen', 'trigger', 'tail', 'replay', 'events', 'verify', 'login', 'logout']

  test('names every command, with examples', async () => {
    const { code, out } = await tablehook(['--help'])
    expect(code).toBe(0)
    for (const command of commands) expect(out).toMatch(new RegExp(`^ {2}${command} `, 'm'))
    expect(out).toContain('npx tablehook listen --forward-to localhost:3000/hook')
  })

  test.each(commands.filter((command) => command !== 'logout'))('%s has examples that it understands', async (command) => {
    const { code, out } = await tablehook([command, '--help'])
    expect(code).toBe(0)
    const examples = [...out.matchAll(/^ {2}\$ (?:.*\| )?npx tablehook (.*?)(?: +#.*| \|.*)?$/gm)].map(([, line]) => line!)
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) {
      const options = [...example.matchAll(/ (--[a-z-]+|-[a-zA-Z])(?= |$)/g)].map(([, option]) => option)
      for (const option of options) expect(out, example).toMatch(new RegExp(`(^|[ ,])${option}[ ,<]`, 'm'))
    }
  })

  test('and docs/command_line.md knows each of them, with its options', async () => {
    const page = fs.readFileSync(path.resolve(import.meta.dirname, '../../docs/command_line.md'), 'utf8')
    for (const command of commands.filter((one) => !one.startsWith('log'))) expect(page).toContain(`\n## ${command}\n`)
    for (const [, line] of page.matchAll(/^npx tablehook (.*?)(?: +#.*)?$/gm)) {
      const [command] = line!.split(' ')
      const { out } = await tablehook([command!, '--help'])
      for (const [, option] of line!.matchAll(/ (--[a-z-]+)/g)) expect(out, line).toContain(option)
    }
  })

  test('the version is that of the package', async () => expect((await tablehook(['--version'])).out.trim()).toBe((JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string }).version))
})

describe('listen', () => {
  const listening = async (...args: string[]): Promise<Started> => {
    const started = start(['listen', '--forward-to', receiver.url, '--json', ...args])
    await started.until('it to be ready', (out) => out.includes('"ready"'))
    return started
  }

  test('brings what is written to the local program: same headers, same bytes, signed; and leaves nothing', async () => {
    const session = await listening('--events', 'contact.created,contact.updated')
    const [ready] = linesOf(session.out())
    expect(ready).toMatchObject({ type: 'ready', events: ['contact.created', 'contact.updated'], secret: expect.stringMatching(/^whsec_/) as string })
    expect([await count('listeners'), await count('webhooks')]).toEqual([1, 1])

    const before = receiver.requests.length
    await addContact('Zoë  \u2028 ünïcödé')
    const [request] = (await receiver.waitForCount(before + 1)).slice(before)
    expect(verified(request!, ready.secret)).toMatchObject({ event: 'contact.created', data: { first_name: 'Zoë  \u2028 ünïcödé' } })
    // Exactly what the dispatcher has sent, and what every HTTP client adds.
    const { json } = await admin.call('GET', `/deliveries?event_type=contact.created&limit=1`)
    expect(request!.headers).toMatchObject({ 'webhook-id': json.deliveries[0].event_id, 'x-webhook-attempt': '1', 'user-agent': expect.stringMatching(/^Tablehook\//) as string })
    expect(Object.keys(request!.headers).filter((name) => !/^(webhook-|x-webhook-)/.test(name)).sort()).toEqual(['connection', 'content-length', 'content-type', 'host', 'user-agent'])

    await session.until('its line', (out) => out.includes('"forwarded"'))
    expect(linesOf(session.out()).at(-1)).toMatchObject({ type: 'forwarded', event: 'contact.created', id: json.deliveries[0].event_id, status: 200, body: request!.body })
    session.process.kill('SIGINT')
    expect(await session.ended).toMatchObject({ code: 0 })
    expect(linesOf(session.out()).at(-1)).toEqual({ type: 'closed', removed: true })
    expect([await count('listeners'), await count('webhooks')]).toEqual([0, 0])
  })

  test('a burst of 300 comes whole and in order, however slow the program', async () => {
    const session = await listening('--events', 'contact.created')
    const before = receiver.requests.length
    receiver.answer({ status: 200, delayMs: 5 })
    await sql`insert into public.contacts (organization_id, first_name) select ${acme}, 'burst ' || n from generate_series(1, 300) n`
    const names = () => receiver.requests.slice(before).map(({ body }) => (JSON.parse(body) as Json).data.first_name as string)
    await receiver.waitFor('all 300', () => new Set(names()).size === 300, 90_000)
    // At least once, as everywhere: none is missing.
    expect([...new Set(names())].sort()).toEqual(Array.from({ length: 300 }, (_, n) => `burst ${n + 1}`).sort())
    session.process.kill('SIGTERM')
    expect((await session.ended).code).toBe(0)
  })

  test('the secret stays the same from session to session, unless one is given', async () => {
    const secrets: string[] = []
    for (const args of [[], [], ['--secret', 'a-secret-of-my-own']]) {
      const session = await listening(...args)
      secrets.push(linesOf(session.out())[0].secret as string)
      session.process.kill('SIGINT')
      await session.ended
    }
    expect(secrets[1]).toBe(secrets[0])
    expect(secrets[2]).toBe('a-secret-of-my-own')
    expect(fs.statSync(path.join(home.folder, 'tablehook/config.json')).mode & 0o777).toBe(0o600)
  })

  test('says in words what the program did', async () => {
    const session = start(['listen', '-f', receiver.url, '--events', 'contact.created'])
    await session.until('it to be ready', (_, err) => err.includes('Ctrl-C stops it'))
    expect(session.err()).toContain(`Forwarding to ${receiver.url}`)
    receiver.answer({ status: 503, body: 'not now' }, 'reset', 200)
    for (const [name, said] of [['one', /contact\.created +503 /], ['two', /cut before an answer/], ['three', /contact\.created +200 /]] as const) {
      await addContact(name)
      await session.until(String(said), (out) => said.test(out))
    }
    // Not a terminal: no colors.
    expect(session.out()).not.toContain('\u001b')
    session.process.kill('SIGINT')
    expect((await session.ended).err).toContain('The temporary webhook is removed')
  })

  test('says once what it means that the program refuses the signature, and what to do', async () => {
    const session = start(['listen', '-f', receiver.url, '--events', 'contact.created'])
    await session.until('it to be ready', (_, err) => err.includes('Ctrl-C stops it'))
    receiver.answer({ status: 401, body: '{"error":{"code":"wrong_signature","message":"The signature is that of another secret."}}' }, 401, 200)
    for (const name of ['one', 'two', 'three']) await addContact(name)
    await session.until('three lines', (out) => out.split('\n').length === 4)
    session.process.kill('SIGINT')
    const { err } = await session.ended
    expect(err).toContain('The signature is that of another secret.')
    expect(err.match(/--secret/g)).toHaveLength(1)
  })

  test('a program that is not there is told, and one that never answers is not waited for forever', async () => {
    const nobody = start(['listen', '-f', '127.0.0.1:9', '--events', 'contact.created'])
    await nobody.until('it to be ready', (_, err) => err.includes('Ctrl-C'))
    await addContact('nobody')
    await nobody.until('a line', (out) => out.includes('nothing listens on 127.0.0.1:9'))
    receiver.answer('hang')
    const slow = await listening('--events', 'contact.created', '--timeout', '1')
    await addContact('slow')
    await slow.until('a line', (out) => out.includes('"no answer within 1 s"'))
  })

  test('what a killed session leaves goes at the next start, when it has run out', async () => {
    const killed = await listening('--events', 'contact.created')
    killed.process.kill('SIGKILL')
    await killed.ended
    const other = await listening('--events', 'contact.created')
    // It may still be alive: another person's session must not be ended.
    expect(await count('webhooks')).toBe(2)
    other.process.kill('SIGINT')
    await other.ended
    await sql`update webhooks.listeners set created_at = created_at - interval '6 minutes', expires_at = expires_at - interval '6 minutes'`
    const next = await listening('--events', 'contact.created')
    expect([await count('listeners'), await count('webhooks')]).toEqual([1, 1])
    next.process.kill('SIGINT')
    await next.ended
  })

  test('opens a new address when its own has run out, as after a night with the lid closed', async () => {
    const session = await listening('--events', 'contact.created')
    await sql`select webhooks.remove_listeners(now() + interval '1 hour')`
    await session.until('a new address', (out) => out.includes('"reopened"'))
    const [ready, reopened] = linesOf(session.out())
    expect(reopened.secret).toBe(ready.secret)
    const before = receiver.requests.length
    await addContact('after the night')
    verified((await receiver.waitForCount(before + 1)).at(-1)!, ready.secret)
    session.process.kill('SIGINT')
    expect((await session.ended).code).toBe(0)
    expect(await count('webhooks')).toBe(0)
  })

  test.each<[string, string[], NodeJS.ProcessEnv, number, RegExp]>([
    ['an event there is not', ['--events', 'contact.exploded'], {}, 4, /no event type/],
    ['a key that may only read', [], { TABLEHOOK_API_KEY: 'read' }, 3, /scope/],
    ['no address', ['--forward-to', 'http://'], {}, 2, /localhost:3000\/hook/],
    ['no http', ['--forward-to', 'ftp://localhost/hook'], {}, 2, /localhost:3000\/hook/],
  ])('refuses %s, and leaves nothing', async (_, args, env, code, said) => {
    const ended = await tablehook(['listen', '-f', receiver.url, ...args], { ...asKey(), ...env, ...(env.TABLEHOOK_API_KEY ? { TABLEHOOK_API_KEY: readKey } : {}) })
    expect(ended.err).toMatch(said)
    expect(ended.code).toBe(code)
    expect([await count('listeners'), await count('webhooks')]).toEqual([0, 0])
  })
})

describe('trigger', () => {
  let webhook: Json
  beforeAll(async () => {
    webhook = (await admin.call('POST', '', { organization_id: acme, name: `cli target ${Date.now()}`, url: receiver.url, events: ['webhook.recovered'] })).json.webhook
  })

  test('sends a signed test with the sample to a webhook, and shows the answer', async () => {
    receiver.answer({ status: 202, body: 'thanks' })
    const { code, out, err } = await tablehook(['trigger', 'deal.created', '--webhook', webhook.name])
    expect([code, out]).toEqual([0, expect.stringMatching(/^202 {2}\d+ ms .*\nthanks\n$/)])
    expect(err).toContain('A test of deal.created')
    expect(err).toContain('not retried and not counted')
  })

  test('webhook.test says which webhook it tests', async () => {
    const { out } = await tablehook(['trigger', 'webhook.test', '--webhook', webhook.name, '--json'])
    expect(JSON.parse(((JSON.parse(out) as Json).request as Json).body as string)).toMatchObject({ event: 'webhook.test', data: { webhook_id: webhook.id } })
  })

  test('the name of a webhook does not steer the terminal, where it is tested and where another is asked for', async () => {
    const name = `cli \u009b31m\u202e${crypto.randomUUID()}`
    const id = await addWebhook(sql, acme, { name, url: receiver.url, events: ['webhook.recovered'] })
    const tested = await tablehook(['trigger', 'deal.created', '-w', id])
    const refused = await tablehook(['trigger', 'deal.created', '-w', 'Nobody'])
    expect(tested.err).toContain(name.slice(-36))
    for (const text of [tested.err, refused.err]) expect(text).not.toMatch(/[\u0080-\u009f\p{Bidi_Control}]/u)
    await sql`delete from public.webhook_configurations where id = ${id}`
  })

  test('takes data from the command line or a file', async () => {
    const file = path.join(home.folder, 'deal.json')
    fs.writeFileSync(file, '\uFEFF{"id": "from a file"}') // as Windows writes it
    for (const data of ['{"id": "from the line"}', file]) {
      const { code, out } = await tablehook(['trigger', 'deal.created', '--data', data, '-w', webhook.id, '--json'])
      expect(code).toBe(0)
      const answer = JSON.parse(out) as Json
      expect(answer).toMatchObject({ kind: 'test', ok: true })
      expect((JSON.parse(answer.request.body as string) as Json).data.id).toBe(data === file ? 'from a file' : 'from the line')
    }
  })

  test('ends with 1 when the receiver does not take it', async () => {
    receiver.answer(500)
    expect(await tablehook(['trigger', 'deal.created', '-w', webhook.id])).toMatchObject({ code: 1, err: expect.stringContaining('it answered 500') as string })
  })

  test('… and does not ask about the receiver when nothing was sent to it', async () => {
    await admin.call('PATCH', `/${webhook.id}`, { transformation: '$error("no")' })
    const { code, err } = await tablehook(['trigger', 'deal.created', '-w', webhook.id])
    await admin.call('PATCH', `/${webhook.id}`, { transformation: null })
    expect([code, err]).toEqual([1, expect.stringMatching(/^Nothing was sent to “cli target \d+”: transformation_failed\.$/m)])
  })

  test('without --webhook it goes to whoever listens, never to several by chance', async () => {
    const [one, two] = [await addWebhook(sql, acme, { name: 'cli one', url: 'https://one.invalid/', events: ['broadcast.response'] }), await addWebhook(sql, acme, { name: 'cli two', url: 'https://two.invalid/', events: ['broadcast.response'] })]
    const refused = await tablehook(['trigger', 'broadcast.response'])
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/“cli one”.*“cli two”/)
    const session = start(['listen', '-f', receiver.url, '--json'])
    await session.until('it to be ready', (out) => out.includes('"ready"'))
    const before = receiver.requests.length
    expect(await tablehook(['trigger', 'broadcast.response'])).toMatchObject({ code: 0, err: expect.stringContaining('whose terminal shows') as string })
    verified((await receiver.waitForCount(before + 1)).at(-1)!, linesOf(session.out())[0].secret as string)
    session.process.kill('SIGINT')
    await session.ended
    await sql`delete from public.webhook_configurations where id in ${sql([one, two])}`
  })

  test('--publish makes a real event, with the secret key of the project only', async () => {
    const heard = (await admin.call('POST', '', { organization_id: acme, name: `cli heard ${Date.now()}`, url: receiver.url, events: ['insight.topic'] })).json
    const before = receiver.requests.length
    const { code, out, err } = await tablehook(['trigger', 'insight.topic', '--publish', '--secret-key', system().SECRET_KEY, '--data', '{"n": 1}'])
    expect([code, err]).toEqual([0, expect.stringContaining('as a real event')])
    const request = (await receiver.waitForCount(before + 1)).at(-1)!
    expect(verified(request, heard.secret as string)).toMatchObject({ id: out.trim(), event: 'insight.topic', data: { n: 1 } })
    expect(await tablehook(['trigger', 'insight.topic', '--publish'])).toMatchObject({ code: 3, err: expect.stringContaining('SUPABASE_SECRET_KEY') as string })
    await admin.call('DELETE', `/${heard.webhook.id}`)
    const silent = await sql`update public.webhook_configurations set is_active = false where organization_id = ${acme} and events && array['*', 'insight.topic'] and is_active returning id`
    expect(await tablehook(['trigger', 'insight.topic', '--publish', '--secret-key', system().SECRET_KEY])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('No webhook of this organization that is on hears insight.topic') as string })
    for (const { id } of silent) await sql`update public.webhook_configurations set is_active = true where id = ${id as string}`
  })

  test.each<[string, string[], number, RegExp]>([
    ['no JSON', ['--data', '{"id": '], 2, /not valid JSON/], ['a list', ['--data', '[1]'], 2, /neither a JSON object nor a file/], ['no file', ['--data', '/no/such/file.json'], 2, /neither/],
    ['no webhook', ['--webhook', 'Nobody'], 2, /no webhook “Nobody”/],
    ['what cannot be written again', ['--data', `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`], 2, /more lists or objects inside each other/],
    ['what the database cannot hold', ['--publish', '--secret-key', 'right', '--data', '{"a": "\\u0000"}'], 4, /not published: unsupported Unicode escape sequence\.$/m],
    ['a secret key that is none', ['--publish', '--secret-key', 'sb_secret_no', '--data', '{}'], 3, /Is the secret key the project’s own\?$/m],
  ])('refuses %s', async (_, args, code, said) => {
    const ended = await tablehook(['trigger', 'deal.created', ...args.map((arg) => arg === 'right' ? system().SECRET_KEY : arg)])
    expect(ended.err).toMatch(said)
    expect(ended.code).toBe(code)
  })
})

describe('tail and replay', () => {
  let id: string, name: string
  beforeAll(async () => {
    name = `cli tail ${Date.now()}`
    id = (await admin.call('POST', '', { organization_id: acme, name, url: receiver.url, events: ['deal.created'], retry_policy: 'none' })).json.webhook.id
    const now = new Date()
    await addFinished(sql, acme, id, 3, { created_at: now, finished_at: now, last_attempt_at: now, event_type: 'deal.created' })
  })
  const addDeal = (title: string) => sql`insert into public.deals (organization_id, title, value, currency) values (${acme}, ${title}, 1, 'EUR')`

  test('tail shows the last deliveries, oldest first', async () => {
    const { code, out } = await tablehook(['tail', '--webhook', name, '--state', 'failed'], asKey(readKey))
    expect(code).toBe(0)
    expect(out.trim().split('\n')).toHaveLength(3)
    expect(out).toMatch(/^\d\d:\d\d:\d\d {2}failed +500 +deal\.created +cli tail/)
    expect(await tablehook(['tail', '-w', id, '--state', 'succeeded'], asKey(readKey))).toMatchObject({ out: '', err: expect.stringContaining('There are no such deliveries.') as string })
    expect(linesOf((await tablehook(['tail', '-w', id, '-n', '2', '--json'], asKey(readKey))).out)).toMatchObject([{ webhook_id: id, webhook_name: name }, { webhook_id: id }])
  })

  test('tail says the day where some deliveries are not of today', async () => {
    const older = (await admin.call('POST', '', { organization_id: acme, name: `cli older ${Date.now()}`, url: receiver.url, events: ['deal.created'] })).json.webhook.id as string
    const at = new Date(Date.now() - 30 * 3_600_000)
    await addFinished(sql, acme, older, 1, { created_at: at, finished_at: at, last_attempt_at: at, event_type: 'deal.created' })
    expect((await tablehook(['tail', '-w', older], asKey(readKey))).out).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}failed/)
    await admin.call('DELETE', `/${older}`)
  })

  test('tail --follow shows each attempt as it comes, and with --state only those', async () => {
    const [all, failed] = [start(['tail', '-f', '-n', '0', '-w', name, '--json']), start(['tail', '--follow', '-n', '1', '-w', name, '--state', 'failed', '--json'])]
    for (const one of [all, failed]) await one.until('it to wait', (_, err) => err.includes('Waiting for attempts'))
    expect(linesOf(failed.out())).toHaveLength(1)
    receiver.answer(200, 500)
    await addDeal('fine')
    await all.until('a success', (out) => out.includes('"succeeded"'))
    await addDeal('broken')
    for (const one of [all, failed]) await one.until('a failure', (out) => linesOf(out).some(({ delivery_id: delivery, state }) => delivery && state === 'failed'))
    expect(linesOf(all.out()).map(({ state }) => state)).toEqual(['succeeded', 'failed'])
    expect(failed.out()).not.toContain('succeeded')
    for (const one of [all, failed]) {
      one.process.kill('SIGINT')
      expect((await one.ended).code).toBe(0)
    }
  })

  test('replay counts first, and then sends again', async () => {
    const dry = await tablehook(['replay', '--webhook', name, '--from', '2h', '--dry-run'])
    const total = Number(/^(\d+) failed/.exec(dry.out)?.[1])
    expect(total).toBeGreaterThanOrEqual(3)
    expect(dry.out).toContain('Nothing was sent')
    const before = receiver.requests.length
    const sent = await tablehook(['replay', '-w', id, '--from', '2h', '--json'])
    expect(JSON.parse(sent.out)).toMatchObject({ dry_run: false, total, replay_id: expect.any(String) as string })
    await receiver.waitForCount(before + total)
    const nothing = await tablehook(['replay', '-w', id, '--from', '2020-01-01T00:00:00Z', '--to', '2020-01-02T00:00:00Z'])
    expect(nothing).toMatchObject({ code: 0, out: expect.stringMatching(/^No failed deliveries of .* from 2020-01-01T00:00:00.000Z to 2020-01-02T00:00:00.000Z: there is nothing to send again\.$/m) as string })
  })

  test.each<[string, string[], RegExp]>([
    ['no time', ['replay', '--from', 'yesterday'], /“yesterday” is no time/], ['a state', ['replay', '--from', '2h', '--state', 'waiting'], /cannot be replayed/],
    ['no beginning', ['replay'], /--from/], ['a state there is not', ['tail', '--state', 'pending'], /There is no state “pending”/], ['many lines', ['tail', '-n', '1000'], /up to 200/],
  ])('refuses %s', async (_, args, said) => {
    const ended = await tablehook(args)
    expect(ended.err).toMatch(said)
    expect(ended.code).toBe(2)
  })
})

describe('events', () => {
  test('lists the catalog, and shows one type with schema and sample', async () => {
    expect((await tablehook(['events'], asKey(readKey))).out).toMatch(/^deal\n {2}deal\.assigned +A deal was given/m)
    const { out } = await tablehook(['events', 'deal.created'], asKey(readKey))
    expect(out).toContain('"title": "Weekly bread delivery"')
    expect(JSON.parse((await tablehook(['events', 'deal.created', '--json'], asKey(readKey))).out)).toMatchObject({ name: 'deal.created', source: 'app' })
    expect(await tablehook(['events', 'deal.exploded'])).toMatchObject({ code: 4, out: '' })
  })

  test('what an app says in its schemas and samples does not steer the terminal, and is the same JSON', async () => {
    const hostile = 'a\u009b31m\u202egnp.exe\u2028\u001b[2J"\\'
    const schema = { type: 'object', properties: { [hostile]: { enum: [hostile, 'ünï 🦊'], description: hostile } } }
    const sample = { data: { [hostile]: hostile } }
    await sql`insert into public.webhook_event_types (name, category, direction, description, schema, sample)
      values ('cli.hostile', 'cli', 'outbound', ${hostile}, ${sql.json(schema)}, ${sql.json(sample)})`
    try {
      const said = [(await tablehook(['events', 'cli.hostile'])).out, (await tablehook(['events', 'cli.hostile', '--json'])).out, (await tablehook(['events', '--json'])).out, (await tablehook(['events'])).out]
      for (const text of said) expect(text.match(/[\p{Cc}\p{Bidi_Control}\u2028]/gu)?.filter((char) => char !== '\n') ?? []).toEqual([])
      const [shownSchema, shownSample] = said[0]!.split('Schema of data\n')[1]!.split('\nSample\n')
      expect([JSON.parse(shownSchema!), JSON.parse(shownSample!)]).toEqual([schema, sample])
      expect(JSON.parse(said[1]!)).toMatchObject({ description: hostile, schema, sample })
      expect(said[0]).toContain('ünï 🦊')
    } finally {
      await sql`delete from public.webhook_event_types where name = 'cli.hostile'`
    }
  })
})

describe('verify', () => {
  let answer: Json, secret: string
  beforeAll(async () => {
    const { json } = await admin.call('POST', '', { organization_id: acme, name: `cli verify ${Date.now()}`, url: receiver.url, events: ['webhook.recovered'] })
    secret = json.secret
    answer = (await admin.call('POST', `/${json.webhook.id}/test`)).json
  })
  const headerArgs = () => Object.entries(answer.request.headers as Record<string, string>).flatMap(([header, value]) => ['--header', `${header}: ${value}`])
  // It asks nobody, so it needs neither address nor key.
  const verify = (args: string[], input: string) => tablehook(['verify', '--secret', secret, '--body', '-', ...args], home.env, input)

  test('a good request, by header options and by a file of headers as curl prints them', async () => {
    expect(await verify(headerArgs(), answer.request.body)).toMatchObject({ code: 0, out: expect.stringMatching(/^valid/) as string })
    const [body, headers] = [path.join(home.folder, 'body.json'), path.join(home.folder, 'headers.txt')]
    fs.writeFileSync(body, answer.request.body)
    fs.writeFileSync(headers, `> POST /hook HTTP/1.1\n${Object.entries(answer.request.headers as Record<string, string>).map(([header, value]) => `> ${header}: ${value}`).join('\r\n')}\n`)
    expect(await tablehook(['verify', '-s', secret, '-b', body, '--headers', headers], home.env)).toMatchObject({ code: 0 })
  })

  test('what is wrong, by name', async () => {
    const { code, out } = await verify(headerArgs(), `${answer.request.body}\n`)
    expect([code, out]).toEqual([1, expect.stringMatching(/^line_break_added {2}The body has a line break/)])
    const json = await tablehook(['verify', '-s', 'another-secret-of-mine', '-b', '-', '--json', ...headerArgs()], home.env, answer.request.body)
    expect([json.code, JSON.parse(json.out)]).toMatchObject([1, { holds: false, code: 'wrong_secret_or_body' }])
  })
})

describe('who it is', () => {
  const local = () => ({ ...home.env, TABLEHOOK_DATA: path.join(home.folder, 'data') })
  test('--local reads the running system of the folder, as its demo admin or whom --as names', async () => {
    fs.mkdirSync(local().TABLEHOOK_DATA, { recursive: true })
    fs.writeFileSync(path.join(local().TABLEHOOK_DATA, 'system.json'), JSON.stringify(system()))
    expect((await tablehook(['events', '--local'], local())).err).toContain('npm start')
    fs.writeFileSync(path.join(local().TABLEHOOK_DATA, 'running.json'), JSON.stringify({ pid: process.pid }))
    expect(await tablehook(['events', '--local'], local())).toMatchObject({ code: 0 })
    expect(await tablehook(['listen', '-f', '3000', '--local', '--as', 'member@acme.test'], local())).toMatchObject({ code: 3, err: expect.stringContaining('Only admins') as string })
    expect(await tablehook(['events', '--local', '--as', 'nobody@acme.test'], local())).toMatchObject({ code: 2 })
  })

  test('login stores a key that works, for its owner’s eyes only; logout forgets it', async () => {
    const own = makeHome()
    expect(await tablehook(['tail'], own.env)).toMatchObject({ code: 3, err: expect.stringContaining('npx tablehook login') as string })
    const login = await tablehook(['login', '--url', system().API_URL, '--api-key', key], own.env)
    expect([login.code, login.err]).toEqual([0, expect.stringMatching(/of Acme may read and write\.\n.*for you only/)])
    expect(fs.statSync(path.join(own.folder, 'tablehook/config.json')).mode & 0o777).toBe(0o600)
    expect(await tablehook(['events'], own.env)).toMatchObject({ code: 0 })
    // A key for one project is never shown to another.
    expect(await tablehook(['events', '--url', 'https://other.example.com'], own.env)).toMatchObject({ code: 3, err: expect.stringContaining('not signed in to https://other.example.com') as string })
    expect(await tablehook(['logout'], own.env)).toMatchObject({ code: 0 })
    expect(own.config()).not.toContain(key)
    expect(await tablehook(['events'], own.env)).toMatchObject({ code: 3 })
  })

  test('login says where it cannot store', async () => {
    const own = makeHome()
    fs.writeFileSync(path.join(own.folder, 'tablehook'), 'a file where the folder should be')
    expect(await tablehook(['login', '--url', system().API_URL, '--api-key', key], own.env)).toMatchObject({ code: 2, err: expect.stringMatching(/config\.json cannot be written \(EEXIST\)\. .*TABLEHOOK_API_KEY\.$/m) as string })
  })

  test('login with a password; the session is renewed when it has run out', async () => {
    const own = makeHome()
    const args = ['login', '--url', system().API_URL, '--email', 'admin@acme.test', '--publishable-key', system().PUBLISHABLE_KEY, '--password-stdin']
    expect(await tablehook(args, own.env, 'wrong\n')).toMatchObject({ code: 3 })
    expect(await tablehook([...args, '--organization', acme], own.env, `${demoPassword}\n`)).toMatchObject({ code: 0 })
    expect(own.config()).not.toContain(demoPassword)
    expect(await tablehook(['tail', '-n', '1'], own.env)).toMatchObject({ code: 0 })
    const file = path.join(own.folder, 'tablehook/config.json')
    const stored = JSON.parse(own.config()) as Json
    fs.writeFileSync(file, JSON.stringify({ ...stored, login: { ...stored.login, expiresAt: 1, accessToken: 'over' } }))
    expect(await tablehook(['tail', '-n', '1'], own.env)).toMatchObject({ code: 0 })
    expect((JSON.parse(own.config()) as Json).login.expiresAt).toBeGreaterThan(Date.now() / 1_000)
  })

  test.each<[string, NodeJS.ProcessEnv, number, RegExp]>([
    ['a key that is none', { TABLEHOOK_API_KEY: `thk_${'x'.repeat(43)}` }, 3, /^This API key isn’t valid\. It may have been revoked, or be over\. Sign in with npx tablehook login, or give another --api-key\.$/m],
    ['nobody there', { TABLEHOOK_URL: 'http://127.0.0.1:9' }, 5, /could not be reached/],
    ['no address', { TABLEHOOK_URL: 'abc' }, 2, /“abc” is not the address/],
    ['no key', { TABLEHOOK_API_KEY: '' }, 3, /not signed in/],
  ])('%s is told in a sentence', async (_, env, code, said) => {
    const ended = await tablehook(['events'], { ...asKey(), ...env })
    expect(ended.err).toMatch(said)
    expect([ended.code, ended.err.trim().split('\n')]).toEqual([code, [expect.any(String)]])
  })

  test('an event type that is not there: what lists them', async () => {
    expect(await tablehook(['events', 'deal.creatd'])).toMatchObject({ code: 4, err: 'There is no event type “deal.creatd”. npx tablehook events lists them all.\n' })
    expect(await tablehook(['listen', '-f', '3000', '--events', 'deal.creatd'])).toMatchObject({ code: 4, err: expect.stringContaining('npx tablehook events shows it.') as string })
  })

  test.each([[['lisen'], /Did you mean listen/], [['tail', '--folow'], /Did you mean --follow/], [['trigger'], /missing required argument 'event'/]])('%o is helped on', async (args, said) => {
    const { code, err } = await tablehook(args)
    expect(err).toMatch(said)
    expect(code).toBe(2)
  })
})
