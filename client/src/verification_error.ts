/** Every way in which a request can fail to be verified. Stable: compare these, not the sentences. */
export type VerificationCode =
  /** A mistake of the receiver's own code. */
  | 'body_parsed' | 'no_secret' | 'bad_secret'
  /** The request is not what a webhook sends. */
  | 'missing_header' | 'bad_timestamp' | 'no_v1_signature' | 'body_not_text' | 'body_too_large'
  /** It may be forged, or old. */
  | 'wrong_signature' | 'too_old' | 'too_new'
  /** Signed as it should be, but with a body that is no event. */
  | 'not_an_event'

const MISTAKES: readonly VerificationCode[] = ['body_parsed', 'no_secret', 'bad_secret']

/** Why a request was not accepted. `message` says what happened and what to do. */
export class WebhookVerificationError extends Error {
  readonly code: VerificationCode

  constructor(code: VerificationCode, message: string) {
    super(message)
    this.name = 'WebhookVerificationError'
    this.code = code
  }

  /** Whether the receiver's own code or settings are at fault, and not the request. */
  get isMistake(): boolean {
    return MISTAKES.includes(this.code)
  }
}
