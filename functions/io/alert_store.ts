import type { Alert, Digest } from '../core/alerts/digest.ts'
import { PG, type Database } from './database.ts'
import type { Line } from './line.ts'

/** A message that was tried, and what becomes of it: `retryInMs` with `pending`, else null. */
export type MailedDigest = { digestId: string; state: 'sent' | 'pending' | 'failed' | 'skipped'; retryInMs: number | null; error: string | null }

export type AlertStore = {
  claimAlerts(maxDigests: number): Promise<Digest[]>
  recordAlerts(mailed: readonly MailedDigest[]): Promise<void>
}

type AlertRow = {
  id: number; kind: Alert['kind']; webhook_id: string; name: string; url: string; reason: string | null; failures: number
  failing_since: string; at: string; turns_off_at: string; status_code: number | null; error_code: string | null
}

/** `clock` gives the moment of a statement; null is the database's own. */
export function alertStore(run: Line['run'], clock: () => Date | null = () => null): AlertStore {
  const moment = (sql: Database) => sql`coalesce(${clock()?.toISOString() ?? null}::timestamptz, clock_timestamp())`
  return {
    async claimAlerts(maxDigests) {
      const rows = await run((sql) => sql`select * from webhooks.claim_alerts(${maxDigests}, '2 minutes', ${moment(sql)})`)
      return rows.map((row) => ({
        id: row.digest_id, organizationId: row.organization_id, attempt: row.attempt, recipients: row.recipients, totals: row.totals,
        alerts: (row.alerts as AlertRow[]).map((alert) => ({
          id: alert.id, kind: alert.kind, webhookId: alert.webhook_id, name: alert.name, url: alert.url, reason: alert.reason, failures: alert.failures,
          failingSince: alert.failing_since, at: alert.at, turnsOffAt: alert.turns_off_at, statusCode: alert.status_code, errorCode: alert.error_code,
        })),
      }))
    },
    async recordAlerts(mailed) {
      await run((sql) => sql`
        select webhooks.record_alerts(
          ${sql.array(mailed.map(({ digestId }) => digestId), PG.uuid)},
          ${sql.array(mailed.map(({ state }) => state), PG.text)},
          array(select ${moment(sql)} + wait * interval '1 ms'
                from unnest(${sql.array(mailed.map(({ retryInMs }) => retryInMs), PG.int4)}) with ordinality w(wait, nth) order by nth),
          ${sql.array(mailed.map(({ error }) => error), PG.text)},
          ${moment(sql)})`)
    },
  }
}
