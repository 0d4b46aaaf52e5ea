// What people may send about API keys and REST hooks, for the API and the form alike.
import { z } from 'zod'
import { MAX_URL_LENGTH } from './address.ts'
import { momentLike } from './moment.ts'
import { EVENT_TYPE_PATTERN, organizationId } from './webhook_input.ts'

/** What a key may do. `read` is in every key; `write` and `secrets` add to it. */
export const SCOPES = ['read', 'write', 'secrets'] as const
export type Scope = (typeof SCOPES)[number]

/** A new key. `expires_at`: null or absent means never. */
export const createKeyInput = z.strictObject({
  organization_id: organizationId,
  name: z.string('Enter a name.').trim().min(1, 'Enter a name.').max(64, 'Use 64 characters or fewer.'),
  scopes: z.array(z.enum(SCOPES, 'A scope is read, write or secrets.'), 'Choose what the key may do.')
    .transform((chosen) => SCOPES.filter((scope) => scope === 'read' || chosen.includes(scope))).default(['read']),
  expires_at: momentLike('2027-11-21T09:30:00Z').nullable().default(null),
})
export type CreateKeyRequest = z.input<typeof createKeyInput>

const target = z.string('Say where events go: target_url.').trim()
  .min(1, 'Say where events go: target_url.').max(MAX_URL_LENGTH, `Use ${MAX_URL_LENGTH} characters or fewer.`)

/**
 * A subscription, in the spellings that platforms use for the address; `target_url` is ours. Unlike elsewhere, fields that we do
 * not know are ignored: a platform sends its own along.
 */
export const subscribeInput = z.object({
  organization_id: organizationId.optional(),
  event: z.string('Say which event: contact.created, for example.').max(200).regex(EVENT_TYPE_PATTERN, 'An event type is written like deal.stage.changed.'),
  target_url: target.optional(),
  targetUrl: target.optional(),
  hookUrl: target.optional(),
}).refine(({ target_url, targetUrl, hookUrl }) => (target_url ?? targetUrl ?? hookUrl) !== undefined, { path: ['target_url'], error: 'Say where events go: target_url.' })
