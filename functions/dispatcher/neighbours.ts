// What a long queue leaves to those who have little. While a claim of many rows runs, and while what it brought is sent, what was
// committed a moment ago waits.
import type { Lane } from './lanes.ts'
import { WINDOW } from './window.ts'

/** Of one webhook at once, without neighbours. Measured: with 1,000 a long queue drains no faster. */
export const AT_ONCE = 256
/** Whoever gets so much has a long queue. */
const MUCH = 32
/** With fewer in hand a webhook has little; and the least that a long queue is given of a claim. */
const LITTLE = 8
/** For so long after its last claim a long queue counts as one, and a neighbour as one who will have something again. */
const LONG_FOR_MS = 1_000
const NEIGHBOUR_FOR_MS = 30_000
/**
 * How much of its time the thread may work while a long queue has neighbours: what they commit meets a thread that is free as
 * often as not. Measured: with 0.7 their p99 is half as long again, for a fifth more of the queue.
 */
const BUSY_PART = 0.5
/** That much of the thread's time is the long queue's in any case, however busy the neighbours keep it themselves. */
const PART_OF_LONG = 0.25
const LOOK_EVERY_MS = 20

type Seen = Pick<Lane, 'inHand' | 'window'> & { webhook: Pick<Lane['webhook'], 'id' | 'rateLimit' | 'maxConcurrency'> }

export type Neighbours = {
  /** Takes note of a webhook for which a claim has just brought so many; `isNew`: some of them for the first time. */
  seen(lane: Seen, brought: number, isNew: boolean): void
  /** How many of each long queue the next claim may bring, by webhook; empty while nobody else has little. Call before every claim. */
  parts(): ReadonlyMap<string, number>
}

/**
 * `ticks` in milliseconds. `busyPart` is how much of the time since it was last asked the thread has worked, from 0 to 1; without
 * it a long queue beside others comes in parts of one size.
 */
export function createNeighbours(ticks: () => number, busyPart?: () => number): Neighbours {
  /** By webhook, when it was last seen to have much, or little; the longest ago first. */
  const longSeenAt = new Map<string, number>()
  const littleSeenAt = new Map<string, number>()
  let hadNeighbours = false
  let part = MUCH
  let lookedAt = 0
  let brought = { inAll: 0, ofLong: 0 }

  function hasNeighbours(): boolean {
    forget(longSeenAt, ticks() - LONG_FOR_MS)
    forget(littleSeenAt, ticks() - NEIGHBOUR_FOR_MS)
    if (longSeenAt.size === 0) return false
    for (const id of littleSeenAt.keys()) if (!longSeenAt.has(id)) return true
    return false
  }

  /** As TCP finds its window: a little more while there is time left, much less as soon as there is not. */
  function follow(busy: number): void {
    const ofLong = busy * brought.ofLong / Math.max(brought.inAll, 1)
    part = busy > BUSY_PART && ofLong > PART_OF_LONG ? Math.max(LITTLE, part * 0.75) : Math.min(AT_ONCE, part + 1)
  }

  return {
    seen({ webhook: { id, rateLimit, maxConcurrency }, inHand, window }, count, isNew) {
      const allowed = hadNeighbours && longSeenAt.has(id) ? part : MUCH
      // Where many have something due, each gets less than much of a claim; but it gathers here.
      if (count >= Math.min(Math.floor(allowed), MUCH) || count >= LITTLE && inHand >= MUCH) renew(longSeenAt, id, ticks())
      // One that is tried again has waited anyway, one with a limit waits for that, and one that gave no answer lately asks for little.
      if (inHand < LITTLE && isNew && rateLimit === null && maxConcurrency === null && window >= WINDOW.initial) renew(littleSeenAt, id, ticks())
      else littleSeenAt.delete(id)
      brought.inAll += count
      if (longSeenAt.has(id)) brought.ofLong += count
    },
    parts() {
      if (!hasNeighbours()) {
        hadNeighbours = false
        return new Map()
      }
      if (!hadNeighbours || ticks() - lookedAt >= LOOK_EVERY_MS) {
        const busy = busyPart?.()
        if (!hadNeighbours) part = MUCH
        else if (busy !== undefined) follow(busy)
        hadNeighbours = true
        lookedAt = ticks()
        brought = { inAll: 0, ofLong: 0 }
      }
      return new Map([...longSeenAt.keys()].map((id) => [id, Math.floor(part)]))
    },
  }
}

/** So that the map stays in the order of its moments. */
function renew(seenAt: Map<string, number>, id: string, at: number): void {
  seenAt.delete(id)
  seenAt.set(id, at)
}

function forget(seenAt: Map<string, number>, before: number): void {
  for (const [id, at] of seenAt) {
    if (at > before) return
    seenAt.delete(id)
  }
}
