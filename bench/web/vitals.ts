// What a browser says about a page: paints, layout shifts, long tasks, and how long interactions take.
import type { BrowserContext, Page } from 'playwright-core'

/** Milliseconds, but for the layout shift. */
export type Vitals = { FCP: number, LCP: number, TBT: number, CLS: number }

const network = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 }
const CPU_SLOWDOWN = 4

/** A page of a phone on a slow network: 1.6 Mbit/s, 150 ms round trip, a quarter of this processor. */
export async function slowPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', network)
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN })
  await page.addInitScript({ content: observe })
  return page
}

type Seen = { FCP: number, LCP: number, CLS: number, longTasks: { start: number, duration: number }[], interactions: number[] }
declare global {
  interface Window { seen: Seen }
}

// As text: what tsx makes of a function needs helpers that a page does not have.
const observe = `
  const seen = window.seen = { FCP: 0, LCP: 0, CLS: 0, longTasks: [], interactions: [] }
  const watch = (type, each, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...more })
  watch('paint', ({ name, startTime }) => { if (name === 'first-contentful-paint') seen.FCP = startTime })
  watch('largest-contentful-paint', ({ startTime }) => { seen.LCP = startTime })
  watch('layout-shift', ({ value, hadRecentInput }) => { if (!hadRecentInput) seen.CLS += value })
  watch('longtask', ({ startTime: start, duration }) => seen.longTasks.push({ start, duration }))
  watch('event', ({ interactionId, duration }) => { if (interactionId > 0) seen.interactions.push(duration) }, { durationThreshold: 16 })
`

/** What there is to say once the page stands. Long tasks count from the first paint on, for what is over 50 ms. */
export async function vitalsOf(page: Page): Promise<Vitals> {
  const { FCP, LCP, CLS, longTasks } = await page.evaluate(() => window.seen)
  const TBT = longTasks.filter(({ start, duration }) => start + duration > FCP).reduce((sum, { duration }) => sum + Math.max(0, duration - 50), 0)
  return { FCP, LCP, TBT, CLS }
}

/** How long the slowest interaction of `act` took to the next paint. Browsers report none under 16 ms: those count as 16. */
export async function interaction(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate(() => { window.seen.interactions = [] })
  await act()
  // Entries come in a task of their own, after the paint.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 150))))
  return Math.max(16, ...await page.evaluate(() => window.seen.interactions))
}
