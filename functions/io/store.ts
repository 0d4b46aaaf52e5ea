// All that the engine asks of the database. Nothing above this file knows SQL, so another store could stand here.
import type { Outcome } from '../core/outcome.ts'
import type { Format } from '../core/envelope.ts'
import type { RetryPolicy } from '../core/retry.ts'
import { alertStore, type AlertStore } from './alert_store.ts'
import { isTransactionPooler, PG, connect, type Database } from './database.ts'
import { openLine } from './line.ts'
import { readQueueHealth, type QueueHealth } from './queue_health.ts'

/** One delivery leased to us. `claim` is the fencing token; `roundAttempt` counts within the current round of the schedule. */
export type Claim = {
  deliveryId: string
  claim: number
  attempt: number
  roundAttempt: number
  webhookId: string
  revision: string
  organizationId: string
  format: Format
  eventId: string
  eventType: string
  occurredAt: string
  /** Empty in a claim of more than 64 KB, until readLargeEvents(). */
  data: string
  previous: string | null
  /** What some formats say besides the row, as JSON; null for the others. */
  context: string | null
  /** Of data, previous and context together. */
  bytes: number
  /** The immutable row that shapes the body beyond its format; null for none. */
  shapeId: string | null
}

/** What must be known of a webhook to send for it. Secrets and header values are still sealed. */
export type WebhookRow = {
  webhookId: string
  revision: string
  isActive: boolean
  organizationId: string
  name: string
  url: string
  timeoutMs: number
  retryPolicy: RetryPolicy
  rateLimit: number | null
  maxConcurrency: number | null
  sealedSecrets: string[]
  secretsUntil: Date | null
  sealedHeaders: string | null
}

/** An attempt that is over, and what was decided: `retryInMs` is counted from the record, by the database's clock. */
export type Finished = {
  claim: Claim
  outcome: Outcome
  startedAt: Date
  state: 'succeeded' | 'pending' | 'failed'
  retryInMs: number | null
  /** The webhook's revision when its receiver said that it is gone for good; null for all other answers. */
  goneRevision: string | null
}

export type ClaimRequest = {
  max: number
  leaseSeconds: number
  /** Deliveries a webhook may have in hand here, and how many of those are taken already: negative where it may have more. */
  perWebhook: number
  busy: ReadonlyMap<string, number>
}

export type Store = AlertStore & {
  claim(request: ClaimRequest): Promise<Claim[]>
  /** Gives claims back unsent, due again after `delayMs`. Costs no attempt. */
  release(claims: readonly Claim[], delayMs: number): Promise<void>
  readWebhooks(ids: readonly string[]): Promise<WebhookRow[]>
  /** What the claim left out of these, by delivery id. One that another dispatcher took over is not there. */
  readLargeEvents(claims: readonly Claim[]): Promise<Map<string, Pick<Claim, 'data' | 'previous' | 'context'>>>
  /** Closes the attempts in one call. Answers with the ids whose lease was lost. */
  record(finished: readonly Finished[]): Promise<string[]>
  stayAwake(dispatcherId: string, forMs: number): Promise<void>
  fallAsleep(dispatcherId: string): Promise<void>
  sweep(): Promise<void>
  maintain(): Promise<void>
  /** Clears the queue's table of what is done. Does nothing where Postgres does not let us (before 17), and while another vacuum runs. */
  vacuum(): Promise<void>
  queueHealth(): Promise<QueueHealth>
  /** Calls back at every wake; a no-op through a transaction pooler. Reconnects by itself and calls back then, too. */
  listen(onWake: () => void): Promise<void>
  close(): Promise<void>
}

/** The moment of a statement; null means the database's own clock, which is what all dispatchers share. A test passes its own. */
type Clock = () => Date | null

/** How long a claim or a record may take, half of a lease, and how long upkeep may, which deletes a day's rows at once. */
const ANSWER_MS = 30_000
const CHORE_MS = 600_000

/** Opens the store: one connection for claims, one for records (a record never waits behind a claim), one to listen. */
export async function openStore(url: string, clock: Clock = () => null): Promise<Store> {
  const claims = openLine(url, { name: 'tablehook dispatcher: claim', limitMs: ANSWER_MS })
  const records = openLine(url, { name: 'tablehook dispatcher: record', limitMs: ANSWER_MS })
  const chores = openLine(url, { name: 'tablehook dispatcher: chores', limitMs: CHORE_MS })
  // Opened by the first look, if there ever is one: a look must not wait behind an hour's upkeep.
  const health = openLine(url, { name: 'tablehook dispatcher: health', limitMs: ANSWER_MS })
  // Opened by the first vacuum: a queue of millions takes seconds, and the sweep must not wait for it.
  const vacuums = openLine(url, { name: 'tablehook dispatcher: vacuum', limitMs: CHORE_MS })
  // Opened by the first upkeep: a busy dispatcher says that it is awake between two claims, and must not wait for it either.
  const upkeep = openLine(url, { name: 'tablehook dispatcher: upkeep', limitMs: CHORE_MS })
  let ears: Database | undefined
  // A wrong address or password is said at the start, not with the first claim.
  await Promise.all([claims, records, chores].map((line) => line.run((sql) => sql`select 1`)))

  return {
    claim: (request) => claims.run((sql) => claim(sql, request, clock())),
    release: (rows, delayMs) => chores.run((sql) => release(sql, rows, delayMs, clock())),
    readLargeEvents: (rows) => claims.run((sql) => readLargeEvents(sql, rows)),
    readWebhooks: (ids) => claims.run((sql) => readWebhooks(sql, ids)),
    record: (finished) => records.run((sql) => recordAttempts(sql, finished, clock())),
    async stayAwake(id, forMs) {
      await chores.run((sql) => sql`select webhooks.stay_awake(${id}, clock_timestamp() + make_interval(secs => ${forMs / 1000}))`)
    },
    async fallAsleep(id) {
      await chores.run((sql) => sql`select webhooks.fall_asleep(${id})`)
    },
    async sweep() {
      await chores.run((sql) => sql`select webhooks.sweep()`)
    },
    async maintain() {
      await upkeep.run((sql) => sql`select webhooks.maintain()`)
    },
    async vacuum() {
      await vacuums.run((sql) => sql`vacuum (skip_locked, index_cleanup on, truncate off, parallel 0) webhooks.open_deliveries`.simple())
    },
    queueHealth: () => health.run((sql) => readQueueHealth(sql, clock())),
    ...alertStore(chores.run, clock),
    async listen(onWake) {
      if (isTransactionPooler(url)) return
      ears = connect(url, { max: 1, name: 'tablehook dispatcher: wake' })
      await ears.listen('webhooks', onWake, onWake)
    },
    async close() {
      await Promise.all([...[claims, records, chores, upkeep, health, vacuums].map((line) => line.close()), ears?.end({ timeout: 5 })])
    },
  }
}

async function claim(sql: Database, { max, leaseSeconds, perWebhook, busy }: ClaimRequest, at: Date | null): Promise<Claim[]> {
  return sql<Claim[]>`
    select delivery_id as "deliveryId", claim, attempt, round_attempt as "roundAttempt", webhook_id as "webhookId", revision::text, organization_id as "organizationId",
           format, event_id as "eventId", event_type as "eventType", occurred_at as "occurredAt", coalesce(data, '') as data, previous, context, bytes, shape_id::text as "shapeId"
    from webhooks.claim_deliveries(
      ${max}, make_interval(secs => ${leaseSeconds}), ${perWebhook},
      ${sql.array([...busy.keys()], PG.uuid)}, ${sql.array([...busy.values()], PG.int4)},
      coalesce(${at?.toISOString() ?? null}::timestamptz, clock_timestamp()))`
}

async function release(sql: Database, claims: readonly Claim[], delayMs: number, at: Date | null): Promise<void> {
  if (claims.length === 0) return
  await sql`select webhooks.release_deliveries(
    ${sql.array(claims.map((claim) => claim.deliveryId), PG.uuid)}, ${sql.array(claims.map((claim) => claim.claim), PG.int4)},
    coalesce(${at?.toISOString() ?? null}::timestamptz, clock_timestamp()) + make_interval(secs => ${delayMs / 1000}))`
}

async function readLargeEvents(sql: Database, claims: readonly Claim[]): Promise<Map<string, Pick<Claim, 'data' | 'previous' | 'context'>>> {
  const rows = await sql`
    select * from webhooks.read_large_events(
      ${sql.array(claims.map((claim) => claim.deliveryId), PG.uuid)}, ${sql.array(claims.map((claim) => claim.claim), PG.int4)})`
  return new Map(rows.map((row) => [row.delivery_id as string, { data: row.data, previous: row.previous, context: row.context }]))
}

/** Also used by the API, for tests. */
export async function readWebhooks(sql: Database, ids: readonly string[]): Promise<WebhookRow[]> {
  const rows = await sql`select * from webhooks.read_webhooks(${sql.array([...ids], PG.uuid)})`
  return rows.map((row) => ({
    webhookId: row.webhook_id, revision: String(row.revision), isActive: row.is_active, organizationId: row.organization_id, name: row.name, url: row.url,
    timeoutMs: row.timeout_ms, retryPolicy: row.retry_policy, rateLimit: row.rate_limit, maxConcurrency: row.max_concurrency, sealedSecrets: row.sealed_secrets,
    secretsUntil: row.secrets_until, sealedHeaders: row.sealed_headers,
  }))
}

/** Also used by the API, for tests: a test is recorded like any other attempt. */
export async function recordAttempts(sql: Database, finished: readonly Finished[], at: Date | null = null): Promise<string[]> {
  const moment = sql`coalesce(${at?.toISOString() ?? null}::timestamptz, clock_timestamp())`
  const headers = differentHeaders(finished)
  const column = (type: number, pick: (one: Finished) => string | number | Date | null) => sql.array(finished.map(pick), type)
  const lost = await sql`
    select webhooks.record_attempts(
      ${column(PG.uuid, ({ claim }) => claim.deliveryId)},
      ${column(PG.int4, ({ claim }) => claim.claim)},
      ${column(PG.int4, ({ claim }) => claim.attempt)},
      ${column(PG.text, ({ state }) => state)},
      array(select ${moment} + wait * interval '1 ms' from unnest(${column(PG.int4, ({ retryInMs }) => retryInMs)}) with ordinality w(wait, nth) order by nth),
      ${column(PG.int4, ({ outcome }) => outcome.kind === 'response' ? outcome.status : null)},
      ${column(PG.text, ({ outcome }) => outcome.errorCode)},
      ${column(PG.text, ({ outcome }) => outcome.kind === 'no_response' ? storable(outcome.detail) : null)},
      ${sql.array(headers.sets, PG.text)},
      ${sql.array(headers.nths, PG.int4)},
      ${column(PG.text, ({ outcome }) => outcome.kind === 'response' ? storable(outcome.body) : null)},
      ${column(PG.int4, ({ outcome }) => outcome.kind === 'response' ? outcome.bodyBytes : 0)},
      ${column(PG.float4, ({ outcome }) => outcome.durationMs)},
      ${column(PG.timestamptz, ({ startedAt }) => startedAt)},
      ${column(PG.int8, ({ goneRevision }) => goneRevision)},
      ${moment}) as delivery_id`
  return lost.map((row) => row.delivery_id)
}

/** The different sets of headers in a batch, as JSON, and for each attempt the number of its set, counted from 1. Most answers of a second have the same. */
function differentHeaders(finished: readonly Finished[]): { sets: string[]; nths: (number | null)[] } {
  const known = new Map<string, number>()
  const nths = finished.map(({ outcome }) => {
    if (outcome.kind !== 'response') return null
    const set = storable(JSON.stringify(outcome.headers))
    const nth = known.get(set) ?? known.size + 1
    known.set(set, nth)
    return nth
  })
  return { sets: [...known.keys()], nths }
}

/** Postgres keeps no NUL in text, nor its escape in jsonb: one receiver's odd byte must not stop a whole batch. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').replaceAll('\\u0000', '\\ufffd')
}
