/**
 * What shapes the body beyond its format, as chosen for a webhook: a row of webhooks.shapes, which never changes. Keys that say
 * nothing are absent.
 */
export type Shape = {
  /** `data` has only the key of the record, and there is no `previous`. */
  thin?: true
  /** Dotted paths in `data` and `previous`: only these stay. */
  included_fields?: string[]
  /** Dotted paths in `data` and `previous`: these go. Never together with `included_fields`. */
  excluded_fields?: string[]
  /** JSONata that makes the new `data` from what is left of the event. */
  transformation?: string
}

export const MAX_FIELDS = 100
export const MAX_FIELD_LENGTH = 200
export const MAX_TRANSFORMATION_LENGTH = 10_000

/** `customer.email`: names of keys, from the outside in. A dot in a key cannot be written. */
export const FIELD_PATTERN = /^[^.\s]+(\.[^.\s]+)*$/

/** Formats of our own. The bodies of the others are fixed by the products they come from: see webhooks.choose_shape(). */
export const SHAPEABLE_FORMATS = ['standard', 'standard-webhooks', 'cloudevents'] as const
