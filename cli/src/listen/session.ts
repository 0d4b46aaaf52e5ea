// One `listen`: an address, a webhook that points at it, and the loop between them and the local program.
import { ApiError, type Client, type HeldRequest, type Listener, type Webhook } from '@tablehook/client'
import { isPassing, LOOK_AGAIN_AFTER_FAULT_MS } from '../is_passing.ts'

const LOOK_EVERY_MS = 500
const MOST_AT_ONCE = 100
/** So many may wait here; the address holds as many more, and then asks senders to come again. */
const MOST_WAITING = 1_000
const CLOSE_WITHIN_MS = 5_000

export type ListenPlan = {
  name: string
  events: readonly string[]
  format: string | undefined
  secret: string | undefined
}

export type ListenCallbacks = {
  /** Called at the start, and again when the address had run out meanwhile. */
  opened: (opened: { webhook: Webhook; secret: string | null; isAgain: boolean }) => void
  /** Awaited: requests come one after another. */
  request: (request: HeldRequest) => Promise<void>
  /** The API is away, or back. */
  away: (error: ApiError) => void
  back: () => void
}

type Surroundings = { signal: AbortSignal; wait: (ms: number) => Promise<void> }
type Opened = { listener: Listener; webhook: Webhook & { secret: string | null } }

/** Listens until the signal. Then, or when something fails for good, removes what it made; says whether that worked. */
export async function listen(client: Client, plan: ListenPlan, callbacks: ListenCallbacks, { signal, wait }: Surroundings): Promise<{ removed: boolean }> {
  let current = await open(client, plan, signal)
  callbacks.opened({ ...asOpened(current), isAgain: false })
  let after: string | null = null
  let isAway = false
  const line = startLine(callbacks.request, signal)
  try {
    while (!signal.aborted) {
      line.throwIfBroken()
      try {
        // Also when there is no room: a program that takes its time must not cost the address its life.
        const limit = Math.min(MOST_AT_ONCE, Math.max(0, MOST_WAITING - line.length()))
        const requests: HeldRequest[] = await client.listeners.take(current.listener.id, { after, limit, signal, timeoutMs: 15_000 })
        if (isAway) callbacks.back()
        isAway = false
        line.add(requests)
        after = requests.at(-1)?.position ?? after
        if (requests.length === 0) await wait(LOOK_EVERY_MS)
      } catch (error) {
        if (signal.aborted) break
        if (!(error instanceof ApiError)) throw error
        if (error.status === 404) {
          // The machine slept for longer than the address lives. What came meanwhile is in the log, and can be resent.
          current = await open(client, { ...plan, secret: current.webhook.secret ?? undefined }, signal)
          after = null
          callbacks.opened({ ...asOpened(current), isAgain: true })
          continue
        }
        if (!isPassing(error)) throw error
        if (!isAway) callbacks.away(error)
        isAway = true
        await wait(LOOK_AGAIN_AFTER_FAULT_MS)
      }
    }
  } catch (error) {
    await close(client, current.listener)
    throw error
  }
  return { removed: await close(client, current.listener) }
}

/** Requests that wait for the local program, one after another: a slow program must not fill up the address. */
function startLine(work: (request: HeldRequest) => Promise<void>, signal: AbortSignal) {
  let waiting = 0
  let last: Promise<void> = Promise.resolve()
  let broken: { error: unknown } | null = null
  return {
    length: () => waiting,
    add(requests: readonly HeldRequest[]): void {
      for (const request of requests) {
        waiting++
        last = last.then(() => signal.aborted || broken !== null ? undefined : work(request)).catch((error: unknown) => { broken ??= { error } }).finally(() => { waiting-- })
      }
    },
    throwIfBroken(): void {
      if (broken !== null) throw broken.error
    },
  }
}

const asOpened = ({ webhook: { secret, ...webhook } }: Opened) => ({ webhook, secret })

/** What a broken call may leave behind ends by itself, as after a kill. */
async function open(client: Client, { name, events, format, secret }: ListenPlan, signal: AbortSignal): Promise<Opened> {
  const listener = await client.listeners.open({ signal })
  try {
    const webhook = await client.webhooks.create({
      name, url: listener.url, events, description: 'Made by tablehook listen. It goes when listening ends.',
      // A flood should wait in the outbox, not be turned away by a full address.
      rate_limit: 100, max_concurrency: 10,
      ...(format === undefined ? {} : { format }), ...(secret === undefined ? {} : { secret }),
    }, { signal })
    return { listener, webhook }
  } catch (error) {
    await close(client, listener)
    throw error
  }
}

function close(client: Client, { id }: Listener): Promise<boolean> {
  return client.listeners.close(id, { timeoutMs: CLOSE_WITHIN_MS }).then(() => true, (error: unknown) => error instanceof ApiError && error.status === 404)
}
