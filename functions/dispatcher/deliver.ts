import { decide, type Decision } from '../core/decide.ts'
import { renderBody, requestHeaders, type EventToSend } from '../core/envelope.ts'
import { MAX_EVENT_BYTES } from '../core/event_size.ts'
import { hideSecrets } from '../core/hide_secrets.ts'
import { unsendable, type Outcome } from '../core/outcome.ts'
import { simpleSignature } from '../core/signature.ts'
import { VERSION } from '../core/version.ts'
import type { Sender } from '../io/send.ts'
import type { Claim, Finished } from '../io/store.ts'
import type { ShapedClaim } from './shapes.ts'
import type { OpenedWebhook } from './webhooks.ts'

/** All that one attempt asks of the world. */
export type Io = { now: () => Date; random: () => number; send: Sender['send'] }

/** One attempt, start to finish: shape → envelope → sign → send → decide. Recording is the batch's business. */
export async function deliver(claim: ShapedClaim, webhook: OpenedWebhook, io: Io): Promise<Finished> {
  const whole = eventOf(claim)
  if (claim.bytes > MAX_EVENT_BYTES) return tooLarge(claim, io)
  const written = await write(whole, claim, webhook).catch(tooDeep)
  const startedAt = io.now()
  const outcome = 'kind' in written ? written : await send(written, claim, webhook, startedAt, io)
  const now = io.now()
  const decision = decide({ outcome, attempt: claim.roundAttempt, policy: webhook.retryPolicy, now, random: io.random })
  return finished(claim, webhook, outcome, startedAt, decision, now)
}

/** Above the limit it will be the next time, too. */
function tooLarge(claim: Claim, { now }: Io): Finished {
  const detail = `The event has ${claim.bytes.toLocaleString('en')} bytes as JSON. The limit is ${MAX_EVENT_BYTES.toLocaleString('en')}.`
  return { claim, outcome: unsendable(detail, 'event_too_large'), startedAt: now(), state: 'failed', retryInMs: null, goneRevision: null }
}

/** The whole event of a claim, before anything shapes it. */
export function eventOf(claim: Claim): EventToSend {
  return {
    id: claim.eventId, type: claim.eventType, occurredAt: claim.occurredAt, organizationId: claim.organizationId, data: claim.data, previous: claim.previous,
    context: claim.context,
  }
}

/** A shape without someone to apply it is a fault of ours: the whole event must not go out instead. */
function shape(claim: ShapedClaim, event: EventToSend) {
  if (claim.shape === undefined) throw new Error(`Nothing applies shape ${claim.shapeId}.`)
  return claim.shape(event)
}

type Written = { event: EventToSend; body: string }

/** The body, or why there is none. */
async function write(whole: EventToSend, claim: ShapedClaim, webhook: OpenedWebhook): Promise<Written | Outcome> {
  const shaped = claim.shapeId === null ? null : await shape(claim, whole)
  if (shaped !== null && !shaped.ok) return unsendable(shaped.sentence)
  const event = shaped?.event ?? whole
  return { event, body: renderBody(claim.format, event, (text) => simpleSignature(text, webhook.secrets)) }
}

/** What is nested deeper than our stack will be the next time, too: tried again for ever, it would hold up what comes after it. */
function tooDeep(error: unknown): Outcome {
  if (!(error instanceof RangeError && /call stack/.test(error.message))) throw error
  return unsendable('The event has lists or objects inside each other, more levels deep than can be written in this form.', 'event_too_large')
}

async function send({ event, body }: Written, claim: Claim, webhook: OpenedWebhook, sentAt: Date, io: Io): Promise<Outcome> {
  const headers = requestHeaders({
    format: claim.format, event, body, attempt: claim.attempt, sentAt, secrets: webhook.secrets, customHeaders: webhook.customHeaders, version: VERSION,
  })
  const outcome = await io.send({ owner: claim.organizationId, url: webhook.url, headers, body, timeoutMs: webhook.timeoutMs })
  return hideSecrets(outcome, webhook.confidential)
}

/** The wait, not the moment: our clock may be wrong, and the database's is the one that all dispatchers share. */
function finished(claim: Claim, webhook: OpenedWebhook, outcome: Outcome, startedAt: Date, decision: Decision, now: Date): Finished {
  switch (decision.kind) {
    case 'succeeded': return { claim, outcome, startedAt, state: 'succeeded', retryInMs: null, goneRevision: null }
    case 'retry': return { claim, outcome, startedAt, state: 'pending', retryInMs: decision.at.getTime() - now.getTime(), goneRevision: null }
    case 'failed': return { claim, outcome, startedAt, state: 'failed', retryInMs: null, goneRevision: decision.turnOff ? webhook.revision : null }
  }
}
