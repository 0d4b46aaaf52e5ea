import { spawnSync } from 'node:child_process'
import { createClient } from '@supabase/supabase-js'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from 'playwright-core'
import WebSocket from 'ws'
import type { Running } from '../../local/running.ts'
import type { SystemStatus } from '../../local/state.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The Chromium of CHROMIUM_PATH, of the PATH, or of Playwright. */
export async function startBrowser(running: Running): Promise<Browser> {
  const onPath = names.map((name) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim()).find((found) => found !== '')
  const executablePath = process.env.CHROMIUM_PATH ?? onPath ?? chromium.executablePath()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'] })
  await running.add({ stop: () => browser.close() })
  return browser
}

export type Visitor = {
  /** A fresh browser profile that is signed in: nothing is cached. */
  context: (options?: BrowserContextOptions) => Promise<BrowserContext>
  /** The id of one of the organization's webhooks. */
  webhook: (name: string) => string
}

/** An admin of the demo's organization. Signs in once. */
export async function visitor(browser: Browser, system: SystemStatus): Promise<Visitor> {
  const user = system.USERS.find(({ role }) => role === 'admin')!
  const client = createClient(system.API_URL, system.PUBLISHABLE_KEY, { auth: { persistSession: false, autoRefreshToken: false }, realtime: { transport: WebSocket as never } })
  const { data, error } = await client.auth.signInWithPassword(user)
  if (error) throw error
  const list = await client.rpc('webhook_list', { organization_id: user.organization_id })
  if (list.error) throw list.error
  const ids = new Map((list.data as { id: string, name: string }[]).map(({ id, name }) => [name, id]))
  const stored = {
    [`tablehook.session.${new URL(system.API_URL).host}`]: JSON.stringify(data.session), 'tablehook.organization': user.organization_id,
    'tablehook.organization.user': data.session.user.id, 'tablehook.theme': 'light',
  }
  return {
    webhook(name) {
      const id = ids.get(name)
      if (id === undefined) throw new Error(`The demo has no webhook “${name}”: npm run db:reset makes it anew.`)
      return id
    },
    async context(options) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en', timezoneId: 'Europe/Berlin', ...options })
      await context.addInitScript((items) => {
        for (const [key, value] of Object.entries(items)) localStorage.setItem(key, value)
      }, stored)
      return context
    },
  }
}
