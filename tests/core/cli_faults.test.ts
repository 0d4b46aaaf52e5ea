// The command line where nothing is as it should be: what is said, and that Ctrl-C ends it at each stage.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPackages } from '../support/built_packages.ts'
import { makeHome, runCommand, startCommand } from '../support/command_line.ts'

/** Accepts requests, and never answers. */
let silent: Server
let asked: () => void = () => {}
let url: string
const home = makeHome()
const config = path.join(home.folder, 'tablehook/config.json')

beforeAll(async () => {
  buildPackages()
  silent = createServer(() => asked())
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
})
afterAll(() => {
  silent.closeAllConnections()
  silent.close()
})

const byKey = ['--api-key', 'thk_x']
test.each([
  ['listen', ['-f', '3000', ...byKey]], ['trigger', ['deal.created', ...byKey]], ['trigger', ['deal.created', '-w', 'Warehouse', ...byKey]],
  ['tail', byKey], ['tail', ['--follow', '-w', 'Warehouse', ...byKey]], ['replay', ['--from', '1h', ...byKey]], ['events', byKey], ['login', byKey],
  ['login', ['--email', 'ada@example.com', '--publishable-key', 'sb_publishable_x', '--password-stdin']],
])('Ctrl-C ends %s while nobody answers: %j', async (command, args) => {
  const request = new Promise<void>((resolve) => { asked = resolve })
  const { process: child, ended } = startCommand([command, '--url', url, ...args], { env: home.env, input: 'secret\n' })
  await request
  child.kill('SIGINT')
  const impatient = setTimeout(() => child.kill('SIGKILL'), 10_000)
  expect(await ended).toEqual({ code: 0, out: '', err: '' })
  clearTimeout(impatient)
})

test.each([['that is empty', ''], ['that was copied with its ellipsis', 'thk_…'], ['of two lines', 'thk_a\nb']])('a key %s is told in a sentence', async (_, key) => {
  for (const command of [['events'], ['login']]) {
    const { code, err } = await runCommand([...command, '--url', url, '--api-key', key], { env: home.env })
    expect([code, err]).toEqual([2, expect.stringMatching(/^The API key .*settings page\.\n$/)])
  }
})

test.each(['null', '[]', '"x"', '{"login":{"apiKey":"thk_x"}}', '{"login":{"url":5}}'])('a stored sign-in that is none is told in a sentence: %s', async (text) => {
  fs.mkdirSync(path.dirname(config), { recursive: true })
  fs.writeFileSync(config, text)
  expect(await runCommand(['events'], { env: home.env })).toEqual({ code: 2, out: '', err: expect.stringMatching(/config\.json cannot be read: .*npx tablehook login\.\n$/) as string })
  fs.rmSync(config)
})
