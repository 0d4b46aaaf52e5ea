import type { FormatRules } from './format.ts'
import { quote } from './quote.ts'

/**
 * CloudEvents 1.0, structured JSON. `data` stays the row, as in every other format. An extension attribute may not be an object,
 * so `previous` holds its JSON as a string; wrapping both into `data` would give change events another shape than the rest.
 */
export const cloudevents: FormatRules = {
  contentType: 'application/cloudevents+json',
  body: ({ id, type, occurredAt, organizationId, data, previous }) =>
    `{"specversion":"1.0","id":${quote(id)},"source":${quote(`/organizations/${organizationId}`)},` +
    `"type":${quote(type)},"time":${quote(occurredAt)},"datacontenttype":"application/json","data":${data}` +
    (previous === null ? '}' : `,"previous":${JSON.stringify(previous)}}`),
}
