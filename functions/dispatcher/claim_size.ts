// How much one webhook gets of a claim. While a claim of many rows runs, and while what it brought is sent, what was committed a
// moment ago waits.
import type { Lane } from './lanes.ts'
import { WINDOW } from './window.ts'

/** Measured: with 1,000 a long queue drains no faster. */
const MOST = 256
/** Beside neighbours with little. Measured: their median wait is a quarter of what it is beside claims of a thousand, for a quarter of the long queue's rate. */
const BESIDE_OTHERS = 32
/** A claim gives each webhook at least eight if it has them: with fewer in hand it has no more that is due. */
const LITTLE = 8
/** For so long after both were seen. */
const REMEMBERED_MS = 1_000

export type ClaimSize = {
  /** Takes note of a webhook for which a claim has just brought so many. */
  seen(lane: Pick<Lane, 'inHand' | 'window'>, brought: number): void
  /** Deliveries of one webhook in the next claim, at most. */
  next(): number
}

/** `ticks` in milliseconds. */
export function createClaimSize(ticks: () => number): ClaimSize {
  let manySeenAt = -Infinity
  let fewSeenAt = -Infinity
  return {
    seen({ inHand, window }, brought) {
      if (brought >= BESIDE_OTHERS) manySeenAt = ticks()
      // One that gave no answer lately may have little because it asks for little.
      else if (inHand < LITTLE && window >= WINDOW.initial) fewSeenAt = ticks()
    },
    next: () => Math.min(manySeenAt, fewSeenAt) > ticks() - REMEMBERED_MS ? BESIDE_OTHERS : MOST,
  }
}
