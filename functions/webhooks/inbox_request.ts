// What a request that came to one of our own addresses says about itself.

const KEPT_HEADERS = 100
const KEPT_HEADER_CHARACTERS = 8 * 1024

// What belongs to one connection, and what the platform in front of the function adds.
const carriage = new Set([
  'connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade',
  'forwarded', 'via', 'x-real-ip', 'cdn-loop',
])
const carriagePrefixes = ['x-forwarded-', 'cf-', 'sb-', 'x-amzn-']

/** The headers that the sender chose, names in lower case: at most 100, and 8 KB of each. */
export function headersOfSender(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers]
    .filter(([name]) => !carriage.has(name) && !carriagePrefixes.some((prefix) => name.startsWith(prefix)))
    .slice(0, KEPT_HEADERS)
    .map(([name, value]) => [name, value.slice(0, KEPT_HEADER_CHARACTERS)]))
}

/** The event type, from our header, from CloudEvents in binary mode, or from the body; null when there is none. */
export function eventTypeOf(headers: Record<string, string>, body: string): string | null {
  const named = headers['x-webhook-event'] ?? headers['ce-type'] ?? fromBody(body)
  return named === undefined ? null : named.replaceAll('\u0000', '').slice(0, 200) || null
}

function fromBody(body: string): string | undefined {
  if (!body.trimStart().startsWith('{')) return undefined
  try {
    const { event, type } = JSON.parse(body) as { event?: unknown; type?: unknown }
    return [event, type].find((value) => typeof value === 'string') as string | undefined
  } catch {
    return undefined
  }
}
