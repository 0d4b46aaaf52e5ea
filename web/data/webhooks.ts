import * as z from 'zod/mini'
import type { CreateWebhookRequest, UpdateWebhookRequest } from '../../functions/core/webhook_input.ts'
import { refusal } from './errors.ts'
import { byName } from './natural_order.ts'
import { ask, call, read } from './request.ts'
import { supabase } from './supabase.ts'

const hour = z.object({ hour: z.string(), succeeded: z.number(), failed: z.number(), attempts: z.number() })

const listedWebhook = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  is_active: z.boolean(),
  format: z.string(),
  secret_hint: z.nullable(z.string()),
  disabled_reason: z.nullable(z.string()),
  disabled_at: z.nullable(z.string()),
  consecutive_failures: z.number(),
  failing_since: z.nullable(z.string()),
  turns_off_at: z.nullable(z.string()),
  created_at: z.string(),
  updated_at: z.string(),
  last_delivery_at: z.nullable(z.string()),
  last_status_code: z.nullable(z.number()),
  last_error_code: z.nullable(z.string()),
  delivered_24h: z.number(),
  failed_24h: z.number(),
  attempts_24h: z.number(),
  /** 24 of them, oldest first. */
  hours: z.array(hour),
  /** Events that were not captured since it was turned off. */
  missed: z.number(),
  /** Deliveries still to be sent, counted up to 1000. */
  waiting: z.number(),
})
/** A webhook as the list shows it, with its last 24 hours. */
export type ListedWebhook = z.output<typeof listedWebhook>
export type Hour = z.output<typeof hour>

const webhook = z.object({
  id: z.string(),
  organization_id: z.string(),
  name: z.string(),
  description: z.nullable(z.string()),
  url: z.string(),
  events: z.array(z.string()),
  is_active: z.boolean(),
  format: z.string(),
  filter: z.nullable(z.string()),
  header_names: z.array(z.string()),
  /** When a value was last set or a header removed: nobody can read the values and compare. */
  headers_changed_at: z.nullable(z.string()),
  timeout_ms: z.number(),
  retry_policy: z.string(),
  rate_limit: z.nullable(z.number()),
  max_concurrency: z.nullable(z.number()),
  ordered: z.boolean(),
  payload: z.enum(['full', 'thin']),
  included_fields: z.nullable(z.array(z.string())),
  excluded_fields: z.nullable(z.array(z.string())),
  transformation: z.nullable(z.string()),
  secret_hint: z.nullable(z.string()),
  disabled_reason: z.nullable(z.string()),
  disabled_at: z.nullable(z.string()),
  consecutive_failures: z.number(),
  failing_since: z.nullable(z.string()),
  created_at: z.string(),
  updated_at: z.string(),
})
/** A webhook with all its settings, as the form edits them. */
export type Webhook = z.output<typeof webhook>
const columns = Object.keys(webhook.shape).join(', ')

/** By name, as people count: "Hook 2" before "Hook 13". */
export async function listWebhooks(organizationId: string): Promise<ListedWebhook[]> {
  return (await call(z.array(listedWebhook), 'webhook_list', { organization_id: organizationId })).sort(byName)
}

/** Null when it does not exist, or belongs to an organization the person is not in. */
export async function getWebhook(id: string): Promise<Webhook | null> {
  if (!isUuid(id)) return null
  return read(z.nullable(webhook), supabase().rest.from('webhook_configurations').select(columns).eq('id', id).maybeSingle())
}

const lastChange = z.nullable(z.object({ at: z.string(), by_email: z.nullable(z.string()), by_key: z.nullable(z.string()) }))
/** When and by whom settings were changed: a person, an API key, or somebody who is not known any more. */
export type LastChange = z.output<typeof lastChange>

/** Null when nothing was changed since it was made. */
export function getLastChange(id: string): Promise<LastChange> {
  return call(lastChange, 'webhook_last_change', { webhook_id: id })
}

export async function setActive(id: string, isActive: boolean): Promise<void> {
  const changed = await read(
    z.array(z.object({ id: z.string() })),
    supabase().rest.from('webhook_configurations').update({ is_active: isActive }).eq('id', id).select('id'),
  )
  // Row-level security hides what may not be changed: no row is a refusal, not a success.
  if (changed.length === 0) throw refusal('forbidden', { status: 403 })
}

export async function deleteWebhook(id: string): Promise<void> {
  const deleted = await read(z.array(z.object({ id: z.string() })), supabase().rest.from('webhook_configurations').delete().eq('id', id).select('id'))
  if (deleted.length === 0) throw refusal('forbidden', { status: 403 })
}

const saved = z.object({ webhook })
const created = z.object({ webhook: z.looseObject({ id: z.string(), name: z.string(), is_active: z.boolean() }), secret: z.nullable(z.string()) })

/** Resolves with the signing secret in clear: the only time it comes without being asked for. Null: unsigned. */
export function createWebhook(input: CreateWebhookRequest): Promise<z.output<typeof created>> {
  return ask(created, 'POST', '', input)
}

/** Resolves with the webhook as it is now. */
export async function updateWebhook(id: string, input: UpdateWebhookRequest): Promise<Webhook> {
  return (await ask(saved, 'PATCH', `/${id}`, input)).webhook
}

const urlCheck = z.object({ ok: z.boolean(), code: z.optional(z.nullable(z.string())), message: z.optional(z.nullable(z.string())) })

/** Asks the server whether it could reach an address: looks the host up, sends nothing. */
export function checkUrlOnServer(url: string, signal?: AbortSignal): Promise<z.output<typeof urlCheck>> {
  return ask(urlCheck, 'POST', '/check-url', { url }, signal)
}

const headers = z.nullable(z.record(z.string(), z.string()))
const testResult = z.object({
  delivery_id: z.nullable(z.string()),
  event_id: z.nullable(z.string()),
  event_type: z.string(),
  status_code: z.nullable(z.number()),
  error_code: z.nullable(z.string()),
  error_detail: z.nullable(z.string()),
  headers,
  body: z.nullable(z.string()),
  duration_ms: z.nullable(z.number()),
  ok: z.boolean(),
  request: z.object({ url: z.string(), headers, body: z.string() }),
})
/** What one test event brought back. */
export type TestResult = z.output<typeof testResult>

/** Sends one event now and waits for the answer. Never retried, never counted. */
export function sendTest(
  id: string, input: { event_type?: string; data?: Record<string, unknown> }, signal?: AbortSignal,
): Promise<TestResult> {
  return ask(testResult, 'POST', `/${id}/test`, input, signal)
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
