// What the form holds, how a webhook fills it, and what it sends. All pure.
import type { CreateWebhookRequest, UpdateWebhookRequest } from '../../functions/core/webhook_input.ts'
import type { Webhook } from '../data/webhooks.ts'
import { NO_CHOICE, payloadChoiceOf, payloadValuesOf, type PayloadValues } from './payload_choice.ts'

/** `kept`: the header is saved already, and its value, which nobody can read, stays unless something is typed. */
export type HeaderRow = { name: string; value: string; kept: boolean }

/** A row that was added and left empty is no header. */
export const isBlank = ({ name, value }: HeaderRow): boolean => name.trim() === '' && value === ''

export type FormValues = PayloadValues & {
  name: string
  url: string
  all: boolean
  events: string[]
  secretMode: 'made' | 'own' | 'none'
  secret: string
  headers: HeaderRow[]
  filter: string
  format: string
  /** Seconds, as typed. */
  timeout: string
  retryPolicy: string
  rateLimit: string
  maxConcurrency: string
  ordered: boolean
  description: string
}

export const EMPTY: FormValues = {
  name: '', url: '', all: false, events: [], secretMode: 'made', secret: '', headers: [], filter: '', format: 'standard', timeout: '5',
  retryPolicy: 'standard', rateLimit: '', maxConcurrency: '', ordered: false, description: '', ...NO_CHOICE,
}

export function valuesOf(webhook: Webhook): FormValues {
  const all = webhook.events.includes('*')
  return {
    ...EMPTY,
    name: webhook.name, url: webhook.url, all, events: all ? [] : webhook.events,
    headers: webhook.header_names.map((name) => ({ name, value: '', kept: true })),
    filter: webhook.filter ?? '', format: webhook.format, timeout: String(webhook.timeout_ms / 1_000), retryPolicy: webhook.retry_policy,
    rateLimit: webhook.rate_limit?.toString() ?? '', maxConcurrency: webhook.max_concurrency?.toString() ?? '',
    ordered: webhook.ordered, description: webhook.description ?? '', ...payloadValuesOf(webhook),
  }
}

type Settings = Omit<CreateWebhookRequest, 'organization_id' | 'secret' | 'headers' | 'is_active'>

function settingsOf(values: FormValues): Settings {
  const number = (text: string) => (text.trim() === '' ? null : Number(text))
  return {
    name: values.name.trim(),
    url: values.url.trim(),
    events: values.all ? ['*'] : values.events,
    filter: values.filter.trim() || null,
    // The lists come from the same registry that the server checks against.
    format: values.format as CreateWebhookRequest['format'] & string,
    retry_policy: values.retryPolicy as CreateWebhookRequest['retry_policy'] & string,
    timeout_ms: Math.round(Number(values.timeout) * 1_000),
    rate_limit: number(values.rateLimit),
    max_concurrency: number(values.maxConcurrency),
    ordered: values.ordered,
    description: values.description.trim() || null,
    ...payloadChoiceOf(values),
  }
}

export function createRequest(organizationId: string, values: FormValues): CreateWebhookRequest {
  return {
    organization_id: organizationId,
    ...settingsOf(values),
    headers: Object.fromEntries(values.headers.filter((row) => !isBlank(row)).map(({ name, value }) => [name.trim(), value])),
    ...(values.secretMode === 'made' ? {} : { secret: values.secretMode === 'own' ? values.secret : null }),
  }
}

/** What a form edits: on the settings page the custom headers are a form of their own. */
export type FormPart = 'all' | 'general' | 'headers'

/** Only what differs from what is saved, so that an edit touches nothing it did not mean to. */
export function updateRequest(saved: Webhook, values: FormValues, part: FormPart = 'all'): UpdateWebhookRequest {
  const before = settingsOf(valuesOf(saved)), after = settingsOf(values)
  const changed = part === 'headers' ? [] : Object.entries(after).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof Settings]))
  const headers = part === 'general' ? {} : headerChanges(saved.header_names, values.headers)
  return { ...Object.fromEntries(changed), ...(Object.keys(headers).length > 0 ? { headers } : {}) }
}

function headerChanges(saved: readonly string[], rows: readonly HeaderRow[]): Record<string, string | null> {
  const staying = new Set(rows.map(({ name }) => name.trim().toLowerCase()))
  const removed = saved.filter((name) => !staying.has(name.toLowerCase())).map((name) => [name, null] as const)
  const set = rows.filter((row) => !isBlank(row) && (!row.kept || row.value !== '')).map(({ name, value }) => [name.trim(), value] as const)
  return Object.fromEntries([...removed, ...set])
}

/** Whether header values are about to be set that somebody else has changed: nobody can read them, so only the time tells. */
export function headersChangedMeanwhile(opened: Webhook, now: Webhook, values: FormValues, part: FormPart = 'all'): boolean {
  const time = ({ headers_changed_at: at }: Webhook) => (at === null ? 0 : Date.parse(at))
  return part !== 'general' && time(opened) !== time(now) && Object.keys(headerChanges(opened.header_names, values.headers)).length > 0
}

/** Whether somebody else changed what this form edits and shows. A toggle or a failure in between is no conflict. */
export function changedMeanwhile(opened: Webhook, now: Webhook, part: FormPart = 'all'): boolean {
  const edited = (webhook: Webhook) => {
    const { headers, ...general } = valuesOf(webhook)
    return JSON.stringify(part === 'all' ? { headers, general } : part === 'headers' ? headers : general)
  }
  return edited(opened) !== edited(now)
}
