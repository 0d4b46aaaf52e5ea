// Everything that goes wrong ends here. People get a Refusal; nobody gets SQL, a secret or a stack trace.
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { isRefusalCode, Refusal, refusalBody } from '../core/refusal.ts'
import { SealError } from '../core/seal.ts'
import { faultOf } from '../io/log.ts'
import type { Deps, Env } from './deps.ts'
import { noSuchOrganization } from './permission.ts'

/** A refusal that ends by itself: `retryAfter` in seconds. */
export class RateLimited extends Refusal {
  readonly retryAfter: number

  constructor(message: string, retryAfter: number) {
    super('rate_limited', message)
    this.retryAfter = retryAfter
  }
}

/** The parts of a database error that we read. Asked for by shape: the driver's class does not survive bundling. */
type DatabaseError = Error & { code: string; hint?: string; detail?: string; constraint_name?: string }

/** Checks that input validation leaves to the database, by the name of the constraint. */
const constraints: Record<string, () => Refusal> = {
  names_are_unique_in_an_organization: () => new Refusal('name_taken', 'You already have a webhook with this name.', 'name'),
  names_of_live_keys_are_unique_in_an_organization: () => new Refusal('name_taken', 'You already have an API key with this name.', 'name'),
  // Deleted between the look at the caller's rights and the write.
  a_webhook_belongs_to_an_organization: noSuchOrganization,
  an_api_key_belongs_to_an_organization: noSuchOrganization,
  a_url_is_a_web_address: () => new Refusal('not_a_url', 'Enter a full address, for example https://example.com/webhooks.', 'url'),
  a_filter_has_at_most_1000_characters: () => new Refusal('invalid_filter', 'This filter is too long. Use 1000 characters or fewer.', 'filter'),
}

/** What the database refused, in the user's words; null for everything that is a fault of ours. */
export function refusalFromDatabase(error: unknown): Refusal | null {
  if (!isDatabaseError(error)) return null
  // Our own refusals say their code in the hint and the field in the detail: see webhooks.refuse().
  if (error.hint !== undefined && isRefusalCode(error.hint)) {
    return new Refusal(error.hint, error.message, error.detail === '' ? undefined : error.detail)
  }
  if (error.constraint_name !== undefined && Object.hasOwn(constraints, error.constraint_name)) return constraints[error.constraint_name]!()
  // Another constraint of the configuration: its name is a sentence.
  if (error.code === '23514' && error.constraint_name !== undefined) {
    return new Refusal('invalid_input', `Not accepted: ${error.constraint_name.replaceAll('_', ' ')}.`)
  }
  if (error.code === '42501') return new Refusal('forbidden', 'Only admins can do this.')
  return null
}

function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'severity' in error
}

/** The database is away or overloaded: connection faults, shutdown, too many clients, timeouts, deadlocks. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  return /^(CONNECT_TIMEOUT|CONNECTION_|DATABASE_SILENT|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|08|53|57|40)/.test(error.code)
}

/** The answer to a request that ended with an error. */
export function answerError(deps: Pick<Deps, 'log' | 'randomBytes'>, error: unknown, c: Context<Env>): Response {
  if (error instanceof Refusal) return answerRefusal(error, c)
  const reference = Array.from(deps.randomBytes(6), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const passing = isPassing(error) || error instanceof SealError
  deps.log({ level: 'error', event: 'api.fault', reference, method: c.req.method, route: withoutToken(c.req.path), ...faultOf(error) })
  return answerRefusal(passing
    ? new Refusal('unavailable', `This doesn’t work right now. Try again in a minute. (Reference ${reference})`)
    : new Refusal('internal', `Something went wrong on our side. (Reference ${reference})`), c)
}

/** Whoever knows the token of an inbox may send to it, so it stays out of logs. */
function withoutToken(path: string): string {
  return path.replace(/\/in\/.*/, '/in/…')
}

/** `{error: {code, message, field?}}` with the status of the code. */
export function answerRefusal(refusal: Refusal, c: Context<Env>): Response {
  const body = refusalBody(refusal)
  // The field may be a name that the caller chose.
  if (body.error.field !== undefined) body.error.field = body.error.field.slice(0, 200)
  const headers: Record<string, string> = refusal instanceof RateLimited ? { 'retry-after': String(refusal.retryAfter) } : {}
  return c.json(body, refusal.status as ContentfulStatusCode, headers)
}
