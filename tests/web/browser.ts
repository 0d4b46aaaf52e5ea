// A real browser on the built app under its real policy. Every test fails on a console error, a page error or a CSP report.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type Axe from 'axe-core'
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { demoUsers } from '../../local/demo_users.ts'
import { findOrInstallBrowser } from '../support/browser.mjs'
import { signIn, system } from '../support/running_system.ts'

export type Role = 'owner' | 'admin' | 'member'
export type Organization = { id: string; name: string }

export type Visit = {
  role?: Role
  organization: Organization
  /** Begins with a slash. */
  path?: string
  width?: number
  height?: number
  theme?: 'light' | 'dark'
  /** The test provokes refusals or lost connections, which browsers log as errors by themselves. */
  expectFailedRequests?: boolean
  pseudoLocale?: boolean
  /** The language of the browser. */
  locale?: string
}

const switches = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const FAILED_REQUEST = /Failed to load resource|net::ERR_|Failed to fetch/

/** Starts a browser for a test file. Pages are closed, and their problems counted, after each test. */
export function useBrowser() {
  let browser: Browser
  let open: { context: BrowserContext; problems: string[] }[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: await findOrInstallBrowser(), args: switches })
  })
  afterEach(async () => {
    const problems = open.flatMap((each) => each.problems)
    await Promise.all(open.map(({ context }) => context.close()))
    open = []
    expect(problems).toEqual([])
  })
  afterAll(() => browser.close())

  /** A page that nobody is signed in to. */
  async function newPage({ width = 1280, height = 900, theme = 'light', expectFailedRequests = false, pseudoLocale = false, locale = 'en' }: Omit<Visit, 'organization'> = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width, height }, reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'], timezoneId: 'Europe/Berlin', locale,
    })
    const problems: string[] = []
    const note = (text: string) => { if (!expectFailedRequests || !FAILED_REQUEST.test(text)) problems.push(text) }
    context.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') note(message.text()) })
    context.on('weberror', (error) => note(String(error.error())))
    await context.addInitScript({
      content: `if (location.protocol !== 'about:') addEventListener('securitypolicyviolation', (event) => console.error('policy violated: ' + event.violatedDirective + ' ' + event.blockedURI));
        if (location.protocol !== 'about:') {
          localStorage.setItem('tablehook.theme', ${JSON.stringify(theme)})
          ${pseudoLocale ? "localStorage.setItem('tablehook.locale', 'pseudo')" : ''}
        }`,
    })
    open.push({ context, problems })
    return await context.newPage()
  }

  /** A page that shows an organization to one of its people. Signs in behind the scenes: the sign-in page has a test of its own. */
  async function visit({ role = 'owner', organization, path = '/settings/webhooks', ...how }: Visit): Promise<Page> {
    const page = await newPage(how)
    const { API_URL, WEB_URL } = system()
    const stored = { [`tablehook.session.${new URL(API_URL).host}`]: JSON.stringify(await sessionOf(role)), 'tablehook.organization': organization.id }
    await page.context().addInitScript({ content: `if (location.protocol !== 'about:') for (const [key, value] of Object.entries(${JSON.stringify(stored)})) if (!localStorage.getItem(key)) localStorage.setItem(key, value)` })
    await page.goto(WEB_URL + path)
    return page
  }
  return { visit, newPage }
}

const sessions = new Map<Role, unknown>()
const emailOf = (role: Role) => demoUsers.find((user) => user.organization === 'Acme' && user.role === role)!.email

async function sessionOf(role: Role): Promise<unknown> {
  if (!sessions.has(role)) sessions.set(role, (await (await signIn(emailOf(role))).auth.getSession()).data.session)
  return sessions.get(role)
}

/** The database of the system, as role postgres, for arranging and for looking at what really happened. */
export function useDatabase() {
  const sql = postgres(system().DB_URL, { max: 2, onnotice: () => {} })
  const made: string[] = []

  afterAll(async () => {
    await sql`delete from public.webhook_configurations where organization_id = any(${made})`
    await sql`delete from public.organizations where id = any(${made})`
    await sql.end()
  })

  /** An organization of this test alone, with the demo users of Acme as its owner, admin and member. */
  async function addOrganization(): Promise<Organization> {
    const id = randomUUID()
    const name = `Org ${id.slice(0, 8)}`
    made.push(id)
    await sql`insert into public.organizations (id, name) values (${id}, ${name})`
    for (const { id: user, role } of demoUsers.filter(({ organization }) => organization === 'Acme')) {
      await sql`insert into public.organization_members (organization_id, user_id, role) values (${id}, ${user}, ${role})`
    }
    return { id, name }
  }

  /** A webhook as it would be after it was created. Answers with its id. */
  async function addWebhook({ id: organization_id }: Organization, row: Record<string, unknown> = {}): Promise<string> {
    const full = { organization_id, name: `Hook ${randomUUID().slice(0, 8)}`, url: 'https://example.com/', events: ['contact.created'], ...row }
    const [made] = await sql<{ id: string }[]>`insert into public.webhook_configurations ${sql(full as never)} returning id`
    return made!.id
  }
  return { sql, addOrganization, addWebhook }
}

/** A client for what only the API can do: webhooks with secrets. */
export async function createWebhook(organization: Organization, input: Record<string, unknown>): Promise<{ id: string; secret: string | null }> {
  const client = await signIn(emailOf('owner'))
  const { data, error } = await client.functions.invoke<{ webhook: { id: string }; secret: string | null }>('webhooks', {
    method: 'POST', body: { organization_id: organization.id, name: `Hook ${randomUUID().slice(0, 8)}`, events: ['contact.created'], ...input },
  })
  if (error || !data) throw error ?? new Error('no answer')
  return { id: data.webhook.id, secret: data.secret }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds on the page as it is now: "rule: target (why)". */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return await page.evaluate(async () => {
    const { axe } = window as never as { axe: typeof Axe }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all }) => `${id}: ${target.join(' ')} (${[...any, ...all].map(({ message }) => message).join('; ')})`))
  })
}

/** Whether the page scrolls sideways. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
}

/** What has the focus: its accessible name as far as it is written on it. */
export function focusName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null
    return element?.getAttribute('aria-label') ?? element?.id ?? element?.tagName ?? ''
  })
}

/** Waits until the locator says so; the message names what it said instead. */
export async function expectText(locator: Locator, text: string | RegExp): Promise<void> {
  await expect.poll(async () => (await locator.allInnerTexts()).join('\n'), { timeout: 10_000 }).toMatch(text instanceof RegExp ? text : new RegExp(escape(text)))
}
const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
