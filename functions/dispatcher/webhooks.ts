import { confidentialOf } from '../core/hide_secrets.ts'
import { open, SealError, type Keyring } from '../core/seal.ts'
import { parseSecret, type SigningSecret } from '../core/signature.ts'
import type { Claim, Store, WebhookRow } from '../io/store.ts'

/** A webhook ready to send for: secrets opened and parsed once, not per request. */
export type OpenedWebhook = {
  id: string
  revision: string
  url: string
  origin: string
  timeoutMs: number
  retryPolicy: WebhookRow['retryPolicy']
  rateLimit: number | null
  maxConcurrency: number | null
  secrets: readonly SigningSecret[]
  customHeaders: Record<string, string>
  /** What must not come back in the log: see hideSecrets(). */
  confidential: readonly string[]
  secretsUntil: Date | null
}

/** Opens what is sealed. Throws a SealError when the key is missing: a fault of ours, which never costs a receiver an attempt. */
export function openWebhook(row: WebhookRow, keyring: Keyring): OpenedWebhook {
  const secrets = row.sealedSecrets.map((sealed) => parseSecret(open(keyring, sealed, row.webhookId)))
  const customHeaders = row.sealedHeaders === null ? {} : JSON.parse(open(keyring, row.sealedHeaders, row.webhookId)) as Record<string, string>
  return {
    id: row.webhookId,
    revision: row.revision,
    url: row.url,
    origin: URL.canParse(row.url) ? new URL(row.url).origin : row.url,
    timeoutMs: row.timeoutMs,
    retryPolicy: row.retryPolicy,
    rateLimit: row.rateLimit,
    maxConcurrency: row.maxConcurrency,
    secrets,
    customHeaders,
    confidential: confidentialOf(secrets, customHeaders),
    secretsUntil: row.secretsUntil,
  }
}

/** What came of looking a webhook up: it, or why it cannot be sent for now. */
export type LookUp = OpenedWebhook | { id: string; problem: 'unknown' | SealError['code'] }

/**
 * Remembers webhooks by revision. A claim carries the revision it was made at, so an edit is effective with the next claim,
 * and a batch costs at most one statement, none while nothing was changed.
 */
export function rememberWebhooks(store: Pick<Store, 'readWebhooks'>, keyring: Keyring, now: () => Date) {
  const known = new Map<string, OpenedWebhook>()

  return async function lookUp(claims: readonly Claim[]): Promise<Map<string, LookUp>> {
    const found = new Map<string, LookUp>()
    const missing = new Set<string>()
    for (const { webhookId, revision } of claims) {
      if (found.has(webhookId) || missing.has(webhookId)) continue
      const webhook = known.get(webhookId)
      const fresh = webhook !== undefined && webhook.revision === revision && (webhook.secretsUntil === null || webhook.secretsUntil > now())
      if (fresh) found.set(webhookId, webhook)
      else missing.add(webhookId)
    }
    if (missing.size === 0) return found

    for (const row of await store.readWebhooks([...missing])) {
      missing.delete(row.webhookId)
      try {
        const webhook = openWebhook(row, keyring)
        known.set(row.webhookId, webhook)
        found.set(row.webhookId, webhook)
      } catch (error) {
        if (!(error instanceof SealError)) throw error
        found.set(row.webhookId, { id: row.webhookId, problem: error.code })
      }
    }
    for (const id of missing) {
      known.delete(id)
      found.set(id, { id, problem: 'unknown' })
    }
    return found
  }
}
