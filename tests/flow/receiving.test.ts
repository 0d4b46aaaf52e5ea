// The receivers of docs/receiving.md, each in its own language, against requests that are signed and sent by the code that delivers.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { connect as connectSocket } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllowList } from '../../functions/core/address.ts'
import { renderBody, requestHeaders, type EventToSend } from '../../functions/core/envelope.ts'
import { newSecretText, parseSecret } from '../../functions/core/signature.ts'
import { VERSION } from '../../functions/core/version.ts'
import { createSender } from '../../functions/io/send.ts'
import { freePorts } from '../support/free_port.ts'

const folder = path.resolve(import.meta.dirname, '../../docs/receiving')

type Language = { name: string; file: string; probe: [string, ...string[]]; command: (file: string, port: number, scratch: string) => [string, ...string[]] }

const languages: Language[] = [
  { name: 'Node', file: 'node/receiver.mjs', probe: ['node', '--version'], command: (file) => ['node', file] },
  { name: 'Node with standardwebhooks', file: 'node/receiver_standardwebhooks.mjs', probe: ['node', '--version'], command: (file) => ['node', file] },
  { name: 'Python', file: 'python/receiver.py', probe: ['python3', '--version'], command: (file) => ['python3', file] },
  {
    // Built, then run: `go run` passes no signal on to the program.
    name: 'Go', file: 'go/receiver.go', probe: ['go', 'version'],
    command: (file, _, scratch) => {
      const program = path.join(scratch, 'receiver')
      const built = spawnSync('go', ['build', '-o', program, file], { encoding: 'utf8', env: { ...process.env, GOCACHE: process.env.GOCACHE ?? path.join(os.tmpdir(), 'tablehook-go-cache'), GOFLAGS: '-mod=mod', CGO_ENABLED: '0' } })
      if (built.status !== 0) throw new Error(`go build failed: ${built.stderr}`)
      return [program]
    },
  },
  { name: 'PHP', file: 'php/receiver.php', probe: ['php', '--version'], command: (file, port) => ['php', '-S', `127.0.0.1:${port}`, file] },
  { name: 'Ruby', file: 'ruby/receiver.rb', probe: ['ruby', '--version'], command: (file) => ['ruby', file] },
]

const isInstalled = ([program, ...args]: Language['probe']) => spawnSync(program, args, { stdio: 'ignore' }).status === 0

const event: EventToSend = {
  id: '019a9d3c-5b6e-7c1d-8a2f-3b4c5d6e7f80', type: 'contact.created', occurredAt: '2026-11-21T09:30:00.000Z',
  organizationId: '00000000-0000-4000-8000-00000000ac3e', data: '{"id":"1","first_name":"Zoë","note":"a \\"quoted\\" — line\\nand 1.50"}', previous: null, context: null,
}

const sender = createSender({ allow: parseAllowList('127.0.0.1/32') })
afterAll(() => sender.close())

type Changes = { id?: string; body?: (signed: string) => string; headers?: Record<string, string>; secrets?: string[]; sentAt?: Date }

/** Signs the way a delivery is signed, changes what the test is about, and sends it. Answers with the status. */
async function send(url: string, secret: string, { id = randomUUID(), body: change = (signed) => signed, headers = {}, secrets = [secret], sentAt = new Date() }: Changes = {}) {
  const one = { ...event, id }
  const body = renderBody('standard', one)
  const signed = requestHeaders({ format: 'standard', event: one, body, attempt: 1, sentAt, secrets: secrets.map(parseSecret), customHeaders: {}, version: VERSION })
  const outcome = await sender.send({ owner: '', url, headers: { ...signed, ...headers }, body: change(body), timeoutMs: 10_000 })
  return outcome.kind === 'response' ? outcome.status : outcome.errorCode
}

describe.each(languages)('the receiver in $name', (language) => {
  const installed = isInstalled(language.probe)
  if (!installed) console.log(`Skipped: the receiver in ${language.name}, because ${language.probe[0]} is not installed.`)

  // One whose base64 has + and /, and a text of the user's own.
  const secrets = { 'a secret made by us': newSecretText(new Uint8Array(32).fill(0xfb)), 'a secret of the user’s own': 'correct-horse_battery.staple' }

  describe.runIf(installed).each(Object.entries(secrets))('with %s', (_, secret) => {
    let url: string
    let child: ChildProcess
    let printed = ''
    const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'tablehook-receiving-'))

    beforeAll(async () => {
      const port = await freePorts(1)
      const [program, ...args] = language.command(path.join(folder, language.file), port, scratch)
      child = spawn(program, args, { env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port), SEEN_FOLDER: path.join(scratch, 'seen') }, stdio: ['ignore', 'pipe', 'pipe'] })
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => { printed += String(chunk) })
      await untilListening(port, child, () => printed)
      url = `http://127.0.0.1:${port}/hooks?from=tablehook`
    })
    afterAll(async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.signalCode === null && child.kill()) await gone
      fs.rmSync(scratch, { recursive: true, force: true })
    })

    test('accepts a good signature, whatever the characters of the body', async () => {
      const id = randomUUID()
      expect(await send(url, secret, { id })).toBe(204)
      await untilPrinted(() => printed, `accepted contact.created ${id}`)
    })

    test('knows a request that comes again, and says 2xx to it too', async () => {
      const id = randomUUID()
      expect(await send(url, secret, { id })).toBe(204)
      expect(await send(url, secret, { id })).toBe(204)
      await untilPrinted(() => printed, `again ${id}`)
      expect(printed.split(`accepted contact.created ${id}`)).toHaveLength(2)
    })

    test('accepts the old and the new secret while a roll overlaps', async () => {
      const other = newSecretText(new Uint8Array(32).fill(9))
      expect(await send(url, secret, { secrets: [other, secret] })).toBe(204)
      expect(await send(url, secret, { secrets: [secret, other] })).toBe(204)
    })

    test.each([
      ['a body that was changed', { body: (signed: string) => signed.replace('Zoë', 'Zoe') }],
      ['a body with a byte added', { body: (signed: string) => `${signed} ` }],
      ['the signature of another secret', { secrets: [newSecretText(new Uint8Array(32).fill(1))] }],
      ['an old timestamp', { sentAt: new Date(Date.now() - 6 * 60_000) }],
      ['a timestamp from the future', { sentAt: new Date(Date.now() + 6 * 60_000) }],
      ['a timestamp that is not the signed one', { headers: { 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 3) } }],
      ['a timestamp that is no number', { headers: { 'webhook-timestamp': 'now' } }],
      ['the id of another event', { headers: { 'webhook-id': randomUUID() } }],
      ['no signature', { secrets: [] }],
      ['an empty signature', { headers: { 'webhook-signature': 'v1,' } }],
      ['a signature as long as a right one, of other bytes', { headers: { 'webhook-signature': `v1,${'é'.repeat(44)}` } }],
    ] satisfies [string, Changes][])('refuses %s', async (_case, changes) => {
      expect(await send(url, secret, changes)).toBeOneOf([400, 401])
      // The negative is worth something only while the positive still holds.
      expect(await send(url, secret)).toBe(204)
    })
  })
})

async function untilListening(port: number, child: ChildProcess, printed: () => string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`the receiver ended at once:\n${printed()}`)
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connectSocket(port, '127.0.0.1', () => (socket.destroy(), resolve(true)))
      socket.once('error', () => resolve(false))
    })
    if (isOpen) return
    await sleep(50)
  }
  throw new Error(`the receiver does not listen:\n${printed()}`)
}

async function untilPrinted(printed: () => string, line: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (printed().includes(line)) return
    await sleep(25)
  }
  throw new Error(`waited for “${line}”, but the receiver printed:\n${printed()}`)
}
