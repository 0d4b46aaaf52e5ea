// The local gateway stands where a project's own does: a client must never find its connection closed under its next request.
import net from 'node:net'
import { Agent, request } from 'undici'
import { expect, test } from 'vitest'
import { system } from '../support/running_system.ts'

const MEGABYTE = 1_000_000

/** One kept-alive connection, as a browser or a client of some language holds it. Each refused body is followed by a small request on it. */
async function refusedAndNext(address: string, { bytes, times, refusal }: { bytes: number; times: number; refusal: number }): Promise<void> {
  const agent = new Agent({ connections: 1, pipelining: 1 })
  const body = 'x'.repeat(bytes)
  try {
    for (let time = 0; time < times; time++) {
      const refused = await request(address, { dispatcher: agent, method: 'POST', body, headers: { 'content-type': 'application/json' } })
      await refused.body.dump()
      expect(refused.statusCode).toBe(refusal)
      const next = await request(address, { dispatcher: agent, method: 'GET' })
      await next.body.dump()
      expect(next.statusCode).toBeLessThan(500)
    }
  } finally {
    await agent.close()
  }
}

test.each([1.1, 4, 8])('%s MB that the API refuses before it has read them', async (megabytes) => {
  await refusedAndNext(`${system().API_URL}/functions/v1/webhooks`, { bytes: megabytes * MEGABYTE, times: 12, refusal: 413 })
})

test('a body for a function that is not there', async () => {
  await refusedAndNext(`${system().API_URL}/functions/v1/nothing`, { bytes: 4 * MEGABYTE, times: 12, refusal: 404 })
})

test('a body that waits until it is asked for, as curl does above a megabyte, is answered by the function', async () => {
  const { hostname, port } = new URL(system().API_URL)
  const socket = net.connect(Number(port), hostname)
  socket.write(`POST /functions/v1/webhooks HTTP/1.1\r\nhost: ${hostname}\r\nexpect: 100-continue\r\nconnection: close\r\ncontent-length: 2\r\n\r\n`)
  let answer = ''
  for await (const piece of socket) {
    answer += String(piece)
    if (answer === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write('{}')
  }
  expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 401 /)
})

test('a body that is announced and does not come: the answer says that the connection ends', async () => {
  const { hostname, port } = new URL(system().API_URL)
  const socket = net.connect(Number(port), hostname)
  socket.write(`POST /functions/v1/webhooks HTTP/1.1\r\nhost: ${hostname}\r\ncontent-length: ${100 * MEGABYTE}\r\n\r\nonly this`)
  let answer = ''
  for await (const piece of socket) answer += String(piece)
  expect(answer).toMatch(/^HTTP\/1.1 413 /)
  expect(answer).toMatch(/\r\nconnection: close\r\n/i)
})

/** All of the answer to a request that asks for the end of its connection. */
async function rawly(lines: string[]): Promise<string> {
  const { hostname, port } = new URL(system().API_URL)
  const socket = net.connect(Number(port), hostname)
  socket.write([...lines, `host: ${hostname}`, '', ''].join('\r\n'))
  let answer = ''
  for await (const piece of socket) answer += String(piece)
  return answer
}

test.each([
  ['asks for HTTP/2, as Java does and curl --http2', ['GET /functions/v1/webhooks HTTP/1.1', 'connection: Upgrade, HTTP2-Settings, close', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQAoAAAAAIAAAAA']],
  ['names headers of its connection', ['GET /functions/v1/webhooks HTTP/1.1', 'connection: close, x-mine', 'keep-alive: timeout=5', 'te: trailers', 'x-mine: 1']],
])('who %s is answered by the function', async (_, lines) => {
  expect(await rawly(lines)).toMatch(/^HTTP\/1.1 401 .*"code":"unauthorized"/s)
})

test('a method that no function takes is refused as one', async () => {
  expect(await rawly(['TRACE /functions/v1/webhooks HTTP/1.1', 'connection: close'])).toMatch(/^HTTP\/1.1 405 /)
})
