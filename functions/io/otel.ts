// Metrics and traces by OpenTelemetry. Only process.ts loads this file, and only when a standard OTEL_* variable asks for an export.
import { context, metrics, SpanKind, SpanStatusCode, trace, type Attributes, type ObservableResult } from '@opentelemetry/api'
import { NodeSDK, resources } from '@opentelemetry/sdk-node'
import { VERSION } from '../core/version.ts'
import type { Finished } from './store.ts'
import type { Gauges, Telemetry } from './telemetry.ts'

const FLUSH_MS = 5_000
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600]
const DELIVERIES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]

/** Starts the SDK, which reads its own settings (endpoint, protocol, headers, sampler, intervals, names) from the environment. */
export function openTelemetry(dispatcherId: string): Telemetry {
  const resource = resources.defaultResource().merge(resources.resourceFromAttributes({
    'service.name': 'tablehook-dispatcher', 'service.version': VERSION, 'service.instance.id': dispatcherId,
  }))
  // No logs go through the SDK, so it needs no exporter for them.
  const sdk = new NodeSDK({ resource, logRecordProcessors: [] })
  sdk.start()

  const meter = metrics.getMeter('tablehook', VERSION)
  const tracer = trace.getTracer('tablehook', VERSION)
  const attempts = meter.createCounter('tablehook.attempts', { description: 'Attempts, by answer and by what became of the delivery.' })
  const leasesLost = meter.createCounter('tablehook.leases_lost', { description: 'Attempts whose delivery another dispatcher had taken over.' })
  const duration = meter.createHistogram('tablehook.attempt.duration', {
    unit: 's', description: 'From the start of a request to the end of its answer.', advice: { explicitBucketBoundaries: SECONDS },
  })
  const delay = meter.createHistogram('tablehook.first_attempt.delay', {
    unit: 's', description: 'From the event to the start of the first attempt.', advice: { explicitBucketBoundaries: SECONDS },
  })
  const sizes = {
    claim: meter.createHistogram('tablehook.claim.size', { unit: '{delivery}', description: 'Deliveries per claim that had any.', advice: { explicitBucketBoundaries: DELIVERIES } }),
    record: meter.createHistogram('tablehook.record.size', { unit: '{delivery}', description: 'Attempts per record.', advice: { explicitBucketBoundaries: DELIVERIES } }),
  }

  function trackSpans(batch: readonly Finished[], lost: ReadonlySet<string>, recordedAt: Date): void {
    const began = batch.reduce((earliest, { startedAt }) => Math.min(earliest, startedAt.getTime()), recordedAt.getTime())
    const parent = tracer.startSpan('tablehook.batch', { startTime: began, root: true, attributes: { 'tablehook.attempts': batch.length, 'tablehook.leases_lost': lost.size } })
    // One decision of the sampler per batch: where it says no, its attempts are not looked at.
    if (parent.isRecording()) {
      const within = trace.setSpan(context.active(), parent)
      for (const finished of batch) {
        const { claim, outcome, startedAt, state } = finished
        const span = tracer.startSpan('tablehook.attempt', { kind: SpanKind.CLIENT, startTime: startedAt, attributes: attributesOf(finished, lost) }, within)
        if (state !== 'succeeded') span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.errorCode ?? claim.eventType })
        span.end(startedAt.getTime() + outcome.durationMs)
      }
    }
    parent.end(recordedAt)
  }

  return {
    claimed: (count) => sizes.claim.record(count),
    recorded(batch, lost, recordedAt) {
      sizes.record.record(batch.length)
      if (lost.size > 0) leasesLost.add(lost.size)
      for (const { claim, outcome, startedAt, state } of batch) {
        const labels = { answer: answerClass(outcome), state }
        attempts.add(1, labels)
        duration.record(outcome.durationMs / 1_000, { answer: labels.answer })
        // Our clock against the database's: a little below zero means now.
        if (claim.attempt === 1) delay.record(Math.max(0, startedAt.getTime() - Date.parse(claim.occurredAt)) / 1_000)
      }
      trackSpans(batch, lost, recordedAt)
    },
    observe(gauges) {
      meter.createObservableGauge('tablehook.in_hand', { unit: '{delivery}', description: 'Claimed and not yet recorded.' })
        .addCallback((result) => result.observe(gauges.inHand()))
      const due = meter.createObservableGauge('tablehook.queue.due', { unit: '{delivery}', description: 'May be claimed now, over all dispatchers; up to 10,000.' })
      const oldest = meter.createObservableGauge('tablehook.queue.oldest_due', { unit: 's', description: 'How long the oldest due delivery of an active webhook has waited.' })
      due.addCallback(queueGauge(gauges, ({ due }) => due))
      oldest.addCallback(queueGauge(gauges, ({ oldestDueSeconds }) => oldestDueSeconds))
    },
    async close() {
      // A collector that is down must not hold up the end of the process.
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, FLUSH_MS) })
      await Promise.race([sdk.shutdown().catch(() => {}), late])
      clearTimeout(timer)
    },
  }
}

/** `2xx` to `5xx`, or the error code where no status arrived or the answer broke off: few values, so few series. */
export function answerClass({ errorCode, ...outcome }: Finished['outcome']): string {
  if (outcome.kind === 'no_response') return errorCode ?? 'network_error'
  return errorCode === null || errorCode === 'http_error' || errorCode === 'redirect' ? `${Math.floor(outcome.status / 100)}xx` : errorCode
}

/** No URL (it may hold a token), no body, no header. */
function attributesOf({ claim, outcome, state }: Finished, lost: ReadonlySet<string>): Attributes {
  return {
    'http.request.method': 'POST',
    ...(outcome.kind === 'response' ? { 'http.response.status_code': outcome.status } : {}),
    ...(outcome.errorCode === null ? {} : { 'error.type': outcome.errorCode }),
    'tablehook.organization_id': claim.organizationId,
    'tablehook.webhook_id': claim.webhookId,
    'tablehook.delivery_id': claim.deliveryId,
    'tablehook.event_id': claim.eventId,
    'tablehook.event_type': claim.eventType,
    'tablehook.attempt': claim.attempt,
    'tablehook.state': state,
    ...(lost.has(claim.deliveryId) ? { 'tablehook.lease_lost': true } : {}),
  }
}

type Queue = NonNullable<Awaited<ReturnType<Gauges['queue']>>>

function queueGauge(gauges: Gauges, pick: (queue: Queue) => number) {
  return async (result: ObservableResult) => {
    const queue = await gauges.queue()
    if (queue !== null) result.observe(pick(queue))
  }
}
