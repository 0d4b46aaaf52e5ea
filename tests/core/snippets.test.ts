// The code that people copy from the screens, run as it stands on requests signed by the code that delivers.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newSecretText, parseSecret, signatureHeaders } from '../../functions/core/signature.ts'

const folder = path.resolve(import.meta.dirname, '../../web/snippets')
const snippet = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8')
const secret = newSecretText(new Uint8Array(32).fill(7))
const body = '{"id":"1","event":"contact.created","data":{"name":"Zoë 🙂"}}'

type Signed = { id: string; timestamp: string; signature: string; body: string; secret: string }

function signed(by = secret, at = new Date()): Signed {
  const headers = signatureHeaders({ id: 'evt_1', body, secrets: [parseSecret(by)], sentAt: at }) as Record<string, string>
  return { id: 'evt_1', timestamp: String(Math.floor(at.getTime() / 1000)), signature: headers['webhook-signature']!, body, secret: by }
}

const own = 'a secret of my own, as text'.replaceAll(' ', '-')
const hourAgo = new Date(Date.now() - 3_600_000)
const cases: [name: string, request: Signed, verdict: boolean][] = [
  ['a request of ours', signed(), true],
  ['one signed with a secret of the user’s own', signed(own), true],
  ['two signatures, while a secret is rolled', { ...signed(), signature: `${signed(own).signature} ${signed().signature}` }, true],
  ['another body', { ...signed(), body: body.replace('Zoë', 'Ada') }, false],
  ['another secret', { ...signed(), secret: own }, false],
  ['an old request', signed(secret, hourAgo), false],
  ['a fresh time on an old request', { ...signed(secret, hourAgo), timestamp: signed().timestamp }, false],
  ['no signature', { ...signed(), signature: '' }, false],
  ['no id', { ...signed(), id: '' }, false],
]

/** Prints true or false for each request of cases.json. */
const runners: { name: string; program: [string, ...string[]]; write: (scratch: string) => string[] }[] = [
  {
    name: 'Node', program: ['node'],
    write: (scratch) => {
      fs.writeFileSync(path.join(scratch, 'verify.mjs'), snippet('verify.mjs'))
      fs.writeFileSync(path.join(scratch, 'main.mjs'), `import { readFileSync } from 'node:fs'\nimport { verify } from './verify.mjs'
for (const c of JSON.parse(readFileSync('cases.json', 'utf8'))) console.log(verify({ 'webhook-id': c.id, 'webhook-timestamp': c.timestamp, 'webhook-signature': c.signature }, c.body, c.secret))`)
      return ['main.mjs']
    },
  },
  {
    name: 'Python', program: ['python3'],
    write: (scratch) => {
      fs.writeFileSync(path.join(scratch, 'main.py'), `${snippet('verify.py')}
import json
for c in json.load(open("cases.json")):
    headers = {"webhook-id": c["id"], "webhook-timestamp": c["timestamp"], "webhook-signature": c["signature"]}
    print(str(verify(headers, c["body"].encode(), c["secret"])).lower())`)
      return ['main.py']
    },
  },
  {
    name: 'PHP', program: ['php'],
    write: (scratch) => {
      fs.writeFileSync(path.join(scratch, 'main.php'), `${snippet('verify.php')}
foreach (json_decode(file_get_contents('cases.json'), true) as $c) {
    $server = ['HTTP_WEBHOOK_ID' => $c['id'], 'HTTP_WEBHOOK_TIMESTAMP' => $c['timestamp'], 'HTTP_WEBHOOK_SIGNATURE' => $c['signature']];
    echo verify($server, $c['body'], $c['secret']) ? "true\\n" : "false\\n";
}`)
      return ['main.php']
    },
  },
  {
    name: 'Ruby', program: ['ruby'],
    write: (scratch) => {
      fs.writeFileSync(path.join(scratch, 'main.rb'), `${snippet('verify.rb')}
require 'json'
JSON.parse(File.read('cases.json', encoding: 'utf-8')).each do |c|
  puts verify({ 'webhook-id' => c['id'].empty? ? nil : c['id'], 'webhook-timestamp' => c['timestamp'], 'webhook-signature' => c['signature'] }, c['body'], c['secret'])
end`)
      return ['main.rb']
    },
  },
  {
    name: 'Go', program: ['go'],
    write: (scratch) => {
      fs.writeFileSync(path.join(scratch, 'go.mod'), 'module example\n\ngo 1.19\n')
      fs.mkdirSync(path.join(scratch, 'receiver'))
      fs.writeFileSync(path.join(scratch, 'receiver/verify.go'), snippet('verify.go'))
      fs.writeFileSync(path.join(scratch, 'main.go'), `package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"example/receiver"
)

func main() {
	text, _ := os.ReadFile("cases.json")
	var cases []map[string]string
	if err := json.Unmarshal(text, &cases); err != nil {
		panic(err)
	}
	for _, c := range cases {
		headers := http.Header{}
		headers.Set("webhook-id", c["id"])
		headers.Set("webhook-timestamp", c["timestamp"])
		headers.Set("webhook-signature", c["signature"])
		fmt.Println(receiver.Verify(headers, []byte(c["body"]), c["secret"]))
	}
}
`)
      return ['run', '.']
    },
  },
]

const scratches: string[] = []
function scratch(): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'tablehook-snippets-'))
  scratches.push(made)
  return made
}
afterAll(() => { for (const made of scratches) fs.rmSync(made, { recursive: true, force: true }) })

const isInstalled = (program: string) => spawnSync(program, [program === 'go' ? 'version' : '--version'], { stdio: 'ignore' }).status === 0

describe.each(runners)('$name', ({ program: [program], write }) => {
  test.skipIf(!isInstalled(program))('tells our requests from all others', { timeout: 180_000 }, () => {
    const cwd = scratch()
    fs.writeFileSync(path.join(cwd, 'cases.json'), JSON.stringify(cases.map(([, request]) => request)))
    const env = { ...process.env, GOCACHE: process.env.GOCACHE ?? path.join(os.tmpdir(), 'tablehook-go-cache'), CGO_ENABLED: '0' }
    const { stdout, stderr, status } = spawnSync(program, write(cwd), { cwd, encoding: 'utf8', env })
    expect(status, stderr).toBe(0)
    const verdicts = stdout.trim().split('\n').map((line) => line === 'true')
    expect(cases.map(([name], index) => [name, verdicts[index]])).toEqual(cases.map(([name, , verdict]) => [name, verdict]))
  })
})

describe('cURL', () => {
  let url: string
  const received: { headers: IncomingHttpHeaders; body: string }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => { text += String(chunk) })
    request.on('end', () => { received.push({ headers: request.headers, body: text }); response.end() })
  })
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => { url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`; resolve() })))
  afterAll(() => { server.close() })

  test.skipIf(!isInstalled('curl') || spawnSync('openssl', ['version']).status !== 0)('sends what a receiver accepts', async () => {
    const script = snippet('send.sh').replace("secret='whsec_…'", `secret='${secret}'`).replace("'http://localhost:4000/webhooks'", `'${url}'`)
    expect(script).toContain(secret)
    const { spawn } = await import('node:child_process')
    const child = spawn('bash', ['-c', script], { stdio: 'ignore' })
    await new Promise((resolve) => child.once('close', resolve))
    const [request] = received
    const { Webhook } = await import('standardwebhooks')
    expect(() => new Webhook(secret).verify(request!.body, request!.headers as Record<string, string>)).not.toThrow()
  })
})
