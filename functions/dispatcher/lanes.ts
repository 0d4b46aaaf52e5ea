// What is in hand, by webhook; and the servers that several webhooks of an organization may lead to.
import { CONNECTIONS_PER_ORIGIN } from '../io/agents.ts'
import type { Claim } from '../io/store.ts'
import type { OpenedWebhook } from './webhooks.ts'
import { WINDOW } from './window.ts'

/** One webhook's claimed deliveries. `inHand`: in its queue, under way, or waiting to be recorded. */
export type Lane = {
  /** As the newest claim knows it: what was claimed before an edit goes to where the edit says, signed with what is valid now. */
  webhook: OpenedWebhook
  host: Host
  window: number
  underWay: number
  inHand: number
  queue: { claim: Claim; leaseEnds: number }[]
}

/** One server, as one organization reaches it, and the lanes that wait for a socket to it. A lane keeps the one it was opened with. */
type Host = { key: string; lanes: number; underWay: number; waiting: Set<Lane> }

export type Lanes = {
  /** How many webhooks have something in hand. */
  readonly size: number
  [Symbol.iterator](): IterableIterator<Lane>
  get(webhookId: string): Lane | undefined
  /** The lane of a claim, opened by the first. */
  open(claim: Claim, webhook: OpenedWebhook): Lane
  /** One delivery less in hand. Without any the lane is closed, and the next burst learns its window anew. */
  leave(lane: Lane): void
}

export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>()
  const hosts = new Map<string, Host>()

  function hostOf(key: string): Host {
    let host = hosts.get(key)
    if (host === undefined) hosts.set(key, host = { key, lanes: 0, underWay: 0, waiting: new Set() })
    return host
  }

  return {
    get size() { return lanes.size },
    [Symbol.iterator]: () => lanes.values(),
    get: (webhookId) => lanes.get(webhookId),
    open({ webhookId, organizationId }, webhook) {
      const known = lanes.get(webhookId)
      if (known !== undefined) {
        known.webhook = webhook
        return known
      }
      const host = hostOf(`${organizationId} ${webhook.origin}`)
      host.lanes++
      const lane: Lane = { webhook, host, window: WINDOW.initial, underWay: 0, inHand: 0, queue: [] }
      lanes.set(webhookId, lane)
      return lane
    },
    leave(lane) {
      if (--lane.inHand > 0) return
      lanes.delete(lane.webhook.id)
      if (--lane.host.lanes === 0) hosts.delete(lane.host.key)
    },
  }
}

/**
 * Takes a socket for a request of this lane. A request that waited for one inside the HTTP client would have spent its time before
 * it began, so it waits here: when there is none, the lane is remembered, and false.
 */
export function takeSocket(lane: Lane): boolean {
  const { host } = lane
  if (host.underWay >= CONNECTIONS_PER_ORIGIN) {
    host.waiting.add(lane)
    return false
  }
  host.underWay++
  lane.underWay++
  return true
}

/** Gives a socket back. Those go on that have waited longest for one, then this lane. */
export function giveSocketBack(lane: Lane, goOn: (lane: Lane) => void): void {
  const { host } = lane
  host.underWay--
  lane.underWay--
  while (host.waiting.size > 0 && host.underWay < CONNECTIONS_PER_ORIGIN) {
    const next = host.waiting.values().next().value!
    host.waiting.delete(next)
    goOn(next)
  }
  goOn(lane)
}
