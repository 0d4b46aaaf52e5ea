import { caleida, SECRET_HEADER } from './caleida.ts'
import { cloudevents } from './cloudevents.ts'
import type { EventToSend, FormatRules, Sign } from './format.ts'
import { libromi } from './libromi.ts'
import { nameOf, typesOf } from './names.ts'
import { nativemsg } from './nativemsg.ts'
import { standard } from './standard.ts'
import { standardWebhooks } from './standard_webhooks.ts'
import { whatsable } from './whatsable.ts'

/** Every envelope a webhook may choose, by the name stored in its `format`. */
export const FORMATS = {
  'standard': standard,
  'standard-webhooks': standardWebhooks,
  'cloudevents': cloudevents,
  'nativemsg': nativemsg,
  'whatsable': whatsable,
  'libromi': libromi,
  'caleida': caleida,
} as const satisfies Record<string, FormatRules>

export type Format = keyof typeof FORMATS
export const FORMAT_NAMES = Object.keys(FORMATS) as [Format, ...Format[]]

/** Headers that carry a secret itself. Where requests are stored or shown, their values are not. */
export const SECRET_HEADERS: readonly string[] = [SECRET_HEADER]

/** The rules of a format. */
export function formatRules(format: Format): FormatRules {
  return FORMATS[format]
}

/**
 * The exact text that is sent and signed. In our own formats `data` and `previous` go in as they are, byte for byte; those of other
 * products arrange them anew.
 */
export function renderBody(format: Format, event: EventToSend, sign?: Sign): string {
  return formatRules(format).body(event, sign)
}

/** The name under which a format sends an event type. */
export function sentName(format: Format, type: string): string {
  return nameOf(formatRules(format).names ?? {}, type)
}

/** Event types from a list that may use the format's own names: `message_status` of WhatsAble is four of ours. Each once. */
export function eventTypesOf(format: Format, wanted: readonly string[]): string[] {
  return [...new Set(typesOf(formatRules(format).names ?? {}, wanted))]
}
