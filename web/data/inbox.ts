import * as z from 'zod/mini'
import { call } from './request.ts'
import { config } from './supabase.ts'

const inbox = z.object({
  id: z.string(),
  token: z.string(),
  expires_at: z.string(),
  answer_status: z.number(),
  answer_delay_ms: z.number(),
  answer_body: z.nullable(z.string()),
  created_at: z.string(),
  requests: z._default(z.number(), 0),
})
/** A test address of ours that keeps what it gets for 24 hours. */
export type Inbox = z.output<typeof inbox>
export const ANSWER_STATUSES = [200, 204, 301, 400, 401, 404, 410, 429, 500, 503] as const

const request = z.object({
  id: z.string(),
  received_at: z.string(),
  method: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.nullable(z.string()),
  body_bytes: z.number(),
  event_type: z.nullable(z.string()),
  signature: z.enum(['valid', 'invalid', 'unsigned', 'unknown']),
  webhook_id: z.nullable(z.string()),
  webhook_name: z.nullable(z.string()),
  age_seconds: z.nullable(z.number()),
})
export type InboxRequest = z.output<typeof request>

/** The public address of an inbox. */
export function inboxUrl({ token }: Pick<Inbox, 'token'>): string {
  return `${config().apiUrl}/functions/v1/webhooks/in/${token}`
}

/** A new address. */
export function openInbox(organizationId: string): Promise<Inbox> {
  return call(inbox, 'webhook_inbox_open', { organization_id: organizationId })
}

export function listInboxes(organizationId: string): Promise<Inbox[]> {
  return call(z.array(inbox), 'webhook_inboxes', { organization_id: organizationId })
}

export async function setInboxAnswer(inboxId: string, answer: { status: number; delayMs: number; body: string }): Promise<void> {
  await call(z.unknown(), 'webhook_inbox_set', {
    inbox_id: inboxId, answer_status: answer.status, answer_delay_ms: answer.delayMs, answer_body: answer.body,
  })
}

/** Newest first, at most 100; with `after`, only what arrived since. */
export function listInboxRequests(inboxId: string, after: string | null): Promise<InboxRequest[]> {
  return call(z.array(request), 'webhook_inbox_requests', { inbox_id: inboxId, after })
}

export async function clearInbox(inboxId: string): Promise<void> {
  await call(z.unknown(), 'webhook_inbox_clear', { inbox_id: inboxId })
}

export async function deleteInbox(inboxId: string): Promise<void> {
  await call(z.unknown(), 'webhook_inbox_delete', { inbox_id: inboxId })
}
