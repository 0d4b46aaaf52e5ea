// One call to the API: token, timeout, repetition, and what comes back.
import { answerError, unreachable, unexpected } from './call_errors.ts'

export type CallOptions = {
  /** Ends the call early; it then fails with the signal’s reason. */
  signal?: AbortSignal
  /** Milliseconds that each request may take. */
  timeoutMs?: number
}

export type Connection = {
  /** The address of the API: `https://…/functions/v1/webhooks`. */
  base: string
  token: () => string | Promise<string>
  fetch: typeof globalThis.fetch
  timeoutMs: number
  /** How often a GET is repeated at most. */
  maxRetries: number
  /** Milliseconds. */
  wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>
  /** From 0 to 1. */
  random: () => number
}

export type Query = Record<string, string | number | boolean | readonly string[] | Date | null | undefined>

const FIRST_WAIT_MS = 500
/** Who asks for more patience than this is told to the caller, not waited for. */
const LONGEST_WAIT_MS = 60_000

/**
 * Calls `path` and gives the parsed answer; undefined for 204. A GET is repeated when the API is busy or away.
 * `has`: a field that the API’s answer has. Another API, at a wrong address, may say 200 as well.
 */
export async function call<Answer>(
  connection: Connection, method: string, path: string, { query, body, has, ...options }: CallOptions & { query?: Query; body?: unknown; has?: string } = {},
): Promise<Answer> {
  // With an empty id, get() would ask for the list, and give undefined for a webhook.
  if (/\/\.{0,2}(\/|$)/.test(path)) throw new TypeError('The id is empty, so there is nothing to ask for. Is the variable set?')
  const url = connection.base + path + queryText(query ?? {})
  for (let attempt = 0; ; attempt++) {
    const outcome = await once(connection, method, url, body, has, options)
    if (outcome.ok) return outcome.answer as Answer
    const { error } = outcome
    const mayRepeat = method === 'GET' && attempt < connection.maxRetries && (error.status === 429 || error.status === 503 || error.code === 'unreachable')
    // Half of it by chance, so that many who failed together do not come back together.
    const waitMs = error.retryAfter === undefined ? FIRST_WAIT_MS * 2 ** attempt * (0.5 + connection.random() / 2) : error.retryAfter * 1_000
    if (!mayRepeat || waitMs > LONGEST_WAIT_MS) throw error
    await connection.wait(waitMs, options.signal)
  }
}

type Outcome = { ok: true; answer: unknown } | { ok: false; error: ReturnType<typeof unreachable> }

async function once(connection: Connection, method: string, url: string, body: unknown, has: string | undefined, options: CallOptions): Promise<Outcome> {
  const timeoutMs = options.timeoutMs ?? connection.timeoutMs
  options.signal?.throwIfAborted()
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout])
  const headers: Record<string, string> = { accept: 'application/json', authorization: `Bearer ${await connection.token()}` }
  if (body !== undefined) headers['content-type'] = 'application/json'
  // Out here: what is no JSON, such as a BigInt or a circle, is a mistake of the caller, and says nothing about the API.
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  try {
    const response = await connection.fetch(url, { method, headers, signal, ...sent })
    const text = await response.text()
    if (!response.ok) return { ok: false, error: answerError(url, response, text) }
    if (response.status === 204) return { ok: true, answer: undefined }
    const answer = parsed(text)
    const isOurs = answer !== undefined && (has === undefined || (typeof answer === 'object' && answer !== null && has in answer))
    return isOurs ? { ok: true, answer } : { ok: false, error: unexpected(url, response) }
  } catch (cause) {
    if (options.signal?.aborted) throw options.signal.reason
    return { ok: false, error: unreachable(url, timeout.aborted ? timeoutMs : null, cause) }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function queryText(query: Query): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue
    search.set(name, value instanceof Date ? value.toISOString() : Array.isArray(value) ? value.join(',') : String(value))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

/** Waits, unless the signal ends it. */
export function waitFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', leave)
      resolve()
    }, ms)
    if (signal?.aborted) leave()
    signal?.addEventListener('abort', leave, { once: true })
  })
}
