// Every way to write an address that is not public, for every range: none of them is a URL of a webhook.
import { describe, expect, test } from 'vitest'
import { addressVerdict, checkUrl, parseAllowList } from '../../functions/core/address.ts'

const none = parseAllowList('')
const ranges = {
  'this network': '0.1.2.3', 'private 10': '10.1.2.3', 'shared (CGNAT)': '100.64.1.2', loopback: '127.0.0.1', 'link-local, cloud metadata': '169.254.169.254', 'private 172': '172.16.5.4',
  'protocol assignments': '192.0.0.8', 'TEST-NET-1': '192.0.2.7', '6to4 relays': '192.88.99.1', 'private 192': '192.168.1.1', benchmarking: '198.18.0.9', 'TEST-NET-2': '198.51.100.3',
  'TEST-NET-3': '203.0.113.5', multicast: '224.0.0.251', reserved: '240.0.0.1', broadcast: '255.255.255.255', 'the metadata host of Azure': '168.63.129.16',
}

type Parts = [number, number, number, number]
const parts = (ip: string) => ip.split('.').map(Number) as Parts
const decimal = (ip: string) => parts(ip).reduce((sum, part) => sum * 256 + part, 0)
const hex = (part: number, digits = 1) => part.toString(16).padStart(digits, '0')
const groups = ([a, b, c, d]: Parts) => `${hex(a, 2)}${hex(b, 2)}:${hex(c, 2)}${hex(d, 2)}`
const fullwidth = (text: string) => text.replace(/[0-9.]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))
const circled = (text: string) => text.replace(/[1-9]/g, (char) => String.fromCharCode(0x2460 + Number(char) - 1))

/** Each makes a host out of a plain IPv4 address. */
const v4Notations: Record<string, (ip: string) => string> = {
  plain: (ip) => ip,
  'with a dot at the end': (ip) => `${ip}.`,
  decimal: (ip) => String(decimal(ip)),
  'decimal with a dot': (ip) => `${decimal(ip)}.`,
  hex: (ip) => `0x${hex(decimal(ip))}`,
  'hex, upper case, padded': (ip) => `0X0000${hex(decimal(ip), 8).toUpperCase()}`,
  octal: (ip) => `0${decimal(ip).toString(8)}`,
  'hex parts': (ip) => parts(ip).map((part) => `0x${hex(part)}`).join('.'),
  'octal parts': (ip) => parts(ip).map((part) => `0${part.toString(8)}`).join('.'),
  'octal parts, padded': (ip) => parts(ip).map((part) => part.toString(8).padStart(8, '0')).join('.'),
  'mixed parts': (ip) => parts(ip).map((part, nth) => [`0x${hex(part)}`, `0${part.toString(8)}`, String(part), `0x${hex(part)}`][nth]!).join('.'),
  'two parts': (ip) => `${parts(ip)[0]}.${decimal(ip) % 2 ** 24}`,
  'three parts': (ip) => `${parts(ip)[0]}.${parts(ip)[1]}.${decimal(ip) % 2 ** 16}`,
  'percent-encoded': (ip) => ip.replace(/[0-9]/g, (char) => `%3${char}`),
  'percent-encoded dots': (ip) => ip.replaceAll('.', '%2e'),
  'fullwidth digits': fullwidth,
  'circled digits': circled,
  'ideographic dots': (ip) => ip.replaceAll('.', '。'),
  'halfwidth dots': (ip) => ip.replaceAll('.', '｡'),
  'a soft hyphen inside': (ip) => ip.replace('.', '.\u00ad'),
  'a zero-width space inside': (ip) => ip.replace('.', '.\u200b'),
}
/** The same address inside a v6 one. */
const v6Notations: Record<string, (ip: string) => string> = {
  'v4-mapped': (ip) => `::ffff:${ip}`,
  'v4-mapped, in hex': (ip) => `::ffff:${groups(parts(ip))}`,
  'v4-mapped, written out': (ip) => `0:0:0:0:0:ffff:${ip}`,
  'v4-compatible': (ip) => `::${ip}`,
  'v4-translated': (ip) => `::ffff:0:${ip}`,
  NAT64: (ip) => `64:ff9b::${ip}`,
  'NAT64, in hex': (ip) => `64:ff9b::${groups(parts(ip))}`,
  'local NAT64': (ip) => `64:ff9b:1::${ip}`,
  '6to4': (ip) => `2002:${groups(parts(ip))}::1`,
  Teredo: (ip) => `2001:0:4136:e378:8000:63bf:${groups(parts(ip).map((part) => part ^ 255) as Parts)}`,
  'ISATAP below a link-local prefix': (ip) => `fe80::5efe:${ip}`,
}

const code = (text: string) => {
  const verdict = checkUrl(text, none)
  return verdict.ok ? `ok: ${verdict.url.href}` : verdict.code
}
/** What stands around a host must not matter. */
const around: ((host: string) => string)[] = [
  (host) => `https://${host}/`, (host) => `https://${host}`, (host) => `https://${host}:443/`, (host) => `https://${host}:8443/hook?x=1#y`, (host) => `HTTPS://${host}/`,
  (host) => `https://example.com@${host}/`, (host) => `https://example.com:x@${host}/`, (host) => `https://${host}\\@example.com/`, (host) => `https://${host}:22/`, (host) => `http://${host}/`,
]

describe.each(Object.entries(ranges))('%s', (_, ip) => {
  test.each(Object.entries(v4Notations))('%s', (__, write) => {
    for (const wrap of around) expect(code(wrap(write(ip)))).not.toMatch(/^ok/)
  })
  test.each(Object.entries(v6Notations))('%s', (__, write) => {
    expect(addressVerdict(write(ip), none)).toBe('blocked')
    for (const wrap of around) expect(code(wrap(`[${write(ip)}]`))).not.toMatch(/^ok/)
  })
})

test('the same notations of a public address are that address, so it is the range that is refused', () => {
  const accepted = Object.entries(v4Notations).filter(([, write]) => code(`https://${write('8.8.4.4')}/`) === 'ok: https://8.8.4.4/').map(([name]) => name)
  expect(accepted.length).toBeGreaterThan(15)
})

test.each([
  ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'localhost.localdomain', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', 'lo\u00adcalhost', 'loc%61lhost', 'ip6-localhost', 'metadata', 'kubernetes', 'metadata.google.internal',
    'printer.local', 'nas.lan', 'router.home.arpa', 'db.internal', 'db.internal.', 'DB.INTERNAL'],
  ...['[fe80::1%25eth0]', '[fe80::1%eth0]', '[::1%251]', '[2606:4700::1111%251]', '[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[fc00::1]', '[fd00:ec2::254]', '[fe80::1]', '[fec0::1]', '[ff02::1]', '[100::1]', '[2001:db8::1]', '[3fff::1]', '[5f00::1]'],
])('%s is none either', (host) => {
  for (const wrap of around) expect(code(wrap(host))).not.toMatch(/^ok/)
})

test.each([1, 21, 22, 23, 25, 53, 80, 110, 389, 444, 1433, 2375, 3306, 5432, 6379, 8080, 9200, 9444, 10250, 11211, 27017, 65535])('port %i is not one of receivers', (port) => {
  expect(code(`https://example.com:${port}/`)).toBe('port_not_allowed')
})
