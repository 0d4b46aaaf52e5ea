// What people may send, for the API and the forms alike. Messages are the ones a form shows. What needs a look-up or the
// operator's settings is checked elsewhere: the address of `url` (address.ts), whether event types exist, whether a name is taken.
import { z } from 'zod'
import { MAX_URL_LENGTH } from './address.ts'
import { FORMAT_NAMES } from './formats/index.ts'
import { checkCustomHeaders } from './header_rules.ts'
import { moment } from './moment.ts'
import { payloadSettings } from './payload/payload_input.ts'
import { RETRY_POLICY_NAMES } from './retry.ts'
import { secretProblem } from './secret_rules.ts'
import { TEST_EVENT } from './test_event.ts'

export const MAX_EVENTS = 200
export const ALL_EVENTS = '*'
export const EVENT_TYPE_PATTERN = /^[a-z0-9_]+(\.[a-z0-9_]+)*$/

const wholeNumber = (from: number, to: number) => {
  const error = `Use a whole number from ${from} to ${to}.`
  return z.int(error).min(from, error).max(to, error)
}
const secret = z.string().superRefine((text, context) => {
  const problem = secretProblem(text)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem, params: { code: 'invalid_secret' } })
})
const name = z.string('Enter a name.').trim().min(1, 'Enter a name.').max(64, 'Use 64 characters or fewer.')
const url = z.string('Enter a full address, for example https://example.com/webhooks.').trim()
  .min(1, 'Enter a full address, for example https://example.com/webhooks.')
  .max(MAX_URL_LENGTH, `Use ${MAX_URL_LENGTH} characters or fewer.`)
const events = z.array(z.string(), 'Choose at least one event.')
  .min(1, 'Choose at least one event.')
  .max(MAX_EVENTS, `Choose ${MAX_EVENTS} events or fewer, or all events.`)
  .superRefine((types, context) => {
    if (types.includes(ALL_EVENTS)) {
      if (types.length > 1) context.addIssue({ code: 'custom', message: '“*” means all events: leave the others out.', input: types })
      return
    }
    for (const [index, type] of types.entries()) {
      if (!EVENT_TYPE_PATTERN.test(type) || type.length > 200) {
        context.addIssue({ code: 'custom', message: 'An event type is written like deal.stage.changed.', input: type, path: [index] })
      }
    }
  })
  .transform((types) => [...new Set(types)])

/** Tablehook's own id of the organization, or the app's key of it, which may be a number. Which of the two, the database finds out. */
export const organizationId = z.union([z.string().regex(/^[^\0]{1,200}$/, 'Name the organization by its id.'), z.int()], 'Name the organization by its id.').transform(String)

const headerValue = 'The value of a header is a text.'

function headerRecord<Value extends z.ZodType<string | null>>(value: Value) {
  return z.record(z.string(), value).superRefine((headers, context) => {
    const verdict = checkCustomHeaders(headers)
    if (verdict.ok) return
    context.addIssue({ code: 'custom', message: verdict.message, params: { code: verdict.code }, path: [verdict.name] })
  })
}

const settings = {
  description: z.string().trim().max(500, 'Use 500 characters or fewer.').nullable(),
  is_active: z.boolean(),
  format: z.enum(FORMAT_NAMES, 'Choose a format from the list.'),
  /** A jsonpath over `{new, old, changed}`; whether Postgres can read it shows when it is saved. */
  filter: z.string().trim().max(1000, 'Use 1000 characters or fewer.').transform((text) => (text === '' ? null : text)).nullable(),
  timeout_ms: wholeNumber(1_000, 30_000),
  retry_policy: z.enum(RETRY_POLICY_NAMES, 'Choose a retry policy from the list.'),
  /** Requests per second; null: no limit of its own. */
  rate_limit: wholeNumber(1, 1_000).nullable(),
  /** Requests at one time; null: no limit of its own. */
  max_concurrency: wholeNumber(1, 100).nullable(),
  ordered: z.boolean(),
  ...payloadSettings,
}

/** A new webhook. `secret`: absent makes one, a text is the user's own, null means requests are not signed. */
export const createWebhookInput = z.strictObject({
  organization_id: organizationId,
  name,
  url,
  events,
  description: settings.description.default(null),
  secret: secret.nullable().optional(),
  is_active: settings.is_active.default(true),
  format: settings.format.default('standard'),
  filter: settings.filter.default(null),
  headers: headerRecord(z.string(headerValue)).default({}),
  timeout_ms: settings.timeout_ms.default(5_000),
  retry_policy: settings.retry_policy.default('standard'),
  rate_limit: settings.rate_limit.default(null),
  max_concurrency: settings.max_concurrency.default(null),
  ordered: settings.ordered.default(false),
  payload: settings.payload.default('full'),
  included_fields: settings.included_fields.default(null),
  excluded_fields: settings.excluded_fields.default(null),
  transformation: settings.transformation.default(null),
})
/** As parsed: defaults filled in. */
export type CreateWebhookInput = z.output<typeof createWebhookInput>
/** As sent. */
export type CreateWebhookRequest = z.input<typeof createWebhookInput>

/**
 * Changes to a webhook: what is absent stays. A header set to null is removed, one that is absent keeps its value.
 * `secret`: null stops signing, a text replaces the secret at once. Roll it instead, and the old one overlaps.
 */
export const updateWebhookInput = z.strictObject({
  name,
  url,
  events,
  ...settings,
  secret: secret.nullable(),
  headers: headerRecord(z.string(headerValue).nullable()),
  /** The `updated_at` of the webhook that the change was made from. When it has been changed since, nothing is. */
  expected_updated_at: moment,
}).partial()
export type UpdateWebhookInput = z.output<typeof updateWebhookInput>
export type UpdateWebhookRequest = z.input<typeof updateWebhookInput>

/** Rolls the secret. For `expire_old_in` seconds requests carry signatures of both; 0 ends the old one at once. */
export const rollSecretInput = z.strictObject({
  expire_old_in: wholeNumber(0, 7 * 24 * 3_600).default(24 * 3_600),
  secret: secret.optional(),
})

/** What the Test button sends: `webhook.test`, or the sample of another type, or data of the user's own. */
export const testInput = z.strictObject({
  event_type: z.string().regex(EVENT_TYPE_PATTERN, 'An event type is written like deal.stage.changed.').max(200).default(TEST_EVENT),
  data: z.record(z.string(), z.unknown(), 'The data of an event is a JSON object.').optional(),
})
export type TestInput = z.output<typeof testInput>

/** Resends by hand. `include_delivered`: also those that the receiver already got. */
export const resendInput = z.strictObject({
  delivery_ids: z.array(z.guid('A delivery is named by its id.')).min(1, 'Choose at least one delivery.').max(1_000, 'Choose 1000 deliveries or fewer.'),
  include_delivered: z.boolean().default(false),
})

/** Takes waiting deliveries out of the queue. */
export const cancelInput = resendInput.pick({ delivery_ids: true })

/** Replays every delivery of a time range. `dry_run` only counts. */
export const replayInput = z.strictObject({
  from: moment,
  to: moment.optional(),
  states: z.array(z.enum(['failed', 'succeeded', 'cancelled'])).min(1, 'Choose at least one state.').default(['failed']),
  event_types: z.array(z.string().regex(EVENT_TYPE_PATTERN, 'An event type is written like deal.stage.changed.')).min(1, 'Name at least one event type.').max(MAX_EVENTS).optional(),
  dry_run: z.boolean().default(false),
}).refine(({ from, to }) => to === undefined || Date.parse(from) < Date.parse(to), { path: ['to'], error: 'The end must be after the beginning.' })
export type ReplayInput = z.output<typeof replayInput>
