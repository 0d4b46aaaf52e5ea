// One HTTP request to a receiver. Never throws for what a receiver or the network does: that is an Outcome. Throws when this machine
// has no file handles or memory left for it: that is our fault, and costs the receiver no attempt.
import type { Dispatcher } from 'undici'
import { checkUrl, type AllowList } from '../core/address.ts'
import { statusErrorCode, type Outcome } from '../core/outcome.ts'
import { createAgents, type Agents } from './agents.ts'
import { isOurs, networkError } from './network_error.ts'
import { resolveBySystem, vettedLookup, type Resolve } from './resolve.ts'

/** How much of an answer is kept for the log, and where reading stops: a receiver may send gigabytes. */
export const KEPT_BYTES = 16 * 1024
export const READ_BYTES = 64 * 1024

const TARGETS_REMEMBERED = 10_000

/** `headers` as `name → value`; `timeoutMs` covers connect, headers and body together. Each `owner` has sockets of its own. */
export type Request = { owner: string; url: string; headers: Record<string, string>; body: string; timeoutMs: number }

export type Sender = {
  send(request: Request): Promise<Outcome>
  close(): Promise<void>
}

type Target = { origin: string; path: string; encrypted: boolean } | { problem: 'blocked_address' | 'insecure_url' | 'invalid_response'; detail: string }

/**
 * Makes the one sender of a process. `allow` lists private ranges that may be reached (and by plain http); `resolve` is the
 * system's unless a test passes its own.
 */
export function createSender({ allow, resolve = resolveBySystem }: { allow: AllowList; resolve?: Resolve }): Sender {
  const agents = createAgents({ lookup: (encrypted) => vettedLookup(allow, encrypted, resolve), maxHeaderSize: KEPT_BYTES })
  const targets = new Map<string, Target>()

  function targetOf(url: string): Target {
    const remembered = targets.get(url)
    if (remembered) return remembered
    // An address in the URL itself never reaches the look-up, so it is vetted here.
    const verdict = checkUrl(url, allow)
    const target: Target = !verdict.ok
      ? { problem: verdict.code === 'insecure_url' ? 'insecure_url' : 'blocked_address', detail: verdict.code }
      : { origin: verdict.url.origin, path: verdict.url.pathname + verdict.url.search, encrypted: verdict.url.protocol === 'https:' }
    if (targets.size >= TARGETS_REMEMBERED) targets.clear()
    targets.set(url, target)
    return target
  }

  return {
    send(request) {
      const target = targetOf(request.url)
      if ('problem' in target) return Promise.resolve({ kind: 'no_response', errorCode: target.problem, detail: target.detail, durationMs: 0 })
      return new Promise((resolve, reject) => new Attempt(request, target, agents, resolve, reject).start())
    },
    async close() {
      await agents.close()
    },
  }
}

/** The state of one request. undici's dispatch rather than request(): no stream and no promises per request, a tenth of the CPU. */
class Attempt implements Dispatcher.DispatchHandler {
  private readonly started = performance.now()
  private readonly chunks: Buffer[] = []
  private readonly timer: ReturnType<typeof setTimeout>
  private controller: Dispatcher.DispatchController | undefined
  private done = false
  private status = 0
  private headers: Record<string, string> = {}
  private bytes = 0

  constructor(
    private readonly request: Request,
    private readonly target: { origin: string; path: string; encrypted: boolean },
    private readonly agents: Agents,
    private readonly resolve: (outcome: Outcome) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    this.timer = setTimeout(() => this.breakOff(), request.timeoutMs)
  }

  start(): void {
    const agent = this.agents.take(this.request.owner, this.target.encrypted)
    try {
      agent.dispatch(
        { origin: this.target.origin, path: this.target.path, method: 'POST', headers: this.request.headers, body: this.request.body },
        this,
      )
    } catch (error) {
      this.onResponseError(undefined, error)
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    // Its time was up while it waited for a socket.
    if (this.done) controller.abort(new Error('timeout'))
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (status < 200) return // informational: the answer is still to come
    this.status = status
    for (const name in headers) {
      if (Array.isArray(headers[name])) headers[name] = headers[name].join(', ')
    }
    this.headers = headers as Record<string, string> // made for us, names in lower case
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.done) return
    if (this.bytes < KEPT_BYTES) this.chunks.push(chunk.subarray(0, KEPT_BYTES - this.bytes))
    this.bytes += chunk.length
    // The receiver has said 2xx or not; what is left of a huge answer changes nothing.
    if (this.bytes >= READ_BYTES) {
      this.bytes = READ_BYTES
      this.finish({ errorCode: statusErrorCode(this.status) })
      this.controller?.abort(new Error('read enough'))
    }
  }

  onResponseEnd(): void {
    this.finish({ errorCode: statusErrorCode(this.status) })
  }

  onResponseError(_: unknown, error: unknown): void {
    if (!isOurs(error)) return this.finish(networkError(error))
    if (this.done) return
    this.end()
    this.reject(error)
  }

  private breakOff(): void {
    const { timeoutMs } = this.request
    this.finish(this.controller === undefined
      ? { errorCode: 'connect_timeout', detail: `no connection within ${timeoutMs} ms` }
      : { errorCode: 'timeout', detail: `no whole answer within ${timeoutMs} ms` })
    this.controller?.abort(new Error('timeout'))
  }

  private finish({ errorCode, detail }: { errorCode: Outcome['errorCode']; detail?: string }): void {
    if (this.done) return
    this.end()
    const durationMs = performance.now() - this.started
    if (this.status === 0) {
      this.resolve({ kind: 'no_response', errorCode: errorCode ?? 'network_error', detail: detail ?? '', durationMs })
      return
    }
    this.resolve({
      kind: 'response', status: this.status, headers: this.headers, body: this.body(),
      bodyBytes: this.bytes, bodyTruncated: this.bytes > KEPT_BYTES, durationMs, errorCode,
    })
  }

  private end(): void {
    this.done = true
    clearTimeout(this.timer)
    this.agents.giveBack(this.request.owner)
  }

  /** What was cut is decoded as a stream that is never ended: a character cut at the limit is left out, not replaced. */
  private body(): string {
    if (this.chunks.length === 0) return ''
    const whole = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks)
    return this.bytes > KEPT_BYTES ? new TextDecoder().decode(whole, { stream: true }) : whole.toString()
  }
}
