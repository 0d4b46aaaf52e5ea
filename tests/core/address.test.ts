import { BlockList, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressVerdict, parseAllowList } from '../../functions/core/address.ts'

const none = parseAllowList(undefined)

/** The first and last address of every range that is not public, and what stands just outside of it. */
const v4Ranges: [string, string, string, string | null, string | null][] = [
  ['this network', '0.0.0.0', '0.255.255.255', null, '1.0.0.0'],
  ['private 10', '10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
  ['carrier-grade NAT', '100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
  ['loopback', '127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
  ['link-local', '169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
  ['private 172', '172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
  ['protocol assignments', '192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
  ['TEST-NET-1', '192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
  ['AS112', '192.31.196.0', '192.31.196.255', '192.31.195.255', '192.31.197.0'],
  ['AMT', '192.52.193.0', '192.52.193.255', '192.52.192.255', '192.52.194.0'],
  ['6to4 relays', '192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
  ['private 192', '192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
  ['direct AS112', '192.175.48.0', '192.175.48.255', '192.175.47.255', '192.175.49.0'],
  ['benchmarking', '198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
  ['TEST-NET-2', '198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
  ['TEST-NET-3', '203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
  ['multicast', '224.0.0.0', '239.255.255.255', '223.255.255.255', null],
  ['reserved and broadcast', '240.0.0.0', '255.255.255.255', null, null],
  ['the metadata host of Azure', '168.63.129.16', '168.63.129.16', '168.63.129.15', '168.63.129.17'],
]
const v6Ranges: [string, string, string, string | null, string | null][] = [
  ['below global unicast', '::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null, '2000::'],
  ['protocol assignments', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', '2000:ffff::', '2001:200::'],
  ['documentation', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db7:ffff::', '2001:db9::'],
  ['6to4', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2001:ffff::', '2003::'],
  ['direct AS112', '2620:4f:8000::', '2620:4f:8000:ffff:ffff:ffff:ffff:ffff', '2620:4f:7fff::', '2620:4f:8001::'],
  ['new documentation', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', '3ffe:ffff::', '3fff:1000::'],
  ['above global unicast', '4000::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '3fff:ffff::', null],
]

describe.each([...v4Ranges, ...v6Ranges])('%s', (_, first, last, before, behind) => {
  test.each([first, last])('%s is blocked', (ip) => expect(addressVerdict(ip, none)).toBe('blocked'))
  test.each([before, behind].filter((ip) => ip !== null))('%s is public', (ip) => expect(addressVerdict(ip, none)).toBe('public'))
})

test.each([
  ['loopback', '::1'], ['unspecified', '::'], ['loopback, written out', '0:0:0:0:0:0:0:1'],
  ['v4-mapped loopback', '::ffff:127.0.0.1'], ['v4-mapped, in hex', '::ffff:7f00:1'], ['v4-mapped public', '::ffff:8.8.8.8'],
  ['v4-mapped, written out', '0:0:0:0:0:ffff:10.0.0.1'], ['v4-compatible', '::127.0.0.1'], ['v4-compatible public', '::8.8.8.8'],
  ['v4-translated', '::ffff:0:127.0.0.1'], ['NAT64', '64:ff9b::7f00:1'], ['NAT64 of a public one', '64:ff9b::808:808'], ['local NAT64', '64:ff9b:1::1'],
  ['6to4 of loopback', '2002:7f00:1::'], ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'], ['ORCHID', '2001:10::1'], ['ORCHIDv2', '2001:20::1'],
  ['benchmarking', '2001:2::1'], ['discard', '100::1'], ['unique local', 'fc00::1'], ['metadata', 'fd00:ec2::254'], ['metadata', '169.254.169.254'],
  ['metadata inside CGNAT', '100.100.100.200'], ['link-local', 'fe80::1'], ['site-local', 'fec0::1'], ['multicast', 'ff02::1'],
  ['segment routing', '5f00::1'], ['zone id', 'fe80::1%eth0'], ['zone id on a public one', '2606:4700::1111%1'],
  ['decimal', '2130706433'], ['decimal of a public one', '134744072'], ['hex', '0x7f000001'], ['hex parts', '0x7f.0.0.1'], ['octal', '0177.0.0.1'],
  ['leading zeros', '008.008.008.008'], ['short', '127.1'], ['short public', '8.8'], ['too many parts', '8.8.8.8.8'], ['part too large', '8.8.8.256'],
  ['trailing dot', '8.8.8.8.'], ['port', '8.8.8.8:443'], ['brackets', '[2606:4700::1111]'], ['spaces', ' 8.8.8.8'], ['line break', '8.8.8.8\n'],
  ['nul', '8.8.8.8\0'], ['other digits', '８.８.８.８'], ['range', '8.8.8.8/32'], ['name', 'example.com'], ['empty', ''],
])('%s: %s is blocked', (_, ip) => {
  expect(addressVerdict(ip, none)).toBe('blocked')
})

test.each(['1.1.1.1', '8.8.8.8', '104.16.0.1', '2606:4700:4700::1111', '2A00:1450:4001:81B::200E', '2001:4860:4860::8888', '2600::1'])('%s is public', (ip) => {
  expect(addressVerdict(ip, none)).toBe('public')
})

// The registries once more, judged by other code: Node's own BlockList instead of ipaddr.js.
const notGlobal = new BlockList()
for (const [, first, last] of v4Ranges) notGlobal.addRange(first, last, 'ipv4')
for (const [, first, last] of v6Ranges) notGlobal.addRange(first, last, 'ipv6')

/** Whole ranges are rarely hit by chance, so half of the tries lie near an edge of one. */
const near = (edges: bigint[], bits: number) => {
  const top = 1n << BigInt(bits)
  return fc.oneof(
    fc.bigInt({ min: 0n, max: top - 1n }),
    fc.tuple(fc.constantFrom(...edges), fc.bigInt({ min: -300n, max: 300n })).map(([edge, step]) => (edge + step + top) % top),
  )
}
const v4Number = (ip: string) => ip.split('.').reduce((number, part) => (number << 8n) + BigInt(part), 0n)
const v4Text = (number: bigint) => [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join('.')
const v6Text = (number: bigint) => (number.toString(16).padStart(32, '0').match(/.{4}/g) ?? []).join(':')
const v6Number = (ip: string) => {
  const [head = '', tail = ''] = ip.split('::')
  const parts = (side: string) => (side === '' ? [] : side.split(':'))
  const middle = Array<string>(8 - parts(head).length - parts(tail).length).fill('0')
  return [...parts(head), ...middle, ...parts(tail)].reduce((number, part) => (number << 16n) + BigInt(`0x${part}`), 0n)
}

test('any v4 address: the verdict is the one of an independent list', () => {
  const edges = v4Ranges.flatMap(([, first, last]) => [v4Number(first), v4Number(last)])
  fc.assert(fc.property(near(edges, 32).map(v4Text), (ip) => {
    expect(addressVerdict(ip, none)).toBe(notGlobal.check(ip, 'ipv4') ? 'blocked' : 'public')
  }), { numRuns: 5_000 })
})

test('any v6 address: the verdict is the one of an independent list', () => {
  const edges = v6Ranges.flatMap(([, first, last]) => [v6Number(first), v6Number(last)])
  fc.assert(fc.property(fc.oneof(near(edges, 128), fc.bigInt({ min: 0x2n << 124n, max: (0x4n << 124n) - 1n })).map(v6Text), (ip) => {
    expect(isIPv6(ip)).toBe(true)
    expect(addressVerdict(ip, none)).toBe(notGlobal.check(ip, 'ipv6') ? 'blocked' : 'public')
  }), { numRuns: 5_000 })
})

describe('the allow list', () => {
  const allow = parseAllowList('127.0.0.1/32, fd00:1::/32 ,10.0.0.0/8')
  test.each([
    ['127.0.0.1', 'allowed_private'], ['127.0.0.2', 'blocked'], ['10.200.0.1', 'allowed_private'], ['fd00:1::5', 'allowed_private'], ['fd00:2::5', 'blocked'],
    ['::1', 'blocked'], ['8.8.8.8', 'public'], ['::ffff:127.0.0.1', 'blocked'], ['fd00:1::5%eth0', 'blocked'], ['169.254.169.254', 'blocked'],
  ])('%s: %s', (ip, verdict) => expect(addressVerdict(ip, allow)).toBe(verdict))

  test('does not make a public address private', () => {
    expect(addressVerdict('8.8.8.8', parseAllowList('0.0.0.0/0'))).toBe('public')
  })

  test.each(['', ' ', ',', undefined])('%j means none', (value) => expect(parseAllowList(value)).toEqual([]))

  test.each(['127.0.0.1', '127.0.0.1/33', '127.1/8', '0177.0.0.1/32', 'localhost/8', '10.0.0.0/8,nonsense', '::1/129', 'fe80::1%eth0/64', '10.0.0.0/-1', '10.0.0.0/'])(
    '%s is refused, naming what is wrong', (value) => {
      expect(() => parseAllowList(value)).toThrow(`"${value.split(',').at(-1)}" is not a range of addresses`)
    })
})
