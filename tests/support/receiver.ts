// A real HTTP server that stands in for a customer's. Records every request as raw bytes and can change its mind mid-test.
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Webhook } from 'standardwebhooks'

export type Received = { at: number; method: string; url: string; headers: IncomingHttpHeaders; body: string }

/** How to answer: a status, or a whole answer, or a misbehaviour. */
export type Answer =
  | number
  | { status: number; headers?: Record<string, string>; body?: string | Buffer; delayMs?: number }
  | 'reset' // cuts the connection before answering
  | 'hang' // never answers
  | ((response: ServerResponse, request: Received) => void)

export type Receiver = {
  url: string
  port: number
  requests: Received[]
  /** Answers from now on; a list is used up one by one, the last stays. */
  answer(...answers: [Answer, ...Answer[]]): void
  /** Waits until the condition holds, or throws and says what it saw. */
  waitFor(what: string, condition: (requests: Received[]) => boolean, timeoutMs?: number): Promise<Received[]>
  waitForCount(count: number, timeoutMs?: number): Promise<Received[]>
  close(): Promise<void>
}

/** Starts a receiver on a free port of 127.0.0.1 (or the given one, to come back after an outage). */
export async function startReceiver({ port = 0, answer: first = 200 as Answer } = {}): Promise<Receiver> {
  const requests: Received[] = []
  let answers: [Answer, ...Answer[]] = [first]
  let listeners: (() => void)[] = []
  const sockets = new Set<Socket>()

  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const received = { at: performance.now(), method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
      requests.push(received)
      const answer = answers.length > 1 ? answers.shift()! : answers[0]
      respond(answer, response, received)
      for (const listener of [...listeners]) listener()
    })
  })
  server.keepAliveTimeout = 60_000
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const listeningOn = (server.address() as AddressInfo).port

  function waitFor(what: string, condition: (requests: Received[]) => boolean, timeoutMs = 15_000): Promise<Received[]> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!condition(requests)) return
        clearTimeout(timer)
        listeners = listeners.filter((listener) => listener !== check)
        resolve(requests)
      }
      const timer = setTimeout(() => {
        listeners = listeners.filter((listener) => listener !== check)
        const seen = requests.slice(-10).map((one) => `${one.headers['x-webhook-event']} attempt ${one.headers['x-webhook-attempt']}`)
        reject(new Error(`Waited ${timeoutMs} ms for ${what}. The receiver got ${requests.length} requests, the last: ${seen.join(', ') || 'none'}`))
      }, timeoutMs)
      listeners.push(check)
      check()
    })
  }

  return {
    url: `http://127.0.0.1:${listeningOn}/hook`,
    port: listeningOn,
    requests,
    answer: (...next) => { answers = next },
    waitFor,
    waitForCount: (count, timeoutMs) => waitFor(`${count} requests`, (all) => all.length >= count, timeoutMs),
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    }),
  }
}

function respond(answer: Answer, response: ServerResponse, request: Received): void {
  if (answer === 'reset') return void response.socket?.resetAndDestroy()
  if (answer === 'hang') return
  if (typeof answer === 'function') return answer(response, request)
  const { status, headers = {}, body = '', delayMs = 0 } = typeof answer === 'number' ? { status: answer } : answer
  setTimeout(() => response.writeHead(status, headers).end(body), delayMs)
}

/** Verifies with the published library. Throws when the signature, the body or the time is not right. */
export function verified(request: Received, secret: string): unknown {
  const headers = {
    'webhook-id': String(request.headers['webhook-id']),
    'webhook-timestamp': String(request.headers['webhook-timestamp']),
    'webhook-signature': String(request.headers['webhook-signature']),
  }
  const webhook = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' })
  return webhook.verify(request.body, headers)
}
