// What axe cannot see: where the focus goes, what Tab reaches, what is spoken, and what leaves for other hosts.
import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { system } from '../support/running_system.ts'
import { createWebhook, isTooWide, useBrowser, useDatabase, type Organization } from './browser.ts'
import { addCounts, addDeliveries } from './delivery_rows.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

let organization: Organization, id: string, deliveryId: string, inboxId: string
beforeAll(async () => {
  organization = await addOrganization()
  ;({ id } = await createWebhook(organization, { name: 'CRM sync', url: 'https://example.com/hook' }))
  deliveryId = (await addDeliveries(sql, organization, id, [
    { minutesAgo: 1, state: 'failed' }, { minutesAgo: 2 }, { minutesAgo: 3, state: 'failed', attempts: [{ error: 'timeout' }] },
  ]))[0]!
  await addCounts(sql, organization, id, [{ answer: '200', attempts: 12, succeeded: 12 }, { answer: '500', attempts: 2, failed: 1 }])
  const off = await addWebhook(organization, { name: 'Zapier' })
  await sql`update public.webhook_configurations set is_active = false, disabled_reason = 'gone', disabled_at = now() where id = ${off}`
  const [inbox] = await sql<{ id: string }[]>`insert into webhooks.inboxes (organization_id, token, expires_at)
    values (${organization.id}, replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), now() + interval '1 hour') returning id`
  inboxId = inbox!.id
  await sql`insert into webhooks.inbox_requests (inbox_id, method, headers, body, body_bytes, signature) values (${inboxId}, 'POST', '{}', '{}', 2, 'unsigned')`
})

const base = '/settings/webhooks'
type Screen = { name: string; path: () => string; ready: (page: Page) => Locator }
const screens: Screen[] = [
  { name: 'list', path: () => base, ready: (page) => page.getByRole('link', { name: 'CRM sync' }) },
  { name: 'overview', path: () => `${base}/${id}`, ready: (page) => page.locator('.recharts-surface').first() },
  { name: 'deliveries', path: () => `${base}/${id}/deliveries`, ready: (page) => page.locator('[data-delivery]').nth(2) },
  { name: 'delivery', path: () => `${base}/${id}/deliveries/${deliveryId}`, ready: (page) => page.getByRole('region', { name: 'request body' }) },
  { name: 'settings', path: () => `${base}/${id}/settings`, ready: (page) => page.getByRole('button', { name: 'Roll secret…' }) },
  { name: 'catalog', path: () => `${base}/events/deal.created`, ready: (page) => page.getByRole('article', { name: 'deal.created' }) },
  { name: 'inbox', path: () => `${base}/inbox/${inboxId}`, ready: (page) => page.getByRole('link', { name: /POST/ }) },
]

async function open(page: Page, { path, ready }: Screen): Promise<void> {
  await page.goto(system().WEB_URL + path())
  await ready(page).waitFor()
  await page.locator('.skeleton').first().waitFor({ state: 'detached' })
}
const button = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first()
const row = async (page: Page) => page.getByRole('checkbox', { name: 'Select all loaded' }).click()

describe('a modal dialog, opened and closed with the keyboard', () => {
  const dialogs: [dialog: string, screen: string, opener: (page: Page) => Locator, before?: (page: Page) => Promise<void>][] = [
    ['Create webhook', 'list', button('Create webhook')],
    ['Turn Zapier on', 'list', button('Test and turn on…')],
    ['Send test event', 'overview', button('Send test event')],
    ['Replay', 'deliveries', button('Replay failed…')],
    ['Resend', 'deliveries', button(/^Resend \d/), row],
    ['Roll secret', 'settings', button('Roll secret…')],
    ['Delete webhook', 'settings', button('Delete webhook…')],
    ['Clear inbox', 'inbox', button('Clear')],
    ['Delete address', 'inbox', button('Delete address')],
  ]
  test('takes the focus, keeps it, and gives it back', async () => {
    const page = await visit({ organization })
    const found: string[] = []
    for (const [name, on, opener, before] of dialogs) {
      await open(page, screens.find((screen) => screen.name === on)!)
      await before?.(page)
      await opener(page).focus()
      await page.keyboard.press('Enter')
      const dialog = page.locator('[role=dialog], [role=alertdialog]').last()
      await dialog.waitFor()
      const inside = () => page.evaluate(() => document.activeElement?.closest('[role=dialog], [role=alertdialog]') !== null)
      await expect.poll(inside, { message: `${name}: the focus is in it` }).toBe(true)
      for (let press = 0; press < 40; press++) {
        await page.keyboard.press('Tab')
        // The guards at both ends pass the focus on at once.
        const outside = await page.evaluate(() => (document.activeElement !== document.body && document.activeElement?.closest('[role=dialog], [role=alertdialog], [data-base-ui-focus-guard]') === null ? document.activeElement!.outerHTML.slice(0, 160) : null))
        if (outside !== null) found.push(`${name}: Tab left it after ${press + 1} presses, to ${outside}`)
      }
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      const returned = await expect.poll(() => opener(page).evaluate((element) => element === document.activeElement), { timeout: 3_000 }).toBe(true).then(() => true, () => false)
      if (!returned) found.push(`${name}: the focus went to ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120))}`)
    }
    expect(found).toEqual([])
  }, 120_000)
})

test('Tab reaches everything that can be pressed, and shows where it is', async () => {
  const page = await visit({ organization })
  const found: string[] = []
  for (const screen of screens) {
    await open(page, screen)
    await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); getSelection()?.removeAllRanges() })
    const unseen: string[] = []
    let rounds = 0
    for (let press = 0; press < 160; press++) {
      await page.keyboard.press('Tab')
      const state = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement
        if (element === document.body) return 'end'
        if (element.hasAttribute('data-reached')) return 'round'
        element.setAttribute('data-reached', '')
        // A select draws the outline on the frame around it.
        const drawn = [element, element.parentElement!].some((each) => { const { outlineStyle, outlineWidth } = getComputedStyle(each); return outlineStyle !== 'none' && outlineWidth !== '0px' })
        return drawn ? 'seen' : `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.slice(0, 40)}`
      })
      // What had the focus at first is where the way begins, so it goes through the end once.
      if (state === 'round' || (state === 'end' && ++rounds > 1)) break
      if (state !== 'seen' && state !== 'end') unseen.push(state)
    }
    const missed = await page.evaluate(() => {
      const pressable = 'a[href], button, input, select, textarea, summary, [role=switch], [role=checkbox], [role=radio]'
      // Of a group of radios one is a stop; the arrows reach the others. Hidden inputs stand behind our own boxes.
      return [...document.querySelectorAll<HTMLElement>(pressable)]
        .filter((element) => !element.hasAttribute('data-reached') && element.checkVisibility({ visibilityProperty: true }) && element.getAttribute('role') !== 'radio' && element.getAttribute('aria-hidden') !== 'true')
        .map((element) => `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.slice(0, 40)}`)
    })
    found.push(...missed.map((each) => `${screen.name}: Tab does not reach ${each}`), ...unseen.map((each) => `${screen.name}: no outline on ${each}`))
  }
  expect(found).toEqual([])
}, 120_000)

test('what has the focus is never behind what stays in place', async () => {
  await addDeliveries(sql, organization, id, Array.from({ length: 30 }, (_, index) => ({ minutesAgo: 10 + index })))
  const page = await visit({ organization, height: 500 })
  const found: string[] = []
  /** Whether nothing of it can be seen: in the middle and near its corners lies something else. */
  const hidden = () => page.evaluate(() => {
    const element = document.activeElement as HTMLElement
    const { left, top, width, height } = element.getBoundingClientRect()
    const at = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]].map(([x, y]) => document.elementFromPoint(left + width * x!, top + height * y!))
    const isSeen = element === document.body || at.some((each) => each !== null && (element.contains(each) || (each !== document.body && each !== document.documentElement && each.contains(element))))
    return isSeen ? null : `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.slice(0, 40)}`
  })
  async function walk(name: string, key: string, presses: number) {
    for (let press = 0; press < presses; press++) {
      await page.keyboard.press(key)
      const behind = await hidden()
      if (behind !== null) found.push(`${name}, ${key}: ${behind}`)
    }
  }
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 500 })
    for (const screen of screens) {
      await open(page, screen)
      await page.locator('main :is(a[href], button):visible').last().focus()
      await walk(`${screen.name} at ${width}`, 'Shift+Tab', 40)
    }
    await open(page, screens.find(({ name }) => name === 'deliveries')!)
    await page.getByRole('checkbox', { name: /^Select contact/ }).first().click()
    await walk(`selecting at ${width}`, 'Tab', 40)
  }
  await page.goto(`${system().WEB_URL}${base}?panel=create`)
  await page.getByRole('checkbox', { name: 'insight.topic' }).focus()
  await walk('form', 'Shift+Tab', 40)
  expect(found).toEqual([])
}, 120_000)

/** The texts that are in a live region of the accessibility tree, as a screen reader gets them. */
async function spoken(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  await session.detach()
  const byId = new Map(nodes.map((node) => [node.nodeId, node]))
  const isLive = (node: (typeof nodes)[number] | undefined): boolean =>
    node !== undefined && (node.properties?.some(({ name, value }) => name === 'live' && value.value !== 'off') || isLive(node.parentId === undefined ? undefined : byId.get(node.parentId)))
  return nodes.filter((node) => node.role?.value === 'StaticText' && isLive(node)).map((node) => String(node.name?.value))
}
const speaks = (page: Page, text: RegExp) => expect.poll(async () => (await spoken(page)).join(' | '), { timeout: 15_000 }).toMatch(text)

test('outcomes are spoken', async () => {
  const page = await visit({ organization, path: `${base}/${id}/deliveries` })
  await page.locator('[data-delivery]').nth(2).waitFor()
  await page.getByRole('button', { name: 'Copy URL' }).or(page.getByRole('button', { name: /^Copy .*URL/ })).first().click()
  await speaks(page, /Copied/)
  await addDeliveries(sql, organization, id, [{ minutesAgo: 0, state: 'failed' }])
  await speaks(page, /1 new delivery, 1 failed/)
  await page.getByRole('link', { name: 'Webhooks', exact: true }).first().click()
  await page.getByLabel('Search name or URL').fill('crm')
  await speaks(page, /1 webhook\b/)
  await page.getByRole('switch', { name: 'Deliver events to CRM sync' }).click()
  await speaks(page, /CRM sync is off\. Events that happen now will not be sent later\./)
  await page.getByRole('button', { name: 'Undo' }).click()
  await speaks(page, /CRM sync is on/)
})

test('every screen fits 320 px, right to left too, and with forced colors', async () => {
  const found: string[] = []
  for (const [look, change] of [
    ['320 px', async () => {}],
    ['right to left', async (page: Page) => page.evaluate(() => { document.documentElement.dir = 'rtl' })],
    ['forced colors', async (page: Page) => page.emulateMedia({ forcedColors: 'active' })],
  ] as const) {
    const page = await visit({ organization, width: 320 })
    for (const screen of screens) {
      await open(page, screen)
      await change(page)
      if (await isTooWide(page)) found.push(`${screen.name}, ${look}`)
    }
  }
  expect(found).toEqual([])
}, 120_000)

test('nothing is asked of another host', async () => {
  const page = await visit({ organization })
  const ours = new Set([new URL(system().WEB_URL).host, new URL(system().API_URL).host])
  const others: string[] = []
  page.on('request', (request) => { if (/^(http|ws)/.test(request.url()) && !ours.has(new URL(request.url()).host)) others.push(request.url()) })
  for (const screen of screens) await open(page, screen)
  expect(others).toEqual([])
})
