import type { SecretState } from '../data/secrets.ts'

/** The first secret of a webhook is stored a moment after the webhook itself: that was no roll. */
const SAME_MOMENT_MS = 10_000

/** When the secret was last rolled; null when it is the one that the webhook was created with. */
export function rolledAt({ rolled_at }: Pick<SecretState, 'rolled_at'>, webhook: { created_at: string }): string | null {
  return rolled_at !== null && Date.parse(rolled_at) - Date.parse(webhook.created_at) > SAME_MOMENT_MS ? rolled_at : null
}
