import type { Log } from '../io/log.ts'
import type { Finished } from '../io/store.ts'

/** One line per attempt, with every identifier and what was decided. No URL (it may hold a token), no body, no header. */
export function logAttempt(log: Log, { claim, outcome, state, retryInMs }: Finished, leaseLost: boolean): void {
  log({
    level: state === 'succeeded' ? 'info' : 'warn',
    event: 'delivery.attempted',
    organization_id: claim.organizationId,
    webhook_id: claim.webhookId,
    delivery_id: claim.deliveryId,
    event_id: claim.eventId,
    event_type: claim.eventType,
    attempt: claim.attempt,
    status: outcome.kind === 'response' ? outcome.status : null,
    error: outcome.errorCode,
    duration_ms: Math.round(outcome.durationMs * 10) / 10,
    state,
    retry_in_s: retryInMs === null ? null : Math.round(retryInMs / 1_000),
    ...(leaseLost ? { lease_lost: true } : {}),
  })
}
