// The address guard, pure part. What is checked at creation is checked again at every connect, on the address connected to.
import ipaddr from 'ipaddr.js'

/** CIDR ranges that an operator allows although they are not public. Empty on hosted systems. */
export type AllowList = readonly [ipaddr.IPv4 | ipaddr.IPv6, number][]

/** `allowed_private`: not public, but in the allow list; such an address may also use plain http and any port. */
export type AddressVerdict = 'public' | 'allowed_private' | 'blocked'

// The library knows the registries of special ranges. These stand here as well, so that an update of it cannot open one.
const neverPublicV4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
  '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24',
  '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
  '168.63.129.16/32', // Azure's metadata host: an address that looks public and is reachable from inside only.
].map((range) => ipaddr.IPv4.parseCIDR(range))
// Everything outside 2000::/3 is not public; these are the exceptions inside it.
const publicV6 = ipaddr.IPv6.parseCIDR('2000::/3')
const neverPublicV6 = [
  '2001::/23', // Teredo, ORCHID, benchmarking and other protocol assignments
  '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20',
].map((range) => ipaddr.IPv6.parseCIDR(range))

/** Reads `TABLEHOOK_ALLOW_PRIVATE`: CIDR ranges, comma-separated. Absent or empty means none. */
export function parseAllowList(value: string | undefined): AllowList {
  return (value ?? '').split(',').map((range) => range.trim()).filter((range) => range !== '').map((range) => {
    const [address = ''] = range.split('/')
    if (!ipaddr.isValidCIDR(range) || !isPlain(address)) {
      throw new TypeError(`TABLEHOOK_ALLOW_PRIVATE: "${range}" is not a range of addresses. Write for example 127.0.0.1/32 or fd00::/8.`)
    }
    return ipaddr.parseCIDR(range)
  })
}

/**
 * Whether we may connect to an IP address. Anything that is not a plain address (names, octal or short notations, zone ids) is
 * blocked. A v4 address inside a v6 one is blocked, too, whatever it maps to: nobody needs it, and it hides the real target.
 */
export function addressVerdict(ip: string, allow: AllowList): AddressVerdict {
  if (!isPlain(ip)) return 'blocked'
  const address = ipaddr.parse(ip)
  if (isPublic(address)) return 'public'
  return allow.some(([range, bits]) => contains(range, bits, address)) ? 'allowed_private' : 'blocked'
}

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false
  if (address instanceof ipaddr.IPv4) return !neverPublicV4.some((range) => address.match(range))
  return address.match(publicV6) && !neverPublicV6.some((range) => address.match(range))
}

function contains(range: ipaddr.IPv4 | ipaddr.IPv6, bits: number, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return range.kind() === address.kind() && address.match([range, bits] as [ipaddr.IPv4, number] & [ipaddr.IPv6, number])
}

function isPlain(ip: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(ip) || (ip.includes(':') && !ip.includes('%') && ipaddr.IPv6.isValid(ip))
}

/** Ports a receiver may listen on. Others (22, 25, 6379 …) belong to services that are no receivers. */
export const ALLOWED_PORTS: readonly number[] = [443, 8443, 9443]
export const MAX_URL_LENGTH = 2048

export type UrlProblem = 'not_a_url' | 'insecure_url' | 'credentials_in_url' | 'private_address' | 'port_not_allowed' | 'url_too_long'

/** `literal` is the IP address in the host, or null when the host is a name whose addresses are checked at connect. */
export type UrlVerdict = { ok: true; url: URL; literal: string | null } | { ok: false; code: UrlProblem; message: string }

const messages: Record<UrlProblem, string> = {
  not_a_url: 'Enter a full address, for example https://example.com/webhooks.',
  insecure_url: 'Use https://. Addresses without encryption aren’t allowed.',
  credentials_in_url: 'Remove the user name and password from the address. Use a custom header instead.',
  private_address: 'This address can’t be reached from the internet. Use a public address, or a test address.',
  port_not_allowed: `Use port ${ALLOWED_PORTS.slice(0, -1).join(', ')} or ${ALLOWED_PORTS.at(-1)}.`,
  url_too_long: `Use ${MAX_URL_LENGTH} characters or fewer.`,
}

/**
 * Checks a webhook's URL as far as it can be without a look-up. The URL that comes back is the one to use: the parser has
 * turned decimal, octal, hex and short IPv4 notations into plain ones, and a dot at the end of the host is gone.
 */
export function checkUrl(text: string, allow: AllowList): UrlVerdict {
  if (text.length > MAX_URL_LENGTH) return refuse('url_too_long')
  // Stricter than the parser, which forgives spaces, line breaks, backslashes and missing slashes.
  const authority = /^https?:\/\/([^/?#\s\\]+)[^\s\\]*$/i.exec(text)?.[1]
  if (authority === undefined || !URL.canParse(text)) return refuse('not_a_url')
  if (authority.includes('@')) return refuse('credentials_in_url')

  const url = new URL(text)
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1)
  const literal = ipLiteral(url.hostname)
  const verdict = literal === null ? nameVerdict(url.hostname, allow) : addressVerdict(literal, allow)
  const allowed = verdict === 'allowed_private'

  if (url.protocol !== 'https:' && !allowed) return refuse('insecure_url')
  if (verdict === 'blocked') return refuse('private_address')
  if (!allowed && !ALLOWED_PORTS.includes(Number(url.port || 443))) return refuse('port_not_allowed')
  return { ok: true, url, literal }
}

function refuse(code: UrlProblem): UrlVerdict {
  return { ok: false, code, message: messages[code] }
}

/** After parsing, a host that ends in a number is an IPv4 address in plain notation, and IPv6 stands in brackets. */
function ipLiteral(hostname: string): string | null {
  if (hostname.startsWith('[')) return hostname.slice(1, -1)
  return /^[0-9.]+$/.test(hostname) ? hostname : null
}

/** Names that only mean something inside a network. Others are judged by what they resolve to, at connect. */
function nameVerdict(name: string, allow: AllowList): AddressVerdict {
  if (name === 'localhost' || name.endsWith('.localhost')) {
    return addressVerdict('127.0.0.1', allow) === 'blocked' && addressVerdict('::1', allow) === 'blocked' ? 'blocked' : 'allowed_private'
  }
  return !name.includes('.') || /\.(local|localdomain|internal|lan|home\.arpa)$/.test(name) ? 'blocked' : 'public'
}
