// When to look for deliveries, like a network card's interrupt coalescing: few events, be notified; many, poll and tell the
// commits not to notify, since pg_notify takes a global lock and halves the speed of inserts.
import type { Store } from '../io/store.ts'

const POLL_MS = 3
const POLL_ABOVE_PER_SECOND = 100
const WINDOW_MS = 250
const AWAKE_FOR_MS = 3_000
const SAY_AGAIN_AFTER_MS = 1_000

export type Rhythm = {
  /** A hint that something is due. */
  wake(): void
  /** Counts what was claimed, and changes between listening and polling. Call after every claim. */
  claimed(count: number): Promise<void>
  /** Waits for the next reason to look: a wake, the poll, or the sweep at the latest. */
  pause(busy: boolean): Promise<void>
  /** Polls from now on, whatever the rate, and says so: for a drain, which nobody can notify. */
  keepAwake(): Promise<void>
  /** Ends keepAwake() or polling. A commit may have counted on us until now: look once more afterwards. */
  stop(): Promise<void>
}

/** `sweepMs` is the guarantee: no delivery waits longer for a look, even when every hint is lost. `now` in milliseconds. */
export function createRhythm({ store, dispatcherId, sweepMs, now }: {
  store: Pick<Store, 'stayAwake' | 'fallAsleep'>
  dispatcherId: string
  sweepMs: number
  now: () => number
}): Rhythm {
  let woken = false
  let resume: (() => void) | undefined
  let polling = false
  let pinned = false
  let windowBegan = now()
  let inWindow = 0
  let saidAt = 0

  function wake(): void {
    woken = true
    resume?.()
  }

  async function claimed(count: number): Promise<void> {
    inWindow += count
    const elapsed = now() - windowBegan
    if (elapsed >= WINDOW_MS) {
      const perSecond = inWindow / elapsed * 1_000
      windowBegan = now()
      inWindow = 0
      if (perSecond > POLL_ABOVE_PER_SECOND) polling = true
      else if (polling && !pinned && perSecond < POLL_ABOVE_PER_SECOND / 2) {
        polling = false
        await store.fallAsleep(dispatcherId)
        woken = true // a commit may have skipped its notify while we were awake: look once more
      }
    }
    if (polling && now() - saidAt > SAY_AGAIN_AFTER_MS) await sayAwake()
  }

  async function sayAwake(): Promise<void> {
    saidAt = now()
    await store.stayAwake(dispatcherId, AWAKE_FOR_MS)
  }

  async function keepAwake(): Promise<void> {
    polling = pinned = true
    await sayAwake()
  }

  function pause(busy: boolean): Promise<void> {
    if (woken && !polling) {
      woken = false
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      const timer = setTimeout(done, polling ? POLL_MS : busy ? Math.min(50, sweepMs) : sweepMs)
      function done() {
        clearTimeout(timer)
        resume = undefined
        woken = false
        resolve()
      }
      resume = polling ? undefined : done
    })
  }

  async function stop(): Promise<void> {
    if (polling) await store.fallAsleep(dispatcherId)
    polling = pinned = false
    wake()
  }

  return { wake, claimed, pause, keepAwake, stop }
}
