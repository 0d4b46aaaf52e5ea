import * as z from 'zod/mini'
import { call } from './request.ts'

const replay = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  states: z.array(z.string()),
  event_types: z.nullable(z.array(z.string())),
  total: z.number(),
  queued: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  waiting: z.number(),
  running: z.boolean(),
  created_at: z.string(),
  stopped_at: z.nullable(z.string()),
})
export type Replay = z.output<typeof replay>

export type ReplayInput = { from: string; to: string; states: ('failed' | 'succeeded' | 'cancelled')[]; eventTypes: string[] | null }

const started = z.object({ dry_run: z.boolean(), total: z.number(), replay_id: z.optional(z.nullable(z.string())) })

const args = (webhookId: string, { from, to, states, eventTypes }: ReplayInput) =>
  ({ webhook_id: webhookId, from_at: from, to_at: to, states, event_types: eventTypes })

/** How many deliveries a replay would send again. Nothing is queued. */
export async function countReplay(webhookId: string, input: ReplayInput): Promise<number> {
  return (await call(started, 'webhook_replay', { ...args(webhookId, input), dry_run: true })).total
}

export function startReplay(webhookId: string, input: ReplayInput): Promise<z.output<typeof started>> {
  return call(started, 'webhook_replay', { ...args(webhookId, input), dry_run: false })
}

/** Newest first, with progress. */
export function listReplays(webhookId: string): Promise<Replay[]> {
  return call(z.array(replay), 'webhook_replays', { webhook_id: webhookId })
}

export async function stopReplay(replayId: string): Promise<void> {
  await call(z.unknown(), 'webhook_replay_stop', { replay_id: replayId })
}
