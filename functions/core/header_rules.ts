/** Limits on the custom headers of one webhook. */
export const MAX_HEADERS = 20
export const MAX_HEADER_NAME_LENGTH = 128
export const MAX_HEADER_VALUE_LENGTH = 4096

export type HeaderVerdict = { ok: true } | { ok: false; code: 'reserved_header' | 'invalid_header'; name: string; message: string }

/**
 * Names that are ours, or that decide how the request itself is carried. A custom `cookie` or `authorization` is fine:
 * many receivers ask for one. Signature headers of the formats are ours too, or a webhook could forge one.
 */
const reserved = new Set([
  'user-agent', 'content-type', 'content-length', 'content-encoding', 'host', 'connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer',
  'upgrade', 'http2-settings', 'expect', 'accept-encoding', 'cookie2', 'date', 'via', 'forwarded', 'x-real-ip', 'signature', 'x-signature',
])
const reservedPrefixes = ['webhook-', 'x-webhook-', 'proxy-', 'sec-', 'x-forwarded-', 'x-nativemsg-', 'x-whatsable-', 'x-libromi-', 'x-caleida-']

/** Whether a header name, in any case, may not be a custom header. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase()
  return reserved.has(lower) || reservedPrefixes.some((prefix) => lower.startsWith(prefix))
}

/** What is wrong with one header, in the words of the form; null when it is fine. A null value stands for a header to be removed. */
export function headerProblem(name: string, value: string | null): Extract<HeaderVerdict, { ok: false }> | null {
  const invalid = (message: string) => ({ ok: false, code: 'invalid_header', name, message }) as const
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return invalid(`“${printable(name)}” can’t be the name of a header. Use letters, digits and -.`)
  if (name.length > MAX_HEADER_NAME_LENGTH) return invalid(`Use ${MAX_HEADER_NAME_LENGTH} characters or fewer for the name of a header.`)
  if (isReservedHeader(name)) return { ok: false, code: 'reserved_header', name, message: `${name} is set by us and can’t be changed.` }
  if (value === null) return null
  if (value.length > MAX_HEADER_VALUE_LENGTH) return invalid(`The value of ${name} is too long. Use ${MAX_HEADER_VALUE_LENGTH} characters or fewer.`)
  // A line break would start a header of its own; beyond Latin-1 there is no way to send it.
  if (!/^[\t\x20-\x7e\xa0-\xff]*$/.test(value)) return invalid(`The value of ${name} has a character that a header can’t carry.`)
  if (value.trim() !== value) return invalid(`Remove the spaces around the value of ${name}.`)
  return null
}

/** Checks all custom headers of one webhook, and stops at the first problem. `X-A` and `x-a` are the same name. */
export function checkCustomHeaders(headers: Record<string, string | null>): HeaderVerdict {
  const names = Object.keys(headers)
  const extra = names.filter((name) => headers[name] !== null)[MAX_HEADERS]
  if (extra !== undefined) return { ok: false, code: 'invalid_header', name: extra, message: `Use ${MAX_HEADERS} headers or fewer.` }
  const seen = new Set<string>()
  for (const name of names) {
    const problem = headerProblem(name, headers[name] ?? null)
    if (problem !== null) return problem
    if (seen.has(name.toLowerCase())) return { ok: false, code: 'invalid_header', name, message: `${name} is there twice.` }
    seen.add(name.toLowerCase())
  }
  return { ok: true }
}

function printable(name: string): string {
  return name.replace(/[^\x20-\x7e\xa0-\uffff]/g, '?').slice(0, 40)
}
