// Drains the outbox: claim ahead → deliver → record what has finished. One event loop, any number of dispatchers side by side.
import type { Keyring } from '../core/seal.ts'
import { faultOf, type Log } from '../io/log.ts'
import type { Sender } from '../io/send.ts'
import type { Claim, Finished, Store } from '../io/store.ts'
import { silent, type Telemetry } from '../io/telemetry.ts'
import { createClaimSize, IN_HAND } from './claim_size.ts'
import { deliver } from './deliver.ts'
import { createLanes, giveSocketBack, takeSocket, type Lane } from './lanes.ts'
import { boundLargeEvents } from './large_events.ts'
import { logAttempt } from './log_attempt.ts'
import { createRecorder } from './recorder.ts'
import { createRhythm } from './rhythm.ts'
import { nextWindow } from './window.ts'
import { rememberWebhooks } from './webhooks.ts'

const LEASE_SECONDS = 60
/** What must be left of a lease when a request starts, beyond the request's own timeout. */
const LEASE_MARGIN_MS = 5_000
const OUR_FAULT_DELAY_MS = 30_000
const NO_ROOM_DELAY_MS = 250
/** How long after an edit what is in hand here may still be sent as before. */
const LOOK_AGAIN_MS = 1_000
const FAULT_PAUSE_MS = { first: 100, most: 5_000 }
/** The longest timeout of a request, and a moment to record it. Whoever stops us kills us soon after. */
const STOP_MS = 32_000

export type Counts = { claimed: number; succeeded: number; retried: number; failed: number }

export type Parts = {
  store: Store
  sender: Sender
  keyring: Keyring
  log: Log
  now: () => Date
  /** Milliseconds that only ever grow: leases and waits must not follow a clock that is set. */
  ticks: () => number
  random: () => number
  /** How much of the time since it was last asked this thread has worked, from 0 to 1. */
  busyPart?: () => number
  dispatcherId: string
  /** The longest time without a look, in milliseconds. */
  sweepMs?: number
  /** The longest time that a stop takes, in milliseconds. */
  stopMs?: number
  telemetry?: Telemetry
}

/** How a dispatcher stands. `handsFull`: it claims no more until something is recorded. */
export type DispatcherStatus = {
  dispatcherId: string
  stopping: boolean
  inHand: number
  underWay: number
  waitingToRecord: number
  handsFull: boolean
  lastClaimAt: Date | null
  lastRecordAt: Date | null
}

export type Dispatcher = {
  /** Delivers until stopped. */
  run(): Promise<void>
  /** Delivers until nothing is due or the time is up, and says what it did. */
  drain(forMs: number): Promise<Counts>
  /**
   * Stops claiming, lets requests under way finish, records them and gives the rest back. What cannot be recorded in time, since
   * the database is away, is left to its lease: it is sent once more.
   */
  stop(): Promise<void>
  wake(): void
  readonly counts: Counts
  readonly inHand: number
  status(): DispatcherStatus
}

export function createDispatcher({ store, sender, keyring, log, now, ticks, random, busyPart, dispatcherId, sweepMs = 1_000, stopMs = STOP_MS, telemetry = silent }: Parts): Dispatcher {
  const webhooks = rememberWebhooks(store, keyring, now)
  const largeEvents = boundLargeEvents(store)
  const rhythm = createRhythm({ store, dispatcherId, sweepMs, now: ticks })
  const counts: Counts = { claimed: 0, succeeded: 0, retried: 0, failed: 0 }
  const lanes = createLanes()
  const claimSize = createClaimSize(ticks, busyPart)
  let underWay = 0
  let inHand = 0
  let lowWater = 0
  /** Requests wait for a record that failed. */
  let heldBack = false
  let lookedAgainAt = -Infinity
  let lastClaimAt: Date | null = null
  let lastRecordAt: Date | null = null
  let stopping = false
  let running: Promise<void> | undefined

  const recorder = createRecorder({ store, log, underWay: () => underWay, onRecorded })

  // ---- claim ----

  async function claim(): Promise<number> {
    if (inHand >= IN_HAND || recorder.isHeldUp) return 0
    const claimedAt = ticks()
    const claims = await store.claim({ ...claimSize.next(lanes, inHand), leaseSeconds: LEASE_SECONDS })
    lastClaimAt = now()
    if (claims.length === 0) return 0
    counts.claimed += claims.length
    telemetry.claimed(claims.length)
    inHand += claims.length
    lowWater = Math.floor(inHand / 2)
    const [opened, noRoom] = await Promise.all([webhooks.lookUp(claims), largeEvents.read(claims)]).catch(async (error: unknown) => {
      await giveBack(claims, 0, 'webhooks.unknown')
      throw error
    })
    const unsendable: Claim[] = []
    const tooMany: Claim[] = []
    const brought = new Map<Lane, { count: number; isNew: boolean }>()
    for (const claim of claims) {
      if (noRoom.has(claim)) continue
      const webhook = opened.get(claim.webhookId)
      if (webhook === undefined || 'problem' in webhook) {
        unsendable.push(claim)
        continue
      }
      const lane = lanes.open(claim, webhook)
      // Claimed in time with its rate: what waited here for an answer of the receiver would come all at once.
      if (webhook.rateLimit !== null && lane.inHand >= lane.window) {
        tooMany.push(claim)
        continue
      }
      lane.inHand++
      const seen = brought.get(lane) ?? { count: 0, isNew: false }
      if (seen.count++ === 0) brought.set(lane, seen)
      seen.isNew ||= claim.attempt === 1
      lane.queue.push({ claim, leaseEnds: claimedAt + LEASE_SECONDS * 1_000 })
    }
    // Who has little goes first: it need not wait until all that a long queue may have under way is sent.
    for (const [lane, { count, isNew }] of [...brought].sort(([a], [b]) => a.inHand - b.inHand)) {
      claimSize.seen(lane, count, isNew)
      pump(lane)
    }
    if (noRoom.size > 0) await giveBack([...noRoom], NO_ROOM_DELAY_MS, 'delivery.no_room')
    if (tooMany.length > 0) await giveBack(tooMany, 0, 'delivery.not_now')
    if (unsendable.length > 0) await giveBack(unsendable, OUR_FAULT_DELAY_MS, 'webhook.cannot_be_opened')
    return claims.length
  }

  /** What waits here for a webhook that was edited since follows the edit. For one that was turned off or deleted it is given back. */
  async function followEdits(): Promise<void> {
    if (ticks() - lookedAgainAt < LOOK_AGAIN_MS) return
    lookedAgainAt = ticks()
    const waiting = [...lanes].filter(({ queue }) => queue.length > 0)
    if (waiting.length === 0) return
    const current = await webhooks.lookAgain(waiting.map(({ webhook }) => webhook.id))
    for (const lane of waiting) {
      const webhook = current.get(lane.webhook.id)
      if (webhook !== undefined) lane.webhook = webhook
      else await giveBack(takeUnsent(lane), 0, 'webhook.off')
    }
  }

  function takeUnsent(lane: Lane): Claim[] {
    return lane.queue.splice(0).map(({ claim }) => {
      lanes.leave(lane)
      return claim
    })
  }

  // ---- deliver ----

  function pump(lane: Lane): void {
    heldBack ||= recorder.isHeldUp
    while (!stopping && !recorder.isHeldUp && lane.queue.length > 0 && lane.underWay < Math.min(lane.window, lane.webhook.maxConcurrency ?? lane.window)) {
      const { claim, leaseEnds } = lane.queue[0]!
      // Its turn came too late: a request that outlives its lease could be sent twice.
      if (leaseEnds - ticks() < lane.webhook.timeoutMs + LEASE_MARGIN_MS) {
        lane.queue.shift()
        lanes.leave(lane)
        void giveBack([claim], 0, 'delivery.lease_too_short')
        continue
      }
      if (!takeSocket(lane)) return
      lane.queue.shift()
      underWay++
      void deliver(claim, lane.webhook, { now, random, send: sender.send }).then(
        (finished) => onFinished(lane, finished),
        (error: unknown) => onFault(lane, claim, error),
      )
    }
  }

  function onFinished(lane: Lane, finished: Finished): void {
    lane.window = nextWindow(lane.window, finished.outcome.kind === 'response' && finished.outcome.errorCode !== 'timeout', lane.webhook.maxConcurrency)
    goOn(lane)
    recorder.add(finished)
  }

  /** Ours, such as a body that could not be rendered: the receiver is charged nothing. */
  function onFault(lane: Lane, claim: Claim, error: unknown): void {
    log({ level: 'error', event: 'delivery.fault', delivery_id: claim.deliveryId, ...faultOf(error) })
    void giveBack([claim], OUR_FAULT_DELAY_MS, 'delivery.fault')
    goOn(lane)
    lanes.leave(lane)
  }

  function goOn(lane: Lane): void {
    underWay--
    giveSocketBack(lane, pump)
  }

  // ---- record ----

  function onRecorded(batch: readonly Finished[], lost: readonly string[]): void {
    const lostIds = new Set(lost)
    lastRecordAt = now()
    telemetry.recorded(batch, lostIds, lastRecordAt)
    for (const finished of batch) {
      const lane = lanes.get(finished.claim.webhookId)
      if (lane !== undefined) lanes.leave(lane)
      inHand--
      largeEvents.forget(finished.claim)
      const leaseLost = lostIds.has(finished.claim.deliveryId)
      if (!leaseLost) count(finished)
      logAttempt(log, finished, leaseLost)
    }
    if (heldBack && !recorder.isHeldUp) {
      heldBack = false
      for (const lane of lanes) pump(lane)
    }
    if (inHand <= lowWater) rhythm.wake()
  }

  function count({ state }: Finished): void {
    if (state === 'succeeded') counts.succeeded++
    else if (state === 'pending') counts.retried++
    else counts.failed++
  }

  async function giveBack(claims: readonly Claim[], delayMs: number, why: string): Promise<void> {
    inHand -= claims.length
    for (const claim of claims) largeEvents.forget(claim)
    try {
      await store.release(claims, delayMs)
      if (delayMs > 0) log({ level: 'warn', event: why, deliveries: claims.length, webhook_id: claims[0]!.webhookId })
    } catch (error) {
      // The lease lapses by itself.
      log({ level: 'warn', event: 'release.fault', deliveries: claims.length, ...faultOf(error) })
    }
  }

  // ---- the loop ----

  async function run(): Promise<void> {
    running = loop(() => stopping)
    await running
  }

  async function loop(isOver: (claimed: number) => boolean): Promise<void> {
    let faultPause = FAULT_PAUSE_MS.first
    while (!stopping) {
      try {
        await followEdits()
        const claimed = await claim()
        await rhythm.claimed(claimed)
        faultPause = FAULT_PAUSE_MS.first
        if (isOver(claimed)) return
        await rhythm.pause(inHand > 0)
      } catch (error) {
        log({ level: 'error', event: 'claim.fault', next_try_ms: faultPause, ...faultOf(error) })
        if (isOver(0)) return
        await new Promise((resolve) => setTimeout(resolve, faultPause))
        faultPause = Math.min(faultPause * 2, FAULT_PAUSE_MS.most)
      }
    }
  }

  async function drain(forMs: number): Promise<Counts> {
    const began = ticks()
    const timeIsUp = () => ticks() - began >= forMs
    do {
      await rhythm.keepAwake()
      await loop((claimed) => timeIsUp() || (claimed === 0 && inHand === 0))
      await rhythm.stop()
      // A commit may have skipped its wake while we were awake: look once more.
    } while (!timeIsUp() && await claim() > 0)
    await stop()
    return counts
  }

  async function stop(): Promise<void> {
    stopping = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<'late'>((resolve) => { timer = setTimeout(resolve, stopMs, 'late') })
    const how = await Promise.race([finish(), late])
    clearTimeout(timer)
    if (how !== 'late') return
    recorder.giveUp()
    log({ level: 'error', event: 'stop.fault', outcomes: recorder.waiting, fault: `Not all could be recorded within ${stopMs / 1_000} s. What is left is sent once more.` })
  }

  async function finish(): Promise<void> {
    await rhythm.stop().catch(() => {})
    await running // a claim under way may still bring some
    const unsent = [...lanes].flatMap(takeUnsent)
    if (unsent.length > 0) await giveBack(unsent, 0, 'dispatcher.stopped')
    while (underWay > 0 || recorder.waiting > 0) {
      await recorder.settled()
      if (underWay > 0) await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  function status(): DispatcherStatus {
    return { dispatcherId, stopping, inHand, underWay, waitingToRecord: recorder.waiting, handsFull: inHand >= IN_HAND, lastClaimAt, lastRecordAt }
  }

  return { run, drain, stop, wake: rhythm.wake, counts, get inHand() { return inHand }, status }
}
