// npm run web:speed: how fast the screens are on a slow phone. `npm run web:speed -- [--runs 5] [--json] [page …]`
// Medians beside their budget. Fails when one is over by more than a fifth: shared machines vary.
import os from 'node:os'
import { parseArgs } from 'node:util'
import { nothingRunning } from '../local/running.ts'
import { median } from './figures.ts'
import { startBrowser, visitor, type Visitor } from './web/browser.ts'
import { pages, type MeasuredPage } from './web/pages.ts'
import { builtSystem } from './web/system.ts'
import { interaction, slowPage, vitalsOf } from './web/vitals.ts'

const budgets: Record<string, number> = { FCP: 1_800, LCP: 2_500, TBT: 200, CLS: 0.05, INP: 200 }
const SLACK = 1.2

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, runs: { type: 'string', default: '5' } } })
const runs = Number(values.runs)
const chosen = pages.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
if (chosen.length === 0 || !Number.isInteger(runs) || runs < 1) {
  console.error(`npm run web:speed -- [--runs <number>] [--json] [${pages.map(({ name }) => name).join(' | ')}]`)
  process.exit(2)
}

type Row = { page: string, measured: string, values: number[], median: number, budget: number, verdict: 'ok' | 'near' | 'OVER' }

const running = nothingRunning()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void running.stop().then(() => process.exit(130)))
const say = (what: string) => process.stderr.write(`${what}\n`)

/** One visit with an empty cache: what the page took, and each interaction. */
async function visit(who: Visitor, page: MeasuredPage, url: string): Promise<Record<string, number>> {
  const context = await who.context({ reducedMotion: 'reduce' })
  try {
    const tab = await slowPage(context)
    await tab.goto(url + page.path(who))
    // What looks for things on the page is a large script of Playwright's, which the page must not be charged for: it comes once the page is done.
    await tab.waitForLoadState('networkidle')
    await page.ready(tab)
    const measured: Record<string, number> = { ...await vitalsOf(tab) }
    for (const [name, act] of Object.entries(page.interactions)) measured[`INP ${name}`] = await interaction(tab, () => act(tab))
    return measured
  } finally {
    await context.close()
  }
}

function rowsOf(page: string, visits: Record<string, number>[]): Row[] {
  return Object.keys(visits[0]!).map((measured) => {
    const all = visits.map((each) => each[measured]!)
    const budget = budgets[measured.split(' ')[0]!]!
    const middle = median(all)
    return { page, measured, values: all, median: middle, budget, verdict: middle > budget * SLACK ? 'OVER' : middle > budget ? 'near' : 'ok' }
  })
}

const shown = (measured: string, value: number) => (measured === 'CLS' ? value.toFixed(3) : `${Math.round(value)} ms`)

try {
  const system = await builtSystem(running, say)
  const browser = await startBrowser(running)
  const who = await visitor(browser, system)
  const load = os.loadavg()[0]!
  if (load > os.cpus().length / 2) say(`The load of this machine is ${load.toFixed(1)} on ${os.cpus().length} cores: times will be too long. The best of each row says more then.`)
  // The first visit warms the server, whose speed is not the question.
  await visit(who, chosen[0]!, system.WEB_URL)
  const rows: Row[] = []
  for (const page of chosen) {
    const visits: Record<string, number>[] = []
    for (let run = 0; run < runs; run++) visits.push(await visit(who, page, system.WEB_URL))
    rows.push(...rowsOf(page.name, visits))
  }
  if (values.json) console.log(JSON.stringify({ runs, load, rows }, null, 2))
  else for (const { verdict, page, measured, values: all, median: middle, budget } of rows) {
    console.log(`${verdict.padEnd(5)}${page.padEnd(12)}${measured.padEnd(20)}${shown(measured, middle).padStart(9)}  of ${shown(measured, budget).padEnd(8)}  best ${shown(measured, Math.min(...all))}`)
  }
  if (rows.some(({ verdict }) => verdict === 'OVER')) process.exitCode = 1
} finally {
  await running.stop()
}
