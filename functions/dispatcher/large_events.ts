import { MAX_EVENT_BYTES } from '../core/event_size.ts'
import type { Claim, Store } from '../io/store.ts'

/** Above this a claim comes without its data: see webhooks.claim_deliveries(). */
const LARGE_BYTES = 64 * 1024
/** Of large events in hand together. The first always fits, and so does the first of each organization while there is room. */
const IN_HAND_BYTES = 16 * 1024 * 1024

export type LargeEvents = {
  /** Reads what the claims left out, as long as there is room, and answers with those for which there is none. */
  read(claims: readonly Claim[]): Promise<Set<Claim>>
  /** A claim is no longer in hand. */
  forget(claim: Claim): void
}

/** Keeps the memory that events take bounded: two thousand in hand may be of a megabyte each. */
export function boundLargeEvents(store: Pick<Store, 'readLargeEvents'>): LargeEvents {
  const held = new Set<Claim>()
  const ofOrganization = new Map<string, number>()
  let bytes = 0

  function hold(claim: Claim, sign: 1 | -1): void {
    bytes += sign * claim.bytes
    const theirs = (ofOrganization.get(claim.organizationId) ?? 0) + sign * claim.bytes
    if (theirs === 0) ofOrganization.delete(claim.organizationId)
    else ofOrganization.set(claim.organizationId, theirs)
  }

  /** As for webhooks and their places: nobody has more in hand than is left for all others. One whose receivers hang would else hold all of it. */
  function hasRoom(claim: Claim): boolean {
    const left = IN_HAND_BYTES - bytes - claim.bytes
    const theirs = ofOrganization.get(claim.organizationId) ?? 0
    return left >= 0 && (theirs === 0 || theirs + claim.bytes <= left)
  }

  function forget(claim: Claim): void {
    if (claim.bytes > LARGE_BYTES && held.delete(claim)) hold(claim, -1)
  }

  async function read(claims: readonly Claim[]): Promise<Set<Claim>> {
    const noRoom = new Set<Claim>()
    const wanted: Claim[] = []
    for (const claim of claims) {
      // What is above the limit is never sent, so never read.
      if (claim.bytes <= LARGE_BYTES || claim.bytes > MAX_EVENT_BYTES) continue
      if (!hasRoom(claim)) {
        noRoom.add(claim)
        continue
      }
      hold(claim, 1)
      held.add(claim)
      wanted.push(claim)
    }
    if (wanted.length === 0) return noRoom
    const found = await store.readLargeEvents(wanted)
    for (const claim of wanted) {
      const event = found.get(claim.deliveryId)
      if (event === undefined) noRoom.add(claim)
      else Object.assign(claim, event)
    }
    return noRoom
  }

  return { read, forget }
}
