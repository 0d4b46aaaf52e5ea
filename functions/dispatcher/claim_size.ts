// How much to claim, in all and of each webhook. While a claim of many rows runs, and while what it brought is sent, what was
// committed a moment ago waits.
import type { ClaimRequest } from '../io/store.ts'
import type { Lane, Lanes } from './lanes.ts'
import { WINDOW } from './window.ts'

/** Claimed deliveries in hand at most: under way, waiting for their webhook's window, or waiting to be recorded. */
export const IN_HAND = 3_000
const PER_CLAIM = 1_000
/** The last tenth of what is free is left for webhooks that have nothing in hand yet. */
const CLAIMED_OF_FREE = 0.9
/**
 * How many deliveries per request under way a webhook may have in hand: what waits for the record counts, too. Measured: with 4
 * the sockets of a single busy webhook wait for the record, and it gets three quarters of the rate.
 */
const CLAIM_AHEAD = 12
/**
 * A webhook gets more once fewer than so many rounds of its requests wait here, or less than so much of its fair part of what may
 * be in hand. A claim steps over all that its webhooks have in hand: few large claims cost half of many small ones.
 */
const ROUNDS_WAITING = 2
const FAIR_PART_WAITING = 0.5
/** With less than so much of what may be in hand free, only webhooks of which nothing waits get more. */
const FREE_ENOUGH = 0.25

/** Of one webhook at once. Measured: with 1,000 a long queue drains no faster. */
const AT_ONCE = 256
/** Beside neighbours with little: to begin with, and never less than what says that a webhook has much. */
const BESIDE_OTHERS = 32
/** A claim gives each webhook at least eight if it has them: with fewer in hand it has no more that is due. */
const LITTLE = 8
/** For so long after its last claim a long queue counts as one, and a neighbour as one who will have something again. */
const LONG_FOR_MS = 1_000
const NEIGHBOUR_FOR_MS = 30_000
/**
 * How much of its time the thread may work while a long queue has neighbours: what they commit meets a thread that is free as
 * often as not. Measured: with 0.7 their p99 is half as long again, for a fifth more of the queue.
 */
const BUSY_PART = 0.5
const LOOK_EVERY_MS = 20

export type ClaimSize = {
  /** Takes note of a webhook for which a claim has just brought so many. */
  seen(lane: Pick<Lane, 'inHand' | 'window'> & { webhook: Pick<Lane['webhook'], 'id'> }, brought: number): void
  /** What to ask of the next claim, with less than IN_HAND in hand. */
  next(lanes: Lanes, inHand: number): Pick<ClaimRequest, 'max' | 'perWebhook' | 'busy'>
}

/**
 * `ticks` in milliseconds. `busyPart` is how much of the time since it was last asked the thread has worked, from 0 to 1; without
 * it a long queue beside others comes in parts of one size.
 */
export function createClaimSize(ticks: () => number, busyPart?: () => number): ClaimSize {
  let longSeenAt = -Infinity
  /** By webhook, when it was last seen to have little; the longest ago first. */
  const littleSeenAt = new Map<string, number>()
  let atOnce = AT_ONCE
  let besideOthers = BESIDE_OTHERS
  let lookedAt = -Infinity

  function hasNeighbours(): boolean {
    for (const [id, at] of littleSeenAt) {
      if (at > ticks() - NEIGHBOUR_FOR_MS) break
      littleSeenAt.delete(id)
    }
    return longSeenAt > ticks() - LONG_FOR_MS && littleSeenAt.size > 0
  }

  /** As TCP finds its window: a little more while there is time left, much less as soon as there is not. */
  function follow(busy: () => number): void {
    if (ticks() - lookedAt < LOOK_EVERY_MS) return
    lookedAt = ticks()
    besideOthers = busy() > BUSY_PART ? Math.max(LITTLE, besideOthers * 0.75) : Math.min(AT_ONCE, besideOthers + 1)
  }

  return {
    seen({ webhook, inHand, window }, brought) {
      if (brought >= Math.min(atOnce, BESIDE_OTHERS)) longSeenAt = ticks()
      littleSeenAt.delete(webhook.id)
      // One that gave no answer lately may have little because it asks for little.
      if (inHand < LITTLE && window >= WINDOW.initial) littleSeenAt.set(webhook.id, ticks())
    },
    next(lanes, inHand) {
      const free = IN_HAND - inHand
      const neighbours = hasNeighbours()
      if (neighbours && busyPart !== undefined) follow(busyPart)
      atOnce = neighbours ? Math.floor(besideOthers) : AT_ONCE
      const perWebhook = Math.min(WINDOW.initial * CLAIM_AHEAD, free, atOnce)
      const room = (lane: Lane) => Math.min(mostInHand(lane, free, lanes.size) - lane.inHand, atOnce)
      return {
        max: Math.min(Math.ceil(free * CLAIMED_OF_FREE), PER_CLAIM),
        perWebhook,
        busy: new Map([...lanes].map((lane) => [lane.webhook.id, perWebhook - room(lane)])),
      }
    },
  }
}

/**
 * No webhook may have more in hand than is free: so a hundred that hang leave room for the one that does not. One that gave no
 * answer lately claims nothing ahead, and neither does one with a rate limit.
 */
function mostInHand({ window, webhook, queue }: Lane, free: number, webhooks: number): number {
  const enough = free < IN_HAND * FREE_ENOUGH ? 0 : Math.min(window * ROUNDS_WAITING, IN_HAND / webhooks * FAIR_PART_WAITING)
  if (queue.length > enough) return 0 // for now
  return Math.min(window < WINDOW.initial || webhook.rateLimit !== null ? window : window * CLAIM_AHEAD, free)
}
