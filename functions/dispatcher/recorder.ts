import { faultOf, type Log } from '../io/log.ts'
import type { Finished, Store } from '../io/store.ts'

/** Outcomes per record while busy, and how long the first of them may wait. Measured: records of 20 rows cost Postgres twice as much per delivery. */
const FULL_BATCH = 256
const FLUSH_AFTER_MS = 10
const RETRY_MS = { first: 100, most: 5_000 }

export type Recorder = {
  add(finished: Finished): void
  /** Outcomes not yet recorded. */
  readonly waiting: number
  /** From a record that failed until all outcomes that wait are recorded. Whoever sends on would only have more to forget. */
  readonly isHeldUp: boolean
  /** Resolves when all that was added is recorded. */
  settled(): Promise<void>
  /** Tries no more. What waits is never recorded, and settled() may never resolve. */
  giveUp(): void
}

/**
 * Gathers outcomes and records them in batches: at once when nothing else is under way, else when a batch is full or its first
 * outcome has waited long enough, so that one slow receiver never holds back the others' outcomes. While the database is away
 * outcomes are kept and tried again; the fence makes a repeated record harmless. Nothing is sent or claimed meanwhile: where the
 * disk of the log is full, leases would lapse and receivers get the same again each minute.
 */
export function createRecorder({ store, log, underWay, onRecorded }: {
  store: Pick<Store, 'record'>
  log: Log
  /** How many requests are under way right now. */
  underWay: () => number
  onRecorded: (batch: readonly Finished[], lost: readonly string[]) => void
}): Recorder {
  const gathered: Finished[] = []
  let recording = 0
  let isHeldUp = false
  let hasGivenUp = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const idle: (() => void)[] = []

  function add(finished: Finished): void {
    gathered.push(finished)
    consider()
  }

  function consider(): void {
    if (recording > 0 || gathered.length === 0 || hasGivenUp) return
    if (gathered.length >= FULL_BATCH || underWay() === 0) return void flush()
    timer ??= setTimeout(() => {
      timer = undefined
      if (recording === 0) void flush()
    }, FLUSH_AFTER_MS)
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const batch = gathered.splice(0, FULL_BATCH * 2)
    if (batch.length === 0) return
    recording = batch.length
    const lost = await persist(batch)
    if (lost === null) return
    recording = 0
    if (gathered.length === 0) isHeldUp = false
    onRecorded(batch, lost)
    consider()
    if (gathered.length === 0 && recording === 0) {
      for (const done of idle.splice(0)) done()
    }
  }

  async function persist(batch: readonly Finished[]): Promise<readonly string[] | null> {
    for (let wait = RETRY_MS.first; !hasGivenUp; wait = Math.min(wait * 2, RETRY_MS.most)) {
      try {
        return await store.record(batch)
      } catch (error) {
        isHeldUp = true
        log({ level: 'error', event: 'record.fault', outcomes: batch.length, next_try_ms: wait, ...faultOf(error) })
        await new Promise((resolve) => setTimeout(resolve, wait))
      }
    }
    return null
  }

  return {
    add,
    get waiting() { return gathered.length + recording },
    get isHeldUp() { return isHeldUp },
    settled: () => gathered.length === 0 && recording === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve)),
    giveUp() { hasGivenUp = true },
  }
}
