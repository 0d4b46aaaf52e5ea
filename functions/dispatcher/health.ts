import type { QueueHealth } from '../io/queue_health.ts'
import type { DispatcherStatus } from './dispatch.ts'

const CLAIM_AGE_MS = 30_000
/** With full hands a dispatcher claims only when a request ends, and the slowest take half a minute. */
const CLAIM_AGE_WITH_FULL_HANDS_MS = 90_000

export type QueueAnswer = { due: number; oldest_due_seconds: number; unattended_seconds: number; open: number }

/** What `GET /health` says. `reasons` has a sentence for each thing that is wrong. */
export type HealthAnswer = {
  status: 'ok' | 'starting' | 'stopping' | 'failing'
  reasons: string[]
  dispatcher_id: string
  in_hand: number
  under_way: number
  waiting_to_record: number
  last_claim_at: string | null
  last_record_at: string | null
  queue: QueueAnswer | null
}

/** Judges a dispatcher and the queue. `queue` is null when the database did not say. */
export function judgeHealth({ dispatcher, queue, maxAgeSeconds, now }: {
  dispatcher: DispatcherStatus
  queue: QueueHealth | null
  maxAgeSeconds: number
  now: Date
}): HealthAnswer {
  const reasons = judgeQueue(queue, maxAgeSeconds)
  const claimAge = dispatcher.lastClaimAt === null ? 0 : now.getTime() - dispatcher.lastClaimAt.getTime()
  if (claimAge > (dispatcher.handsFull ? CLAIM_AGE_WITH_FULL_HANDS_MS : CLAIM_AGE_MS)) {
    reasons.push(`The last claim that worked was ${Math.round(claimAge / 1_000)} s ago: the database does not answer, or refuses.`)
  }
  return {
    status: dispatcher.stopping ? 'stopping' : dispatcher.lastClaimAt === null ? 'starting' : reasons.length > 0 ? 'failing' : 'ok',
    reasons,
    dispatcher_id: dispatcher.dispatcherId,
    in_hand: dispatcher.inHand,
    under_way: dispatcher.underWay,
    waiting_to_record: dispatcher.waitingToRecord,
    last_claim_at: dispatcher.lastClaimAt?.toISOString() ?? null,
    last_record_at: dispatcher.lastRecordAt?.toISOString() ?? null,
    queue: queueAnswer(queue),
  }
}

/** What is wrong with the queue: nothing while each delivery that may be claimed is claimed in time. */
export function judgeQueue(queue: QueueHealth | null, maxAgeSeconds: number): string[] {
  if (queue === null || queue.unattendedSeconds <= maxAgeSeconds) return []
  return [`A delivery has waited ${Math.round(queue.unattendedSeconds)} s, and no dispatcher takes it.`]
}

export function queueAnswer(queue: QueueHealth | null): QueueAnswer | null {
  if (queue === null) return null
  const seconds = (value: number) => Math.round(value * 1_000) / 1_000
  return {
    due: queue.due, oldest_due_seconds: seconds(queue.oldestDueSeconds), unattended_seconds: seconds(queue.unattendedSeconds), open: queue.open,
  }
}
