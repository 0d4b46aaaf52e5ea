import * as z from 'zod/mini'
import { ask, call } from './request.ts'

const state = z.object({
  /** The last four characters. Null: requests are not signed. */
  secret_hint: z.nullable(z.string()),
  rolled_at: z.nullable(z.string()),
  rolled_by_email: z.nullable(z.string()),
  old_secret_expires_at: z.nullable(z.string()),
})
export type SecretState = z.output<typeof state>

const revealed = z.object({ secret: z.string(), old_secret_expires_at: z.nullable(z.string()) })
export type RevealedSecret = z.output<typeof revealed>

export function getSecretState(webhookId: string): Promise<SecretState> {
  return call(state, 'webhook_secret_state', { webhook_id: webhookId })
}

/** In clear, for those who may. Each call is written to the audit log, so it is never cached or retried. */
export function revealSecret(webhookId: string): Promise<RevealedSecret> {
  return ask(revealed, 'GET', `/${webhookId}/secret`)
}

/** Makes a new secret. For `expireOldIn` seconds requests carry both signatures; 0 ends the old one at once. */
export function rollSecret(webhookId: string, expireOldIn: number): Promise<RevealedSecret> {
  return ask(revealed, 'POST', `/${webhookId}/secret/roll`, { expire_old_in: expireOldIn })
}

export async function endOldSecret(webhookId: string): Promise<void> {
  await ask(z.unknown(), 'DELETE', `/${webhookId}/secret/old`)
}
