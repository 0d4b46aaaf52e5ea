// What a first visit may weigh, read from the build's manifest: node web/size_budget.mjs (after npm run build).
// Fails over a budget and warns at 90 % of one. Sizes are KiB after gzip -9.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = path.resolve(import.meta.dirname, '../dist')
const budgets = { firstLoad: 240, ours: 32, lazyChunk: 30, css: 12 }
/** Charts are the one library that is allowed to be large: they load beside a screen that already works. */
const exempt = /(^|\/)(charts|BarChart)-/

/** @param {string} file */
const kib = (file) => gzipSync(readFileSync(path.join(dist, file)), { level: 9 }).length / 1024

/** @type {Record<string, { file: string, name?: string, isEntry?: boolean, imports?: string[], css?: string[] }>} */
const manifest = JSON.parse(readFileSync(path.join(dist, '.vite/manifest.json'), 'utf8'))

/**
 * The file of a manifest entry and of everything it imports statically.
 * @param {string} key
 * @param {Set<string>} seen
 */
function withImports(key, seen = new Set()) {
  const entry = manifest[key]
  if (entry === undefined || seen.has(entry.file)) return seen
  seen.add(entry.file)
  for (const imported of entry.imports ?? []) withImports(imported, seen)
  return seen
}

const entries = Object.keys(manifest).filter((key) => manifest[key]?.isEntry)
// The first script asks for what draws every page, and for the page: the list is what people open.
const landing = Object.keys(manifest).filter((key) => key.endsWith('app/draw.tsx') || key.endsWith('webhooks/WebhooksPage.tsx'))
const first = new Set([...entries, ...landing].flatMap((key) => [...withImports(key)]))
const scripts = readdirSync(path.join(dist, 'assets')).filter((name) => name.endsWith('.js')).map((name) => `assets/${name}`)
const vendor = /assets\/(react|react-dom|router|supabase|base|icons|classes|data|forms|rules|charts|rolldown-runtime)-/

/** @type {[name: string, size: number, budget: number][]} */
const rows = [
  ['first load, all scripts', sum([...first]), budgets.firstLoad],
  ['of it, our own code', sum([...first].filter((file) => !vendor.test(file))), budgets.ours],
  ['style sheets', sum(readdirSync(path.join(dist, 'assets')).filter((name) => name.endsWith('.css')).map((name) => `assets/${name}`)), budgets.css],
  ...scripts.filter((file) => !first.has(file) && !exempt.test(file)).map((file) => /** @type {[string, number, number]} */ ([`lazy ${path.basename(file)}`, kib(file), budgets.lazyChunk])),
]

/** @param {string[]} files */
function sum(files) {
  return files.map(kib).reduce((total, size) => total + size, 0)
}

let over = 0
for (const [name, size, budget] of rows) {
  const verdict = size > budget ? 'OVER' : size > budget * 0.9 ? 'near' : 'ok'
  if (verdict === 'OVER') over++
  if (verdict !== 'ok' || !name.startsWith('lazy')) console.log(`${verdict.padEnd(5)}${name.padEnd(40)}${size.toFixed(1).padStart(7)} of ${budget} KiB`)
}
if (process.argv.includes('--files')) for (const file of first) console.log(`     ${file.padEnd(40)}${kib(file).toFixed(1).padStart(7)}`)
if (over > 0) {
  console.error(`${over} over budget`)
  process.exitCode = 1
}
