// The receiver of the measurements, a process of its own. The path says how it behaves:
// /ok/<name> answers at once, /after/<ms>/<name> later, /hang/<name> never.
// It prints its port, and ends when its stdin closes.
import http from 'node:http'
import process from 'node:process'
import { now } from './clock.mjs'

const OK = Buffer.from('ok')
/** @type {{ path: string, id: string, at: number }[]} */
let arrivals = []
/** A delivery that arrives twice is counted once. */
let different = new Set()
/** @type {{ headers: string[], body: string } | undefined} */
let latest
/** @type {{ count: number, tell: () => void }[]} */
let waiting = []

const server = http.createServer((request, response) => {
  const path = request.url ?? '/'
  if (path.startsWith('/__')) return control(new URL(path, 'http://receiver'), response)
  /** @type {Buffer[]} */
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const id = String(request.headers['webhook-id'])
    arrivals.push({ path, id, at: now() })
    different.add(path + id)
    latest ??= { headers: request.rawHeaders, body: Buffer.concat(chunks).toString() }
    const [, behaviour, milliseconds] = path.split('/')
    if (behaviour === 'ok') response.end(OK)
    else if (behaviour === 'after') setTimeout(() => response.end(OK), Number(milliseconds))
    for (const one of waiting) if (different.size >= one.count) one.tell()
  })
})

/** @param {URL} url @param {http.ServerResponse} response */
function control(url, response) {
  /** @param {unknown} value */
  const answer = (value) => response.end(JSON.stringify(value ?? null))
  if (url.pathname === '/__reset') {
    arrivals = []
    different = new Set()
    latest = undefined
    return answer(null)
  }
  if (url.pathname === '/__arrivals') return answer(arrivals)
  if (url.pathname === '/__latest') return answer(latest)
  // /__wait: answers when so many different deliveries have arrived, or with what there is when the time is up.
  const said = () => ({ count: different.size, doubles: arrivals.length - different.size, last: arrivals.at(-1)?.at })
  const count = Number(url.searchParams.get('count'))
  if (different.size >= count) return answer(said())
  const one = { count, tell }
  const timer = setTimeout(tell, Number(url.searchParams.get('ms')))
  waiting.push(one)
  function tell() {
    clearTimeout(timer)
    waiting = waiting.filter((other) => other !== one)
    answer(said())
  }
}

server.keepAliveTimeout = 60_000
server.requestTimeout = 0
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 }, () => console.log('ready'))
process.stdin.on('end', () => process.exit()).resume()
