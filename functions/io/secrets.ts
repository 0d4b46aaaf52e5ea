// Signing secrets and custom header values at rest. Always sealed, with the webhook's id as context; opened only here.
// Every change names secret_hint or header_names in an update, so that the webhook's revision grows and dispatchers look again.
import type { TransactionSql } from 'postgres'
import { open, seal, type Keyring } from '../core/seal.ts'
import { PG } from './database.ts'

/** What sealing needs. `randomBytes` gives nonces. */
export type Sealing = { keyring: Keyring; randomBytes: (count: number) => Uint8Array }

const sealFor = ({ keyring, randomBytes }: Sealing, webhookId: string, text: string) => seal(keyring, text, webhookId, randomBytes(12))

/** The part of a secret that everybody may see: its last four characters. */
export const hintOf = (secret: string) => secret.slice(-4)

/**
 * Locks the webhook for a change of its secrets: two rolls at once would both take the same secret for the old one. Says whether it is
 * still there: whoever waited may have waited for its end.
 */
export async function lockSecrets(tx: TransactionSql, webhookId: string): Promise<boolean> {
  const found = await tx`select from public.webhook_configurations w where w.id = ${webhookId} for no key update`
  return found.length > 0
}

/** Adds a secret as the current one, as it is for a new webhook. */
export async function addSecret(tx: TransactionSql, webhookId: string, secret: string, actor: string | null, sealing: Sealing): Promise<void> {
  // The clock, not the start of the transaction: the newest signs first, and a transaction may have waited for the lock.
  await tx`
    insert into webhooks.secrets (webhook_id, sealed, created_by, created_at)
    values (${webhookId}, ${sealFor(sealing, webhookId, secret)}, ${actor}, clock_timestamp())`
  await tx`update public.webhook_configurations set secret_hint = ${hintOf(secret)} where id = ${webhookId}`
}

/** The secret in use and the end of the overlap, if a roll still overlaps; null when the webhook signs nothing. */
export async function readSecret(tx: TransactionSql, webhookId: string, keyring: Keyring): Promise<{ secret: string; oldSecretExpiresAt: Date | null } | null> {
  const [current] = await tx<{ sealed: string; old_secret_expires_at: Date | null }[]>`
    select s.sealed, (select max(o.expires_at) from webhooks.secrets o where o.webhook_id = s.webhook_id and o.expires_at > clock_timestamp()) as old_secret_expires_at
    from webhooks.secrets s where s.webhook_id = ${webhookId} and s.expires_at is null
    order by s.created_at desc limit 1`
  return current === undefined ? null : { secret: open(keyring, current.sealed, webhookId), oldSecretExpiresAt: current.old_secret_expires_at }
}

/** The secrets that sign now, newest first: two while a roll overlaps, none when requests are not signed. */
export async function readLiveSecrets(tx: TransactionSql, webhookId: string, keyring: Keyring): Promise<string[]> {
  const rows = await tx<{ sealed: string }[]>`
    select s.sealed from webhooks.secrets s
    where s.webhook_id = ${webhookId} and (s.expires_at is null or s.expires_at > clock_timestamp()) order by s.created_at desc`
  return rows.map((row) => open(keyring, row.sealed, webhookId))
}

/**
 * Makes `secret` the current one. The one before it keeps signing for `overlapSeconds` more; one that was still overlapping ends
 * at once, so that there are never more than two. Answers with the end of the overlap, or null when there is none.
 */
export async function rollSecret(
  tx: TransactionSql, webhookId: string, { secret, overlapSeconds, actor }: { secret: string; overlapSeconds: number; actor: string | null }, sealing: Sealing,
): Promise<Date | null> {
  await tx`delete from webhooks.secrets s where s.webhook_id = ${webhookId} and (s.expires_at is not null or ${overlapSeconds} = 0)`
  const [old] = await tx<{ expires_at: Date }[]>`
    update webhooks.secrets s set expires_at = clock_timestamp() + make_interval(secs => ${overlapSeconds})
    where s.webhook_id = ${webhookId} returning s.expires_at`
  await addSecret(tx, webhookId, secret, actor, sealing)
  return old?.expires_at ?? null
}

/** Ends the overlap of a roll now. Says whether there was one. */
export async function endOldSecret(tx: TransactionSql, webhookId: string): Promise<boolean> {
  const ended = await tx`delete from webhooks.secrets s where s.webhook_id = ${webhookId} and s.expires_at is not null returning s.expires_at > clock_timestamp() as live`
  if (ended.length > 0) await tx`update public.webhook_configurations w set secret_hint = w.secret_hint where w.id = ${webhookId}`
  return ended.some((row) => row.live === true)
}

/** The custom headers of a webhook, opened. */
export async function readHeaders(tx: TransactionSql, webhookId: string, keyring: Keyring): Promise<Record<string, string>> {
  const [row] = await tx<{ sealed: string }[]>`select h.sealed from webhooks.custom_headers h where h.webhook_id = ${webhookId}`
  return row === undefined ? {} : JSON.parse(open(keyring, row.sealed, webhookId)) as Record<string, string>
}

/** Replaces the custom headers of a webhook: values sealed, names where everybody may see them. */
export async function writeHeaders(tx: TransactionSql, webhookId: string, headers: Record<string, string>, sealing: Sealing): Promise<void> {
  const names = Object.keys(headers)
  if (names.length === 0) {
    await tx`delete from webhooks.custom_headers h where h.webhook_id = ${webhookId}`
  } else {
    await tx`
      insert into webhooks.custom_headers as h (webhook_id, sealed) values (${webhookId}, ${sealFor(sealing, webhookId, JSON.stringify(headers))})
      on conflict (webhook_id) do update set sealed = excluded.sealed, updated_at = clock_timestamp()`
  }
  await tx`update public.webhook_configurations set header_names = ${tx.array(names, PG.text)}, headers_changed_at = clock_timestamp() where id = ${webhookId}`
}

/** One line of the audit log about secrets. `actor`: null for an API key, which the line names by itself. `details` never holds a secret. */
export async function writeAudit(
  tx: TransactionSql, { organizationId, webhookId, actor, action, details = {} }:
  { organizationId: string; webhookId: string; actor: string | null; action: 'secret_revealed' | 'secret_rolled' | 'old_secret_ended'; details?: Record<string, string | number | boolean> },
): Promise<void> {
  await tx`
    insert into webhooks.audit_log (organization_id, webhook_id, actor, action, details)
    values (${organizationId}, ${webhookId}, ${actor}, ${action}, ${tx.json(details)})`
}
