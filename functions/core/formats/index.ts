import { cloudevents } from './cloudevents.ts'
import type { EventToSend, FormatRules } from './format.ts'
import { standard } from './standard.ts'
import { standardWebhooks } from './standard_webhooks.ts'

/** Every envelope a webhook may choose, by the name stored in its `format`. */
export const FORMATS = {
  'standard': standard,
  'standard-webhooks': standardWebhooks,
  'cloudevents': cloudevents,
} as const satisfies Record<string, FormatRules>

export type Format = keyof typeof FORMATS
export const FORMAT_NAMES = Object.keys(FORMATS) as [Format, ...Format[]]

/** The rules of a format. */
export function formatRules(format: Format): FormatRules {
  return FORMATS[format]
}

/** The exact text that is sent and signed: `data` and `previous` go in as they are, byte for byte. */
export function renderBody(format: Format, event: EventToSend): string {
  return formatRules(format).body(event)
}
