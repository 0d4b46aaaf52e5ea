// The Test button: one signed request now. Opened in one transaction, sent outside of any, recorded like every attempt.
import { requestHeaders, renderBody, type EventToSend, type Format } from '../core/envelope.ts'
import { SECRET_HEADERS } from '../core/formats/index.ts'
import { isSuccess } from '../core/decide.ts'
import { Refusal } from '../core/refusal.ts'
import { parseSecret, simpleSignature, type SigningSecret } from '../core/signature.ts'
import { VERSION } from '../core/version.ts'
import { testInput, type TestInput } from '../core/webhook_input.ts'
import { readHeaders, readLiveSecrets } from '../io/secrets.ts'
import { recordAttempts, type Claim } from '../io/store.ts'
import { asOurselves, asUser, type Transaction } from './as_user.ts'
import type { User } from './auth.ts'
import type { Deps } from './deps.ts'
import { RateLimited } from './errors.ts'
import { requireWebhook, type WebhookJson } from './permission.ts'
import { readInput } from './read_input.ts'
import { idOf, WEBHOOK, type AddRoutes } from './routes.ts'

export const TESTS_PER_MINUTE = 10
export const MAX_TEST_DATA_BYTES = 256 * 1024
const MASK = '••••••'

/** `POST /webhooks/:id/test {event_type?, data?}`: sends, waits, and answers with what came back. Never retried, never counted. */
export const testRoute: AddRoutes = (app, user, deps) => {
  app.post(`${WEBHOOK}/test`, user, async (c) => {
    const input = await readInput(c, testInput)
    const data = input.data === undefined ? null : JSON.stringify(input.data)
    if (data !== null && new TextEncoder().encode(data).length > MAX_TEST_DATA_BYTES) {
      throw new Refusal('payload_too_large', 'The data of a test may have 256 KB.', 'data')
    }
    const test = await openTest(deps, c.get('user'), idOf(c), input, data)

    const sentAt = deps.now()
    const body = renderBody(test.claim.format, test.event, (text) => simpleSignature(text, test.secrets))
    const headers = requestHeaders({
      format: test.claim.format, event: test.event, body, attempt: 1, sentAt, secrets: test.secrets, customHeaders: test.customHeaders, version: VERSION,
    })
    const outcome = await deps.sender.send({ url: test.url, headers, body, timeoutMs: test.timeoutMs })
    const ok = isSuccess(outcome)
    const finished = { claim: test.claim, outcome, startedAt: sentAt, state: ok ? 'succeeded' : 'failed', retryInMs: null, turnOff: false } as const
    await deps.pool.run((sql) => recordAttempts(sql, [finished]))

    const response = outcome.kind === 'response' ? outcome : null
    return c.json({
      delivery_id: test.claim.deliveryId, event_id: test.event.id, event_type: test.event.type, ok,
      status_code: response?.status ?? null, error_code: outcome.errorCode, error_detail: outcome.kind === 'no_response' ? outcome.detail : null,
      headers: response?.headers ?? null, body: response?.body ?? null, duration_ms: outcome.durationMs,
      request: { url: test.url, headers: masked(headers, [...Object.keys(test.customHeaders), ...SECRET_HEADERS]), body },
    })
  })
}

type OpenTest = { claim: Claim; event: EventToSend; url: string; timeoutMs: number; secrets: SigningSecret[]; customHeaders: Record<string, string> }

/** Checks rights and limit, opens what is sealed, and writes the event and its claimed delivery: all of it, or nothing. */
async function openTest({ pool, keyring }: Deps, user: User, id: string, { event_type: type }: TestInput, data: string | null): Promise<OpenTest> {
  return await asUser(pool, user, async (tx) => {
    const webhook = await requireWebhook(tx, id, 'test')
    await asOurselves(tx)
    await limitTests(tx, webhook.id)
    const secrets = (await readLiveSecrets(tx, webhook.id, keyring)).map(parseSecret)
    const customHeaders = await readHeaders(tx, webhook.id, keyring)
    const sample = await readSample(tx, type)
    const event = data === null ? sample : { data, previous: null, context: null }
    const [opened] = await tx<{ delivery_id: string; claim: number; event_id: string; occurred_at: string }[]>`
      select * from webhooks.open_test(${webhook.id}, ${type}, ${event.data}, ${event.previous})`
    // The panel puts the body together from what is kept: it must be the one that was sent.
    if (event.context !== null) await tx`update webhooks.events e set context = ${event.context} where e.id = ${opened!.event_id}`
    return {
      claim: asClaim(webhook, type, event, opened!),
      event: { id: opened!.event_id, type, occurredAt: opened!.occurred_at, organizationId: webhook.organization_id, ...event },
      url: webhook.url, timeoutMs: webhook.timeout_ms as number, secrets, customHeaders,
    }
  })
}

function asClaim(
  webhook: WebhookJson, eventType: string, event: { data: string; previous: string | null; context: string | null },
  { delivery_id, claim, event_id, occurred_at }: { delivery_id: string; claim: number; event_id: string; occurred_at: string },
): Claim {
  return {
    deliveryId: delivery_id, claim, attempt: 1, roundAttempt: 1, webhookId: webhook.id, revision: '', organizationId: webhook.organization_id,
    shapeId: webhook.shape_id === null ? null : String(webhook.shape_id),
    format: webhook.format as Format, eventId: event_id, eventType, occurredAt: occurred_at, ...event,
  }
}

/** What the catalog shows for the type, as text that goes into the body as it is. A type without a sample sends `{}`. */
async function readSample(tx: Transaction, type: string): Promise<{ data: string; previous: string | null; context: string | null }> {
  const [row] = await tx<{ data: string | null; previous: string | null; context: string | null }[]>`
    select (t.sample -> 'data')::text as data, (t.sample -> 'previous')::text as previous, (t.sample -> 'context')::text as context
    from public.webhook_event_types t where t.name = ${type}`
  return { data: row?.data ?? '{}', previous: row?.previous ?? null, context: row?.context ?? null }
}

/** Counted from the tests themselves. The lock keeps two at once from both being the last. */
async function limitTests(tx: Transaction, webhookId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended('webhooks.tests:' || ${webhookId}::text, 0))`
  const [limit] = await tx<{ over: boolean; seconds: number }[]>`
    select count(*) >= ${TESTS_PER_MINUTE} as over,
           ceil(extract(epoch from (array_agg(d.created_at order by d.created_at desc))[${TESTS_PER_MINUTE}] + interval '1 minute' - clock_timestamp()))::int as seconds
    from webhooks.deliveries d
    where d.webhook_id = ${webhookId} and d.is_test and d.created_at > clock_timestamp() - interval '1 minute'`
  if (!limit?.over) return
  const seconds = Math.max(1, limit.seconds)
  throw new RateLimited(`You’ve sent ${TESTS_PER_MINUTE} tests in a minute. Try again in ${seconds} s.`, seconds)
}

/** Values of custom headers are kept like secrets: shown to nobody, not even to the admin who set them. So is a secret that a format sends. */
function masked(headers: Record<string, string>, names: readonly string[]): Record<string, string> {
  const secret = new Set(names.map((name) => name.toLowerCase()))
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, secret.has(name) ? MASK : value]))
}
