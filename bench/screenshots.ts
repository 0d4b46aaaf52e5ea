// npm run screenshots: the four pictures of the README, from a demo of its own or from the one that runs.
import fs from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { nothingRunning } from '../local/running.ts'
import { projectRoot } from '../local/settings.ts'
import { startBrowser, visitor, type Visitor } from './web/browser.ts'
import { builtSystem } from './web/system.ts'

const folder = path.join(projectRoot, 'docs/images')
const MOST_BYTES = 200 * 1024
const base = '/settings/webhooks'

type Picture = { name: string, path: (who: Visitor) => string, ready: (page: Page) => Promise<unknown> }

const pictures: Picture[] = [
  { name: 'list', path: () => base, ready: (page) => page.getByRole('link', { name: 'CRM sync' }).waitFor() },
  { name: 'webhook', path: (who) => `${base}/${who.webhook('CRM sync')}?range=7d`, ready: (page) => page.locator('.recharts-bar-rectangle').first().waitFor() },
  {
    name: 'delivery', path: (who) => `${base}/${who.webhook('Slack alerts')}/deliveries?from=30d`,
    async ready(page) {
      await page.locator('[data-delivery] a').first().click()
      await page.getByRole('region', { name: 'request body' }).waitFor()
      await page.locator('main nav').first().evaluate((tabs) => scrollTo(0, tabs.getBoundingClientRect().top + scrollY - 64))
    },
  },
  {
    name: 'inbox', path: () => `${base}/inbox`,
    async ready(page) {
      // The oldest is the one that answers 200.
      await page.getByLabel('Address', { exact: true }).selectOption({ index: 0 })
      await page.getByRole('heading', { name: 'Requests' }).waitFor()
      await fillInbox(page)
      await page.locator('main a[href*="request="]').first().click()
    },
  },
]

/** A test address has nothing to show before something is sent to it: three tests and a stranger's request. */
async function fillInbox(page: Page): Promise<void> {
  const requests = page.locator('main a[href*="request="]')
  if (await requests.count() >= 3) return
  const address = (await page.locator('main code').first().getAttribute('title'))!
  await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"hello":"world"}' })
  const open = page.getByRole('button', { name: 'Send test event' })
  for (const event of ['deal.created', 'deal.stage.changed']) {
    await open.first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Event', { exact: true }).selectOption(event)
    await dialog.getByRole('button', { name: 'Send test event' }).click()
    await dialog.getByRole('button', { name: 'Send again' }).waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
  await requests.nth(2).waitFor()
}

const running = nothingRunning()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void running.stop().then(() => process.exit(130)))
try {
  const system = await builtSystem(running, (what) => console.log(what))
  const who = await visitor(await startBrowser(running), system)
  fs.mkdirSync(folder, { recursive: true })
  for (const picture of pictures) {
    const context = await who.context({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(system.WEB_URL + picture.path(who))
    await picture.ready(page)
    await page.locator('.skeleton').first().waitFor({ state: 'detached' })
    await page.evaluate(() => document.fonts.ready)
    await page.mouse.move(0, 0)
    await page.waitForLoadState('networkidle')
    const file = path.join(folder, `${picture.name}.png`)
    await page.screenshot({ path: file, animations: 'disabled' })
    const { size } = fs.statSync(file)
    console.log(`${path.relative(projectRoot, file)}  ${Math.round(size / 1024)} KiB`)
    if (size > MOST_BYTES) throw new Error(`${picture.name}.png is larger than ${MOST_BYTES / 1024} KiB.`)
    await context.close()
  }
} finally {
  await running.stop()
}
