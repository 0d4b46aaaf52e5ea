// What the dispatcher is compared with: an HTTP client that does nothing but send. A process of its own, as the dispatcher is.
// stdin: first a line {url, headers, body}, then lines with a count; each is answered with {began} once all were answered.
import process from 'node:process'
import { createInterface } from 'node:readline'
import { Pool } from 'undici'
import { now } from './clock.mjs'

const SOCKETS = 64
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const { url, headers, body } = JSON.parse((await lines.next()).value)
const { origin, pathname } = new URL(url)
const pool = new Pool(origin, { connections: SOCKETS, pipelining: 1 })

for await (const line of lines) {
  const began = now()
  let left = Number(line)
  await Promise.all(Array.from({ length: SOCKETS }, async () => {
    while (left-- > 0) {
      const response = await pool.request({
        path: pathname, method: 'POST', body,
        headers: { ...headers, 'webhook-id': String(left) },
      })
      await response.body.dump()
    }
  }))
  console.log(JSON.stringify({ began }))
}
await pool.close()
