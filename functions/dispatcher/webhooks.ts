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

export type Webhooks = {
  /** What the claims are sent with. */
  lookUp(claims: readonly Claim[]): Promise<Map<string, LookUp>>
  /** How they are now. One that was turned off or deleted, or cannot be opened, is not there. */
  lookAgain(ids: readonly string[]): Promise<Map<string, OpenedWebhook>>
}

/**
 * Remembers webhooks by revision. A claim carries the revision it was made at, so an edit is effective with the next claim,
 * and a batch costs at most one statement, none while nothing was changed.
 */
export function rememberWebhooks(store: Pick<Store, 'readWebhooks'>, keyring: Keyring, now: () => Date): Webhooks {
  const known = new Map<string, OpenedWebhook>()

  function recall(id: string, revision: string): OpenedWebhook | undefined {
    const webhook = known.get(id)
    const isFresh = webhook !== undefined && webhook.revision === revision && (webhook.secretsUntil === null || webhook.secretsUntil > now())
    return isFresh ? webhook : undefined
  }

  function openAndRemember(row: WebhookRow): LookUp {
    try {
      const webhook = openWebhook(row, keyring)
      known.set(row.webhookId, webhook)
      return webhook
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      return { id: row.webhookId, problem: error.code }
    }
  }

  async function lookUp(claims: readonly Claim[]): Promise<Map<string, LookUp>> {
    const found = new Map<string, LookUp>()
    const missing = new Set<string>()
    for (const { webhookId, revision } of claims) {
      if (found.has(webhookId) || missing.has(webhookId)) continue
      const webhook = recall(webhookId, revision)
      if (webhook !== undefined) found.set(webhookId, webhook)
      else missing.add(webhookId)
    }
    if (missing.size === 0) return found

    for (const row of await store.readWebhooks([...missing])) {
      missing.delete(row.webhookId)
      found.set(row.webhookId, openAndRemember(row))
    }
    for (const id of missing) {
      known.delete(id)
      found.set(id, { id, problem: 'unknown' })
    }
    return found
  }

  async function lookAgain(ids: readonly string[]): Promise<Map<string, OpenedWebhook>> {
    const found = new Map<string, OpenedWebhook>()
    for (const row of await store.readWebhooks(ids)) {
      if (!row.isActive) continue
      const webhook = recall(row.webhookId, row.revision) ?? openAndRemember(row)
      if (!('problem' in webhook)) found.set(row.webhookId, webhook)
    }
    return found
  }

  return { lookUp, lookAgain }
}
