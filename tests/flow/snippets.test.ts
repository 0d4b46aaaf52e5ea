// The snippets that the screens offer for copying, each run in its own language against requests that came over the wire.
import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllowList } from '../../functions/core/address.ts'
import { renderBody, requestHeaders, type EventToSend } from '../../functions/core/envelope.ts'
import { newSecretText, parseSecret } from '../../functions/core/signature.ts'
import { VERSION } from '../../functions/core/version.ts'
import { createSender } from '../../functions/io/send.ts'
import { startReceiver, verified, type Receiver } from '../support/receiver.ts'
import { deleteFolder, throwAwayFolder } from '../support/throw_away_folder.ts'

const snippets = path.resolve(import.meta.dirname, '../../web/snippets')
const read = (file: string) => fs.readFileSync(path.join(snippets, file), 'utf8')

/** `body` is Latin-1, so that each character is one byte. */
type Case = { headers: Record<string, string>; body: string; secret: string }

/**
 * A program around a snippet: reads cases as JSON from stdin, and prints what the snippet says to each, as JSON.
 * `build` runs in the folder of the files, before `run`.
 */
type Language = { name: string; snippet: string; keptAs?: string; files: Record<string, string>; build?: [string, ...string[]]; run: [string, ...string[]] }

const languages: Language[] = [
  {
    name: 'Node', snippet: 'verify.mjs', run: ['node', 'program.mjs'],
    files: {
      'program.mjs': `import { readFileSync } from 'node:fs'
import { verify } from './verify.mjs'
const cases = JSON.parse(readFileSync(0, 'utf8'))
console.log(JSON.stringify(cases.map(({ headers, body, secret }) => verify(headers, Buffer.from(body, 'latin1').toString(), secret))))`,
    },
  },
  {
    name: 'Python', snippet: 'verify.py', run: ['python3', 'program.py'],
    files: {
      'program.py': `import json, sys
from verify import verify
print(json.dumps([verify(one["headers"], one["body"].encode("latin-1"), one["secret"]) for one in json.load(sys.stdin)]))`,
    },
  },
  {
    name: 'Go', snippet: 'verify.go', keptAs: 'receiver/verify.go', build: ['go', 'build', '-o', 'program', '.'], run: ['./program'],
    files: {
      'go.mod': 'module program\n\ngo 1.19\n',
      'program.go': `package main

import (
	"encoding/json"
	"net/http"
	"os"
	"program/receiver"
)

func main() {
	var cases []struct {
		Headers      map[string]string
		Body, Secret string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	said := make([]bool, len(cases))
	for index, one := range cases {
		headers := http.Header{}
		for name, value := range one.Headers {
			headers.Set(name, value)
		}
		body := []byte{}
		for _, char := range one.Body {
			body = append(body, byte(char))
		}
		said[index] = receiver.Verify(headers, body, one.Secret)
	}
	json.NewEncoder(os.Stdout).Encode(said)
}`,
    },
  },
  {
    name: 'PHP', snippet: 'verify.php', run: ['php', '-d', 'display_errors=stderr', 'program.php'],
    files: {
      'program.php': `<?php
require 'verify.php';
$said = [];
foreach (json_decode(file_get_contents('php://stdin'), true) as $one) {
    $server = [];
    foreach ($one['headers'] as $name => $value) {
        $server['HTTP_' . strtoupper(strtr($name, '-', '_'))] = $value;
    }
    $body = preg_replace_callback('/[\\x{80}-\\x{ff}]/u', fn ($char) => chr((ord($char[0][0]) & 3) << 6 | ord($char[0][1]) & 63), $one['body']);
    $said[] = verify($server, $body, $one['secret']);
}
echo json_encode($said);`,
    },
  },
  {
    name: 'Ruby', snippet: 'verify.rb', run: ['ruby', 'program.rb'],
    files: {
      'program.rb': `require 'json'
require_relative 'verify'
puts JSON.parse($stdin.read.force_encoding('UTF-8')).map { |one| verify(one['headers'], one['body'].encode('ISO-8859-1'), one['secret']) }.to_json`,
    },
  },
]

const isInstalled = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0
/** Named in the output and counted as skipped: nobody should take it for tested. */
function notRun(name: string, missing: string[]): void {
  console.log(`Skipped: the snippet for ${name}, because there is no ${missing.join(', ')}.`)
  test.skip('is run', () => {})
}
const interpreterOf = ({ build, run }: Language) => (build ?? run)[0]

const sender = createSender({ allow: parseAllowList('127.0.0.1/32') })
let receiver: Receiver
beforeAll(async () => { receiver = await startReceiver() })
afterAll(async () => {
  await receiver.close()
  await sender.close()
})

const ours = newSecretText(new Uint8Array(32).fill(0xfb)) // its base64 has + and /
const own = 'correct-horse_battery.staple'
const other = newSecretText(new Uint8Array(32).fill(1))

/** Signs and sends as a delivery is signed and sent; answers with what arrived. */
async function arrived(secrets: string[], sentAt = new Date()): Promise<Omit<Case, 'secret'>> {
  const event: EventToSend = {
    id: randomUUID(), type: 'contact.created', occurredAt: '2026-11-21T09:30:00.000Z', organizationId: '00000000-0000-4000-8000-00000000ac3e',
    data: '{"id":"1","first_name":"Zoë","note":"a \\"quoted\\" — line\\nand 1.50"}', previous: null, context: null,
  }
  const body = renderBody('standard', event)
  const headers = requestHeaders({ format: 'standard', event, body, attempt: 1, sentAt, secrets: secrets.map(parseSecret), customHeaders: {}, version: VERSION })
  const before = receiver.requests.length
  await sender.send({ owner: '', url: receiver.url, headers, body, timeoutMs: 10_000 })
  const request = receiver.requests[before]!
  return { headers: request.headers as Record<string, string>, body: Buffer.from(request.body).toString('latin1') }
}

const minutes = (count: number) => new Date(Date.now() + count * 60_000)
const withHeader = (request: Omit<Case, 'secret'>, name: string, value: string) => ({ ...request, headers: { ...request.headers, [name]: value } })
const withoutHeader = (request: Omit<Case, 'secret'>, name: string) => ({ ...request, headers: Object.fromEntries(Object.entries(request.headers).filter(([each]) => each !== name)) })

/** Each case: what it is, whether it must be accepted, and the request. */
async function cases(): Promise<[name: string, accepted: boolean, request: Case][]> {
  const good = await arrived([ours])
  const signature = good.headers['webhook-signature']!
  return [
    ['a secret made by us', true, { ...good, secret: ours }],
    ['a secret of the user’s own', true, { ...await arrived([own]), secret: own }],
    ['the new secret while a roll overlaps', true, { ...await arrived([other, ours]), secret: other }],
    ['the old secret while a roll overlaps', true, { ...await arrived([other, ours]), secret: ours }],
    ['a clock that is four minutes off', true, { ...await arrived([ours], minutes(-4)), secret: ours }],
    ['another secret', false, { ...good, secret: other }],
    ['a body that was changed', false, { ...good, body: good.body.replace('quoted', 'Quoted'), secret: ours }],
    ['a body with a byte added', false, { ...good, body: `${good.body} `, secret: ours }],
    ['an empty body', false, { ...good, body: '', secret: ours }],
    ['the id of another event', false, { ...withHeader(good, 'webhook-id', randomUUID()), secret: ours }],
    ['no id', false, { ...withoutHeader(good, 'webhook-id'), secret: ours }],
    ['a timestamp that is not the signed one', false, { ...withHeader(good, 'webhook-timestamp', String(Math.floor(Date.now() / 1000) - 3)), secret: ours }],
    ['no timestamp', false, { ...withoutHeader(good, 'webhook-timestamp'), secret: ours }],
    ['a timestamp that is no number', false, { ...withHeader(good, 'webhook-timestamp', 'now'), secret: ours }],
    ['a timestamp of digits that are none', false, { ...withHeader(good, 'webhook-timestamp', '17\u00B2\u00B3'), secret: ours }],
    ['a timestamp too long for a number', false, { ...withHeader(good, 'webhook-timestamp', '9'.repeat(400)), secret: ours }],
    ['an old request', false, { ...await arrived([ours], minutes(-6)), secret: ours }],
    ['a request from the future', false, { ...await arrived([ours], minutes(6)), secret: ours }],
    ['no signature', false, { ...withoutHeader(good, 'webhook-signature'), secret: ours }],
    ['an empty signature', false, { ...withHeader(good, 'webhook-signature', 'v1,'), secret: ours }],
    ['half a signature', false, { ...withHeader(good, 'webhook-signature', signature.slice(0, 24)), secret: ours }],
    ['a signature as long as a right one, of other characters', false, { ...withHeader(good, 'webhook-signature', `v1,${'é'.repeat(44)}`), secret: ours }],
  ]
}

describe.each(languages)('the snippet in $name', (language) => {
  const interpreter = interpreterOf(language)
  if (!isInstalled(interpreter)) return notRun(language.name, [interpreter])

  test('accepts what we sent, and nothing else', async () => {
    const all = await cases()
    const said = run(language, all.map(([, , request]) => request))
    expect(Object.fromEntries(all.map(([name], index) => [name, said[index]]))).toEqual(Object.fromEntries(all.map(([name, accepted]) => [name, accepted])))
  }, 120_000)
})

function run({ snippet, keptAs = snippet, files, build, run: [program, ...args] }: Language, requests: Case[]): unknown[] {
  const folder = throwAwayFolder('snippet')
  try {
    for (const [name, text] of Object.entries({ ...files, [keptAs]: read(snippet) })) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
      fs.writeFileSync(path.join(folder, name), text)
    }
    const env = { ...process.env, GOCACHE: process.env.GOCACHE ?? path.join(os.tmpdir(), 'tablehook-go-cache'), CGO_ENABLED: '0', PYTHONDONTWRITEBYTECODE: '1', PYTHONIOENCODING: 'utf-8' }
    const options = { cwd: folder, env, encoding: 'utf8' } as const
    if (build) {
      const built = spawnSync(build[0], build.slice(1), options)
      if (built.status !== 0) throw new Error(`${build.join(' ')} failed: ${built.stderr}`)
    }
    const { status, stdout, stderr } = spawnSync(program, args, { ...options, input: JSON.stringify(requests) })
    // A warning about the snippet is a defect of it, too.
    if (status !== 0 || stderr !== '') throw new Error(`${program} ended with ${status}: ${stderr}`)
    return JSON.parse(stdout) as unknown[]
  } finally {
    deleteFolder(folder)
  }
}

describe('the snippet for cURL', () => {
  const missing = ['curl', 'openssl', 'base64', 'od'].filter((program) => !isInstalled(program))
  if (missing.length > 0) return notRun('cURL', missing)

  /** Runs it as copied, with the two values that it asks for filled in, and answers with what arrived. */
  async function sent(secret: string) {
    const before = receiver.requests.length
    const text = read('send.sh').replace('whsec_…', secret).replace('http://localhost:4000/webhooks', receiver.url)
    // Not spawnSync: the receiver answers from this process.
    const child = spawn('sh', ['-c', text], { stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { printed += String(chunk) })
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect(code, printed).toBe(0)
    expect(printed).toContain('HTTP/1.1 200')
    return receiver.requests[before]!
  }

  test('signs as we do', async () => {
    const request = await sent(ours)
    expect(verified(request, ours)).toMatchObject({ event: 'webhook.test', data: {} })
    expect(() => verified(request, other)).toThrow()
    expect(() => verified({ ...request, body: `${request.body} ` }, ours)).toThrow()
  })
})
