// The client library in a browser: bundled with nothing of Node in it, it verifies a request and calls the API across origins.
import path from 'node:path'
import { Webhook } from 'standardwebhooks'
import { build, type Rollup } from 'vite'
import { expect, test } from 'vitest'
import { acme } from '../../local/demo_users.ts'
import { buildPackages } from '../support/built_packages.ts'
import { signIn, system } from '../support/running_system.ts'
import { useBrowser } from './browser.ts'

const { newPage } = useBrowser()
const entry = path.resolve(import.meta.dirname, '../../client/dist/index.js')

async function bundle(): Promise<string> {
  buildPackages()
  const [output] = await build({ configFile: false, logLevel: 'error', build: { write: false, lib: { entry, formats: ['iife'], name: 'tablehook' } } }) as Rollup.RollupOutput[]
  return output!.output[0].code
}

test('verifies, and calls the API as a signed-in user', async () => {
  const code = await bundle()
  expect(code).not.toMatch(/\brequire\(['"]|['"]node:|\bprocess\./)
  const token = (await (await signIn('member@acme.test')).auth.getSession()).data.session!.access_token
  const now = new Date()
  const [secret, body] = ['a-secret-of-my-own', '{"id":"e1","event":"contact.created","timestamp":"2026-11-21T09:30:00.000Z","data":{"id":"1"}}']
  const headers = { 'webhook-id': 'e1', 'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)), 'webhook-signature': new Webhook(secret, { format: 'raw' }).sign('e1', now, body) }

  const page = await newPage({ expectFailedRequests: true })
  await page.addScriptTag({ content: code })
  const seen = await page.evaluate(`(async ({ url, token, organizationId, secret, body, headers }) => {
    const { createClient, verify } = window.tablehook
    const client = createClient({ url, accessToken: () => token, organizationId })
    return {
      event: verify(body, new Headers(headers), secret).event,
      webhooks: await client.webhooks.list().then((all) => all.every((one) => one.organization_id === organizationId)),
      refused: await client.webhooks.create({ url: 'https://example.com', events: ['*'] }).catch((error) => [error.status, error.code]),
    }
  })(${JSON.stringify({ url: system().API_URL, token, organizationId: acme, secret, body, headers })})`)
  expect(seen).toEqual({ event: 'contact.created', webhooks: true, refused: [403, 'forbidden'] })
})
