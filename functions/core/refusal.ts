/** Every way to say no to a user, with its HTTP status. The codes are stable: clients and screens rely on them. */
export const REFUSALS = {
  invalid_json: 400,
  unauthorized: 401,
  forbidden: 403,
  scope_missing: 403,
  not_found: 404,
  method_not_allowed: 405,
  name_taken: 409,
  replay_running: 409,
  changed_meanwhile: 409,
  webhook_off: 409,
  secret_missing: 404,
  payload_too_large: 413,
  invalid_input: 422,
  not_a_url: 422,
  insecure_url: 422,
  credentials_in_url: 422,
  private_address: 422,
  port_not_allowed: 422,
  url_too_long: 422,
  invalid_secret: 422,
  invalid_header: 422,
  reserved_header: 422,
  unknown_event_type: 422,
  invalid_filter: 422,
  invalid_transformation: 422,
  too_many_webhooks: 422,
  too_many_api_keys: 422,
  too_many_listeners: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<string, number>

export type RefusalCode = keyof typeof REFUSALS

/** A "no" that is meant for the user: thrown anywhere, answered in one place. `field` names the input that is at fault. */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly status: number
  readonly field: string | undefined

  constructor(code: RefusalCode, message: string, field?: string) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.status = REFUSALS[code]
    this.field = field
  }
}

/** Whether a text, such as the hint of a database error, is one of our codes. */
export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSALS, code)
}

/** The body of the answer: `{error: {code, message, field?}}`. */
export function refusalBody({ code, message, field }: Refusal): { error: { code: RefusalCode; message: string; field?: string } } {
  return { error: field === undefined ? { code, message } : { code, message, field } }
}
