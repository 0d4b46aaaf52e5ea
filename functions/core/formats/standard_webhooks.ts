import type { FormatRules } from './format.ts'
import { quote } from './quote.ts'

/**
 * The body that the Standard Webhooks specification recommends: `{type, timestamp, data}`; the id is in the `webhook-id` header.
 * `previous` is a fourth key, only when there is one: inside `data` it could hide a column of that name.
 */
export const standardWebhooks: FormatRules = {
  contentType: 'application/json',
  body: ({ type, occurredAt, data, previous }) =>
    `{"type":${quote(type)},"timestamp":${quote(occurredAt)},"data":${data}` +
    (previous === null ? '}' : `,"previous":${previous}}`),
}
