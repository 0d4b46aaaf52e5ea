// The Test button: one signed request now. Opened in one transaction, sent outside of any, recorded like every attempt.
import { requestHeaders, renderBody, type EventToSend, type Format } from '../core/envelope.ts'
import { SECRET_HEADERS } from '../core/formats/index.ts'
import { isSuccess } from '../core/decide.ts'
import type { Shape } from '../core/payload/shape.ts'
import { shapeEvent } from '../core/payload/shape_event.ts'
import { unsendable } from '../core/outcome.ts'
import { confidentialOf, HIDDEN, hideSecrets } from '../core/hide_secrets.ts'
import { Refusal } from '../core/refusal.ts'
import { parseSecret, simpleSignature, type SigningSecret } from '../core/signature.ts'
import { aboutTested, TEST_EVENT } from '../core/test_event.ts'
import { VERSION } from '../core/version.ts'
import { testInput, type TestInput } from '../core/webhook_input.ts'
import { readHeaders, readLiveSecrets } from '../io/secrets.ts'
import { recordAttempts, type Claim } from '../io/store.ts'
import { testAnswer } from './answers.ts'
import { asOurselves, asUser, type Transaction } from './as_user.ts'
import type { User } from './auth.ts'
import type { Deps } from './deps.ts'
import { describeRoute } from './describe.ts'
import { RateLimited } from './errors.ts'
import { requireWebhook, type WebhookJson } from './permission.ts'
import { readInput } from './read_input.ts'
import { keysFrom } from './record_keys.ts'
import { idOf, WEBHOOK, type AddRoutes } from './routes.ts'
import { readSample } from './sample.ts'

export const TESTS_PER_MINUTE = 10
export const MAX_TEST_DATA_BYTES = 256 * 1024

const description = describeRoute({
  id: 'testWebhook', tag: 'By hand', summary: 'Send a test now', access: 'write', body: testInput,
  about: `Also while the webhook is off. Logged as a test, never retried, never counted. ${TESTS_PER_MINUTE} a minute for each webhook.`,
  answers: { 200: { about: 'What came back.', schema: testAnswer } },
  refusals: ['forbidden', 'not_found', 'unknown_event_type', 'rate_limited'],
})

/** `POST /webhooks/:id/test {event_type?, data?}`: sends, waits, and answers with what came back. Never retried, never counted. */
export const testRoute: AddRoutes = (app, user, deps) => {
  app.post(`${WEBHOOK}/test`, description, user, async (c) => {
    const input = await readInput(c, testInput)
    const data = input.data === undefined ? null : JSON.stringify(input.data)
    if (data !== null && new TextEncoder().encode(data).length > MAX_TEST_DATA_BYTES) {
      throw new Refusal('payload_too_large', 'The data of a test may have 256 KB.', 'data')
    }
    const test = await openTest(deps, c.get('user'), idOf(c), input, data)

    const shaped = test.shape === null ? { ok: true as const, event: test.event } : await shapeEvent(test.event, test.shape, test.claim.shapeId!, deps.transform.run, keysFrom(deps))
    const sentAt = deps.now()
    const { body, headers } = shaped.ok ? request(test, shaped.event, sentAt) : { body: '', headers: {} }
    const answered = shaped.ok ? await deps.sender.send({ owner: test.claim.organizationId, url: test.url, headers, body, timeoutMs: test.timeoutMs }) : unsendable(shaped.sentence)
    const outcome = hideSecrets(answered, confidentialOf(test.secrets, test.customHeaders))
    const ok = isSuccess(outcome)
    const finished = { claim: test.claim, outcome, startedAt: sentAt, state: ok ? 'succeeded' : 'failed', retryInMs: null, goneRevision: null } as const
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

function request({ claim, secrets, customHeaders }: OpenTest, event: EventToSend, sentAt: Date): { body: string; headers: Record<string, string> } {
  const body = renderBody(claim.format, event, (text) => simpleSignature(text, secrets))
  return { body, headers: requestHeaders({ format: claim.format, event, body, attempt: 1, sentAt, secrets, customHeaders, version: VERSION }) }
}

type OpenTest = { claim: Claim; event: EventToSend; shape: Shape | null; url: string; timeoutMs: number; secrets: SigningSecret[]; customHeaders: Record<string, string> }

/** Checks rights and limit, opens what is sealed, and writes the event and its claimed delivery: all of it, or nothing. */
async function openTest({ pool, keyring }: Deps, user: User, id: string, { event_type: type }: TestInput, data: string | null): Promise<OpenTest> {
  return await asUser(pool, user, async (tx) => {
    const webhook = await requireWebhook(tx, id, 'test')
    await asOurselves(tx)
    await limitTests(tx, webhook.id)
    const secrets = (await readLiveSecrets(tx, webhook.id, keyring)).map(parseSecret)
    const customHeaders = await readHeaders(tx, webhook.id, keyring)
    const event = data === null ? await sampleFor(tx, webhook.id, type) : { data, previous: null, context: null }
    const [opened] = await tx<{ delivery_id: string; claim: number; event_id: string; occurred_at: string }[]>`
      select * from webhooks.open_test(${webhook.id}, ${type}, ${event.data}, ${event.previous}, ${event.context})`
    return {
      claim: asClaim(webhook, type, event, opened!),
      event: { id: opened!.event_id, type, occurredAt: opened!.occurred_at, organizationId: webhook.organization_id, ...event },
      shape: await readShape(tx, webhook.shape_id), url: webhook.url, timeoutMs: webhook.timeout_ms as number, secrets, customHeaders,
    }
  })
}

/** The sample of the catalog, byte for byte, unless it is to say which webhook is tested. */
async function sampleFor(tx: Transaction, webhookId: string, type: string): ReturnType<typeof readSample> {
  const sample = await readSample(tx, type)
  return type === TEST_EVENT ? { ...sample, data: JSON.stringify(aboutTested(JSON.parse(sample.data) as object, webhookId)) } : sample
}

function asClaim(
  webhook: WebhookJson, eventType: string, event: { data: string; previous: string | null; context: string | null },
  { delivery_id, claim, event_id, occurred_at }: { delivery_id: string; claim: number; event_id: string; occurred_at: string },
): Claim {
  return {
    deliveryId: delivery_id, claim, attempt: 1, roundAttempt: 1, webhookId: webhook.id, revision: '', organizationId: webhook.organization_id,
    shapeId: webhook.shape_id === null ? null : String(webhook.shape_id),
    format: webhook.format as Format, eventId: event_id, eventType, occurredAt: occurred_at, bytes: event.data.length, ...event,
  }
}

async function readShape(tx: Transaction, id: unknown): Promise<Shape | null> {
  if (typeof id !== 'number') return null
  const [row] = await tx<{ content: Shape }[]>`select content from webhooks.read_shapes(array[${id}]::bigint[])`
  return row!.content
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
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, secret.has(name) ? HIDDEN : value]))
}
