// The last step of `listen`: the request as it was sent, to an address on this machine.
import http from 'node:http'
import https from 'node:https'
import { CommandError, EXIT } from '../exit_codes.ts'

export type Forwarded = { status: number; body: string; durationMs: number } | { problem: string; durationMs: number }

const KEPT_ANSWER_BYTES = 16 * 1024
/** What belongs to the connection before, or is made anew by this one. */
const NOT_FORWARDED = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'accept-language', 'sec-fetch-mode', 'transfer-encoding', 'expect'])
/** What a gateway that calls fetch adds, unless the sender has said otherwise. */
const isOfGateway = ([name, value]: [string, string]) => name === 'accept' && value === '*/*'

/** `localhost:3000/hook` and whole addresses alike. */
export function targetOf(text: string): URL {
  const whole = /^\d+$/.test(text) ? `http://localhost:${text}` : /^https?:\/\//i.test(text) ? text : `http://${text}`
  // A word before // is a protocol of its own, and no host: ftp://x.
  if (/^(?!https?:)[a-z][a-z\d+.-]*:\/\//i.test(text) || !URL.canParse(whole) || new URL(whole).hostname === '') {
    throw new CommandError(EXIT.usage, `“${text}” is no address to forward to. Write it like localhost:3000/hook.`)
  }
  return new URL(whole)
}

/** Sends one request. Never rejects: what went wrong is told in a sentence. */
export function forward({ headers, body }: { headers: Record<string, string>; body: string }, target: URL, timeoutMs: number, signal: AbortSignal): Promise<Forwarded> {
  const began = performance.now()
  const bytes = Buffer.from(body)
  const kept = Object.fromEntries(Object.entries(headers).filter((header) => !NOT_FORWARDED.has(header[0]) && !isOfGateway(header)))
  return new Promise((resolve) => {
    const end = (outcome: { status: number; body: string } | { problem: string }) => resolve({ ...outcome, durationMs: performance.now() - began })
    const limit = AbortSignal.timeout(timeoutMs)
    const request = (target.protocol === 'https:' ? https : http).request(target, {
      method: 'POST', headers: { ...kept, 'content-length': bytes.length }, signal: AbortSignal.any([signal, limit]),
      // A certificate for localhost is mostly one that nobody else vouches for.
      ...(target.protocol === 'https:' && isLoopback(target.hostname) ? { rejectUnauthorized: false } : {}),
    })
    const fail = (error: Error & { code?: string }) => end({ problem: limit.aborted ? `no answer within ${timeoutMs / 1_000} s` : problemOf(error, target) })
    request.on('error', fail)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        if (length < KEPT_ANSWER_BYTES) chunks.push(chunk)
        length += chunk.length
      })
      response.on('error', fail)
      response.on('end', () => end({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).subarray(0, KEPT_ANSWER_BYTES).toString('utf8') }))
    })
    request.end(bytes)
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\./.test(host)
}

function problemOf(error: Error & { code?: string; errors?: Error[] }, { host, hostname }: URL): string {
  // Tried on both kinds of addresses, a connection fails with one error for both.
  const code = error.code ?? (error.errors?.[0] as { code?: string } | undefined)?.code
  switch (code) {
    case 'ECONNREFUSED': return `nothing listens on ${host}`
    case 'ENOTFOUND': case 'EAI_AGAIN': return `the host ${hostname} was not found`
    case 'ECONNRESET': case 'EPIPE': return 'the connection was cut before an answer'
    case 'ABORT_ERR': return 'stopped'
    default: return code?.startsWith('HPE_') ? 'what answered was no HTTP' : error.message || String(code)
  }
}
