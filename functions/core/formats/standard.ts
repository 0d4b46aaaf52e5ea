import type { FormatRules } from './format.ts'
import { quote } from './quote.ts'

/** Our own envelope: `{id, event, timestamp, data, previous?}`. */
export const standard: FormatRules = {
  contentType: 'application/json',
  body: ({ id, type, occurredAt, data, previous }) =>
    `{"id":${quote(id)},"event":${quote(type)},"timestamp":${quote(occurredAt)},"data":${data}` +
    (previous === null ? '}' : `,"previous":${previous}}`),
}
