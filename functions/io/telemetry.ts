import type { QueueHealth } from './queue_health.ts'
import type { Finished } from './store.ts'

/** What can be asked of a dispatcher when a gauge is read. */
export type Gauges = { inHand: () => number; queue: () => Promise<QueueHealth | null> }

/**
 * Where the engine tells what it does. Called per batch, never per attempt, so that it costs nothing while nobody listens:
 * whoever listens takes the batch apart.
 */
export type Telemetry = {
  /** So many deliveries came with one claim. */
  claimed(count: number): void
  /** A batch was recorded at `recordedAt`; `lost` are the deliveries whose lease another dispatcher had taken over. */
  recorded(batch: readonly Finished[], lost: ReadonlySet<string>, recordedAt: Date): void
  observe(gauges: Gauges): void
  /** Sends what is gathered. Resolves within seconds, also when nobody takes it. */
  close(): Promise<void>
}

export const silent: Telemetry = {
  claimed() {},
  recorded() {},
  observe() {},
  async close() {},
}

/** Whether the standard OpenTelemetry variables ask for an export. */
export function telemetryWanted(get: (name: string) => string | undefined): boolean {
  if (get('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return false
  const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT']
  const exporters = ['OTEL_TRACES_EXPORTER', 'OTEL_METRICS_EXPORTER']
  return endpoints.some((name) => (get(name) ?? '') !== '') || exporters.some((name) => !['', 'none'].includes(get(name) ?? ''))
}
