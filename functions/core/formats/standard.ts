import type { FormatRules } from './format.ts'

/** Our own envelope: `{id, event, timestamp, data, previous?}`. */
export const standard: FormatRules = {
  contentType: 'application/json',
  body: ({ id, type, occurredAt, data, previous }) =>
    `{"id":${JSON.stringify(id)},"event":${JSON.stringify(type)},"timestamp":${JSON.stringify(occurredAt)},"data":${data}` +
    (previous === null ? '}' : `,"previous":${previous}}`),
}
