import { decide, type Decision } from '../core/decide.ts'
import { renderBody, requestHeaders, type EventToSend } from '../core/envelope.ts'
import type { Outcome } from '../core/outcome.ts'
import { simpleSignature } from '../core/signature.ts'
import { VERSION } from '../core/version.ts'
import type { Sender } from '../io/send.ts'
import type { Claim, Finished } from '../io/store.ts'
import type { OpenedWebhook } from './webhooks.ts'

/** All that one attempt asks of the world. */
export type Io = { now: () => Date; random: () => number; send: Sender['send'] }

/** One attempt, start to finish: envelope → sign → send → decide. Recording is the batch's business. */
export async function deliver(claim: Claim, webhook: OpenedWebhook, io: Io): Promise<Finished> {
  const startedAt = io.now()
  const { body, headers } = request(claim, webhook, startedAt)
  const outcome = await io.send({ url: webhook.url, headers, body, timeoutMs: webhook.timeoutMs })
  const now = io.now()
  const decision = decide({ outcome, attempt: claim.roundAttempt, policy: webhook.retryPolicy, now, random: io.random })
  return finished(claim, outcome, startedAt, decision, now)
}

/** The signed request of one attempt. Also what the API sends for a test. */
export function request(claim: Claim, webhook: Pick<OpenedWebhook, 'secrets' | 'customHeaders'>, sentAt: Date): { body: string; headers: Record<string, string> } {
  const event: EventToSend = {
    id: claim.eventId, type: claim.eventType, occurredAt: claim.occurredAt, organizationId: claim.organizationId, data: claim.data, previous: claim.previous,
    context: claim.context,
  }
  const body = renderBody(claim.format, event, (text) => simpleSignature(text, webhook.secrets))
  const headers = requestHeaders({
    format: claim.format, event, body, attempt: claim.attempt, sentAt, secrets: webhook.secrets, customHeaders: webhook.customHeaders, version: VERSION,
  })
  return { body, headers }
}

/** The wait, not the moment: our clock may be wrong, and the database's is the one that all dispatchers share. */
function finished(claim: Claim, outcome: Outcome, startedAt: Date, decision: Decision, now: Date): Finished {
  switch (decision.kind) {
    case 'succeeded': return { claim, outcome, startedAt, state: 'succeeded', retryInMs: null, turnOff: false }
    case 'retry': return { claim, outcome, startedAt, state: 'pending', retryInMs: decision.at.getTime() - now.getTime(), turnOff: false }
    case 'failed': return { claim, outcome, startedAt, state: 'failed', retryInMs: null, turnOff: decision.turnOff }
  }
}
