import { Webhook } from 'standardwebhooks'
import { WebhookVerificationError } from './verification_error.ts'

const PREFIX = 'whsec_'

/** What signs and checks, for one secret as people see it: `whsec_` and base64, or a text of one's own. */
export function signerOf(secret: string): Webhook {
  const text = typeof secret === 'string' ? secret.trim() : ''
  if (text === '') {
    throw new WebhookVerificationError('no_secret', 'There is no signing secret to verify with. Is its environment variable set? The secret is in the settings of the webhook.')
  }
  // A secret of one's own is the key as it stands.
  if (!text.startsWith(PREFIX)) return new Webhook(text, { format: 'raw' })
  try {
    return new Webhook(text)
  } catch {
    throw new WebhookVerificationError('bad_secret', `What follows ${PREFIX} in the signing secret is not base64. Copy the secret again, whole.`)
  }
}
