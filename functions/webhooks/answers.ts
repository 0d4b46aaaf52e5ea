// What the API answers with, for the OpenAPI document. `meta({ id })` names a schema there.
import { z } from 'zod'
import { SCOPES } from '../core/api_key_input.ts'
import { FORMAT_NAMES } from '../core/formats/index.ts'
import { PAYLOADS } from '../core/payload/payload_input.ts'
import { RETRY_POLICY_NAMES } from '../core/retry.ts'

const id = z.guid()
const moment = z.iso.datetime({ offset: true })
const named = <Schema extends z.ZodType>(name: string, schema: Schema) => schema.meta({ id: name })

/** A row of webhook_configurations, without `revision`. */
export const webhook = named('Webhook', z.object({
  id,
  organization_id: id,
  name: z.string(),
  description: z.string().nullable(),
  url: z.string(),
  events: z.array(z.string()).describe('Event types, or ["*"] for all, also future ones.'),
  is_active: z.boolean(),
  format: z.enum(FORMAT_NAMES),
  filter: z.string().nullable().describe('A jsonpath over {new, old, changed}.'),
  header_names: z.array(z.string()).describe('Names of the custom headers. Their values are shown to nobody.'),
  headers_changed_at: moment.nullable().describe('When a custom header was last set or removed.'),
  timeout_ms: z.int(),
  retry_policy: z.enum(RETRY_POLICY_NAMES),
  rate_limit: z.int().nullable().describe('Requests per second.'),
  max_concurrency: z.int().nullable().describe('Requests at one time.'),
  ordered: z.boolean().describe('The events of one record are sent one after another.'),
  payload: z.enum(PAYLOADS).describe('thin: only the ids of the event and of its record.'),
  included_fields: z.array(z.string()).nullable().describe('Dotted paths in data: only these are sent. Null: all.'),
  excluded_fields: z.array(z.string()).nullable().describe('Dotted paths in data that are left out. Null: none.'),
  transformation: z.string().nullable().describe('JSONata that makes the data that is sent.'),
  shape_id: z.int().nullable().describe('What shapes the body beyond its format: changes with payload, fields and transformation.'),
  secret_hint: z.string().nullable().describe('The last four characters of the signing secret; null when requests are not signed.'),
  disabled_reason: z.enum(['by_hand', 'gone', 'failing']).nullable().describe('gone: the receiver answered 410. failing: five days without a success.'),
  disabled_at: moment.nullable(),
  consecutive_failures: z.int(),
  failing_since: moment.nullable(),
  created_by: id.nullable().describe('The user; null when an API key made it.'),
  created_at: moment,
  updated_at: moment,
}))

export const webhookAnswer = named('WebhookAnswer', z.object({ webhook }))
export const webhooksAnswer = named('WebhooksAnswer', z.object({ webhooks: z.array(webhook) }))
export const createdAnswer = named('CreatedWebhookAnswer', z.object({
  webhook, secret: z.string().nullable().describe('The signing secret in full; null when requests are not signed.'),
}))
export const addressAnswer = named('AddressAnswer', z.object({
  ok: z.boolean(), code: z.string().optional().describe('What is wrong with it: one of the codes of refusals.'), message: z.string().optional(),
}))

export const secretAnswer = named('SecretAnswer', z.object({ secret: z.string(), old_secret_expires_at: moment.nullable() }))

export const testAnswer = named('TestAnswer', z.object({
  delivery_id: id,
  event_id: id,
  event_type: z.string(),
  ok: z.boolean().describe('Whether a delivery would have succeeded.'),
  status_code: z.int().nullable(),
  error_code: z.string().nullable(),
  error_detail: z.string().nullable(),
  headers: z.record(z.string(), z.string()).nullable().describe('Of the answer.'),
  body: z.string().nullable().describe('The first 16 KB of the answer.'),
  duration_ms: z.number(),
  request: z.object({ url: z.string(), headers: z.record(z.string(), z.string()).describe('Values of custom headers are masked.'), body: z.string() }),
}))
const bodyProblem = z.object({
  code: z.enum(['syntax', 'failed', 'too_much', 'too_large', 'no_object']), message: z.string(), position: z.int().nullable().describe('How many characters of the transformation end with the token at fault.'),
}).nullable()
export const previewAnswer = named('PreviewAnswer', z.object({
  bodies: z.array(z.object({
    event_id: id.nullable().describe('Null: the sample of the catalog, since there was no such event yet.'),
    occurred_at: moment,
    before: z.string().describe('The body without the choices.'),
    after: z.string().nullable().describe('The body with them; null when the transformation fails.'),
    problem: bodyProblem,
  })),
}))
export const deliveryBodyAnswer = named('DeliveryBodyAnswer', z.object({ body: z.string().nullable(), problem: bodyProblem }))

export const resendAnswer = named('ResendAnswer', z.object({
  queued: z.int(), delivery_ids: z.array(id), skipped: z.object({ delivered: z.int(), sending: z.int(), not_found: z.int() }),
}))
export const cancelAnswer = named('CancelAnswer', z.object({
  cancelled: z.int(), delivery_ids: z.array(id), skipped: z.object({ sending: z.int(), finished: z.int(), not_found: z.int() }),
}))
export const replayAnswer = named('ReplayAnswer', z.object({ dry_run: z.boolean(), total: z.int(), replay_id: id.optional() }))

/** A row of webhook_api_keys. */
export const apiKey = named('ApiKey', z.object({
  id,
  organization_id: id,
  name: z.string(),
  prefix: z.string().describe('The beginning of the key, to tell keys apart.'),
  scopes: z.array(z.enum(SCOPES)),
  created_by: id.nullable(),
  created_at: moment,
  last_used_at: moment.nullable().describe('To the minute.'),
  expires_at: moment.nullable(),
  revoked_at: moment.nullable(),
}))
export const apiKeysAnswer = named('ApiKeysAnswer', z.object({ keys: z.array(apiKey) }))
export const createdKeyAnswer = named('CreatedApiKeyAnswer', z.object({ key: apiKey, token: z.string().describe('The key itself. It is shown this once.') }))

export const subscription = named('Subscription', z.object({
  id: id.describe('Of the webhook: DELETE /webhooks/hooks/{id} ends it.'),
  event: z.string(),
  target_url: z.string(),
  organization_id: id,
  is_active: z.boolean(),
  created_at: moment,
}))
export const newSubscription = named('NewSubscription', subscription.extend({ secret: z.string().describe('What its requests are signed with.') }))
export const eventBodies = named('EventBodies', z.array(z.looseObject({
  id: z.string(), event: z.string(), timestamp: moment, data: z.record(z.string(), z.unknown()), previous: z.record(z.string(), z.unknown()).optional(),
})))
export const whoAmI = named('WhoAmI', z.object({
  organization: z.object({ id, name: z.string() }),
  key: z.object({ id, name: z.string(), scopes: z.array(z.enum(SCOPES)) }).nullable().describe('Null for a user.'),
}))

export const anyDocument = named('Document', z.record(z.string(), z.unknown()))
