// One `listen`: an address, a webhook that points at it, and the loop between them and the local program.
import { setInterval } from 'node:timers'
import { ApiError, type Client, type HeldRequest, type Listener, type Webhook } from '@tablehook/client'

const LOOK_EVERY_MS = 500
const LOOK_AGAIN_AFTER_FAULT_MS = 2_000
/** The address lives for five minutes after each look. */
const STAY_ALIVE_MS = 60_000
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
  let current = await open(client, plan)
  callbacks.opened({ ...asOpened(current), isAgain: false })
  let after: string | null = null
  let isAway = false
  // A program that takes its time must not cost the address its life.
  const heartbeat = setInterval(() => void client.listeners.take(current.listener.id, { limit: 0, after, signal }).catch(() => {}), STAY_ALIVE_MS)
  try {
    while (!signal.aborted) {
      let requests: HeldRequest[]
      try {
        requests = await client.listeners.take(current.listener.id, { after, signal, timeoutMs: 15_000 })
        if (isAway) callbacks.back()
        isAway = false
      } catch (error) {
        if (signal.aborted) break
        if (!(error instanceof ApiError)) throw error
        if (error.status === 404) {
          // The machine slept for longer than the address lives. What came meanwhile is in the log, and can be resent.
          current = await open(client, { ...plan, secret: current.webhook.secret ?? undefined })
          after = null
          callbacks.opened({ ...asOpened(current), isAgain: true })
          continue
        }
        if (!isPassing(error)) throw error
        if (!isAway) callbacks.away(error)
        isAway = true
        await wait(LOOK_AGAIN_AFTER_FAULT_MS)
        continue
      }
      for (const request of requests) {
        if (signal.aborted) break
        await callbacks.request(request)
        after = request.position
      }
      if (requests.length === 0) await wait(LOOK_EVERY_MS)
    }
  } catch (error) {
    await close(client, current.listener)
    throw error
  } finally {
    clearInterval(heartbeat)
  }
  return { removed: await close(client, current.listener) }
}

const asOpened = ({ webhook: { secret, ...webhook } }: Opened) => ({ webhook, secret })

async function open(client: Client, { name, events, format, secret }: ListenPlan): Promise<Opened> {
  const listener = await client.listeners.open()
  try {
    const webhook = await client.webhooks.create({
      name, url: listener.url, events, description: 'Made by tablehook listen. It goes when listening ends.',
      // The address holds a hundred and is looked at twice a second.
      rate_limit: 100, max_concurrency: 10,
      ...(format === undefined ? {} : { format }), ...(secret === undefined ? {} : { secret }),
    })
    return { listener, webhook }
  } catch (error) {
    await close(client, listener)
    throw error
  }
}

function close(client: Client, { id }: Listener): Promise<boolean> {
  return client.listeners.close(id, { timeoutMs: CLOSE_WITHIN_MS }).then(() => true, (error: unknown) => error instanceof ApiError && error.status === 404)
}

function isPassing({ status, code }: ApiError): boolean {
  return status === 0 || status === 429 || status >= 500 || code === 'unexpected_answer'
}
