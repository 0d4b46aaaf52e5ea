// How much to claim, in all and of each webhook.
import type { ClaimRequest } from '../io/store.ts'
import type { Lane, Lanes } from './lanes.ts'
import { AT_ONCE, createNeighbours, type Neighbours } from './neighbours.ts'
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

export type ClaimSize = Pick<Neighbours, 'seen'> & {
  /** What to ask of the next claim, with less than IN_HAND in hand. */
  next(lanes: Lanes, inHand: number): Pick<ClaimRequest, 'max' | 'perWebhook' | 'busy'>
}

/** `ticks` in milliseconds; `busyPart`: see createNeighbours(). */
export function createClaimSize(ticks: () => number, busyPart?: () => number): ClaimSize {
  const neighbours = createNeighbours(ticks, busyPart)
  return {
    seen: neighbours.seen,
    next(lanes, inHand) {
      const free = IN_HAND - inHand
      const perWebhook = Math.min(WINDOW.initial * CLAIM_AHEAD, free, AT_ONCE)
      // A long queue that has nothing in hand at this moment is no less long.
      const rooms = new Map(neighbours.parts())
      for (const lane of lanes) {
        const { id } = lane.webhook
        rooms.set(id, Math.min(mostInHand(lane, free, lanes.size) - lane.inHand, rooms.get(id) ?? AT_ONCE))
      }
      return {
        max: Math.min(Math.ceil(free * CLAIMED_OF_FREE), PER_CLAIM),
        perWebhook,
        busy: new Map([...rooms].map(([id, room]) => [id, perWebhook - room])),
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
