// The web app: through Vite's dev server while developing, or the production build under its real headers.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { demoPassword, demoUsers } from './demo_users.ts'
import { Foreseen } from './foreseen.ts'
import type { Keys } from './keys.ts'
import { listening } from './listening.ts'
import type { Running, Stoppable } from './running.ts'
import { projectRoot, type Settings } from './settings.ts'

const viteProgram = path.join(projectRoot, 'node_modules/vite/bin/vite.js')

/** Whether there is a web app to serve. */
export const hasWebApp = () => fs.existsSync(path.join(projectRoot, 'web/index.html'))

/** What the page asks for at /config.json: where the API is, the key that any visitor may know, and who may sign in here. */
export function webConfig({ ports }: Settings, keys: Keys) {
  return {
    API_URL: `http://127.0.0.1:${ports.api}`,
    PUBLISHABLE_KEY: keys.publishableKey,
    LOCAL: true,
    DEMO_USERS: demoUsers.map(({ email, role, organization }) => ({ email, password: demoPassword, role, organization })),
  }
}

/**
 * The policy that the built app is served with, here and in production.
 * @param api origin of the API
 */
export function contentSecurityPolicy(api: string): string {
  return [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    `connect-src 'self' ${api} ${api.replace(/^http/, 'ws')}`,
    "manifest-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
  ].join('; ')
}

/** Serves the web app on its port, or a plain page while there is none. Listens on 127.0.0.1 only. */
export async function startWeb(settings: Settings, keys: Keys, running: Running): Promise<Stoppable> {
  if (!hasWebApp()) return servePlaceholder(settings)
  return settings.web === 'build' ? serveBuild(settings, keys, running) : serveSource(settings, keys)
}

async function serveSource(settings: Settings, keys: Keys): Promise<Stoppable> {
  const { createServer } = await import('vite') // half a second to load, and not needed for a build
  const server = http.createServer()
  const dev = await createServer({
    root: path.join(projectRoot, 'web'),
    configFile: path.join(projectRoot, 'vite.config.ts'),
    plugins: [{
      name: 'tablehook:config',
      configureServer(vite) {
        vite.middlewares.use('/config.json', (_, response) => {
          response.setHeader('Content-Type', 'application/json').end(JSON.stringify(webConfig(settings, keys)))
        })
      },
    }],
    clearScreen: false,
    logLevel: 'warn',
    // With a server of its own, Vite would exit this process on SIGTERM, before Postgres is stopped.
    // Only what the page is made of: the whole project would include the keys in .local/.
    server: { middlewareMode: true, hmr: { server }, fs: { allow: ['web', 'functions/core', 'node_modules'].map((folder) => path.join(projectRoot, folder)) } },
    // Two systems of one checkout must not share it.
    cacheDir: path.join(settings.data, 'vite'),
  })
  server.on('request', dev.middlewares).listen(settings.ports.web, '127.0.0.1')
  const listener = await listening(server)
  return {
    async stop() {
      await dev.close()
      await listener.stop()
    },
  }
}

async function serveBuild(settings: Settings, keys: Keys, running: Running): Promise<Stoppable> {
  const folder = path.join(settings.data, 'web')
  await build(folder, running)
  const policy = contentSecurityPolicy(`http://127.0.0.1:${settings.ports.api}`)
  const app = new Hono()
  app.use(compress())
  app.use(async (c, next) => {
    await next()
    c.header('Content-Security-Policy', policy)
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Referrer-Policy', 'same-origin')
    // Vite names assets by their content, so only the page itself has to be asked for again.
    c.header('Cache-Control', c.req.path.startsWith('/assets/') && c.res.ok ? 'public, max-age=31536000, immutable' : 'no-cache')
  })
  app.get('/config.json', (c) => c.json(webConfig(settings, keys)))
  app.use(serveStatic({ root: folder }))
  // Every other address is a screen of the app, dots included (/settings/webhooks/events/deal.created); a missing asset stays missing.
  app.get('*', async (c, next) => (/^\/assets\//.test(c.req.path) ? c.notFound() : serveStatic({ root: folder, path: 'index.html' })(c, next)))
  return listening(serve({ fetch: app.fetch, port: settings.ports.web, hostname: '127.0.0.1' }))
}

async function build(folder: string, running: Running): Promise<void> {
  const child = spawn(process.execPath, [viteProgram, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'], {
    cwd: projectRoot, env: { ...process.env, NODE_ENV: 'production' }, detached: true, stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  child.stdout.on('data', (chunk) => output.push(String(chunk)))
  child.stderr.on('data', (chunk) => output.push(String(chunk)))
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  await running.add({ stop: async () => void (child.kill('SIGTERM') && await exited) })
  if (await exited !== 0 && !running.isStopping) throw new Foreseen(`The web app cannot be built. vite build said:\n${output.join('').trim()}`)
}

async function servePlaceholder({ ports }: Settings): Promise<Stoppable> {
  const app = new Hono()
  app.get('*', (c) => c.html(`<!doctype html><title>Tablehook</title><p>Tablehook is running. There is no web app in web/ yet; the API is at http://127.0.0.1:${ports.api}.</p>`))
  return listening(serve({ fetch: app.fetch, port: ports.web, hostname: '127.0.0.1' }))
}
