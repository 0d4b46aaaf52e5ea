import { describe, expect, test } from 'vitest'
import { checkUrl, parseAllowList } from '../../functions/core/address.ts'

const none = parseAllowList('')
const local = parseAllowList('127.0.0.1/32,::1/128,10.0.0.0/8')
const code = (text: string, allow = none) => {
  const verdict = checkUrl(text, allow)
  return verdict.ok ? 'ok' : verdict.code
}

describe('on a hosted system', () => {
  test.each([
    ['https://example.com', 'ok'],
    ['https://example.com/webhooks?tenant=1#part', 'ok'],
    ['HTTPS://EXAMPLE.com/', 'ok'],
    ['https://example.com:443/', 'ok'],
    ['https://example.com:8443/', 'ok'],
    ['https://example.com:9443/', 'ok'],
    ['https://bücher.example/', 'ok'],
    ['https://example.com/a@b', 'ok'],
    ['https://example.com/?mail=a@b', 'ok'],
    ['https://example.com./', 'ok'],
    ['https://8.8.8.8/', 'ok'],
    ['https://[2606:4700:4700::1111]/', 'ok'],
    ['https://localhost.example.com/', 'ok'],
    ['https://internal.example.com/', 'ok'],

    ['', 'not_a_url'],
    ['example.com', 'not_a_url'],
    ['https://', 'not_a_url'],
    ['https:///path', 'not_a_url'],
    ['https:example.com', 'not_a_url'],
    ['https:/example.com', 'not_a_url'],
    ['https:\\\\example.com', 'not_a_url'],
    ['https://example.com\\@evil.test', 'not_a_url'],
    ['https://exa mple.com', 'not_a_url'],
    [' https://example.com', 'not_a_url'],
    ['https://example.com\n', 'not_a_url'],
    ['https://exam\tple.com', 'not_a_url'],
    ['https://example.com/a b', 'not_a_url'],
    ['https://[fe80::1%25eth0]/', 'not_a_url'],
    ['https://1.2.3.4.5/', 'not_a_url'],
    ['https://256.256.256.256/', 'not_a_url'],
    ['https://example.com:99999/', 'not_a_url'],
    ['ftp://example.com', 'not_a_url'],
    ['javascript:alert(1)', 'not_a_url'],
    ['file:///etc/passwd', 'not_a_url'],

    ['http://example.com', 'insecure_url'],
    ['http://127.0.0.1', 'insecure_url'],
    ['http://localhost:3000', 'insecure_url'],

    ['https://user:password@example.com', 'credentials_in_url'],
    ['https://user@example.com', 'credentials_in_url'],
    ['https://@example.com', 'credentials_in_url'],
    ['https://:@example.com', 'credentials_in_url'],
    ['https://8.8.8.8@127.0.0.1', 'credentials_in_url'],

    ['https://example.com:80/', 'port_not_allowed'],
    ['https://example.com:22/', 'port_not_allowed'],
    ['https://example.com:0/', 'port_not_allowed'],
    ['https://example.com:8080/', 'port_not_allowed'],

    ['https://localhost/', 'private_address'],
    ['https://LOCALHOST/', 'private_address'],
    ['https://localhost./', 'private_address'],
    ['https://app.localhost/', 'private_address'],
    ['https://printer.local/', 'private_address'],
    ['https://printer.local./', 'private_address'],
    ['https://metadata.google.internal/', 'private_address'],
    ['https://router.home.arpa/', 'private_address'],
    ['https://intranet/', 'private_address'],
    ['https://127.0.0.1/', 'private_address'],
    ['https://127.0.0.1./', 'private_address'],
    ['https://2130706433/', 'private_address'],
    ['https://0x7f000001/', 'private_address'],
    ['https://0x7f.1/', 'private_address'],
    ['https://017700000001/', 'private_address'],
    ['https://0177.0.0.1/', 'private_address'],
    ['https://127.1/', 'private_address'],
    ['https://0/', 'private_address'],
    ['https://%31%32%37.0.0.1/', 'private_address'],
    ['https://１２７.０.０.１/', 'private_address'],
    ['https://127。0。0。1/', 'private_address'],
    ['https://ⓛocalhost/', 'private_address'],
    ['https://169.254.169.254/latest/meta-data', 'private_address'],
    ['https://[::1]/', 'private_address'],
    ['https://[::]/', 'private_address'],
    ['https://[::ffff:127.0.0.1]/', 'private_address'],
    ['https://[::ffff:8.8.8.8]/', 'private_address'],
    ['https://[fd00:ec2::254]/', 'private_address'],
    ['https://[64:ff9b::7f00:1]/', 'private_address'],

    [`https://example.com/${'a'.repeat(2048 - 20)}`, 'ok'],
    [`https://example.com/${'a'.repeat(2048 - 19)}`, 'url_too_long'],
  ])('%s: %s', (text, expected) => expect(code(text)).toBe(expected))
})

describe('with a list of private addresses that are allowed', () => {
  test.each([
    ['http://127.0.0.1:15999/hook', 'ok'],
    ['http://localhost:15999/hook', 'ok'],
    ['http://app.localhost:80/', 'ok'],
    ['http://[::1]:3000/', 'ok'],
    ['http://2130706433:3000/', 'ok'],
    ['https://10.1.2.3:22/', 'ok'],
    ['http://127.0.0.2/', 'insecure_url'],
    ['https://127.0.0.2/', 'private_address'],
    ['http://192.168.0.1/', 'insecure_url'],
    ['http://8.8.8.8/', 'insecure_url'],
    ['http://example.com/', 'insecure_url'],
    ['http://user@127.0.0.1/', 'credentials_in_url'],
    ['https://example.com:3000/', 'port_not_allowed'],
    ['https://printer.local/', 'private_address'],
  ])('%s: %s', (text, expected) => expect(code(text, local)).toBe(expected))

  test('localhost needs loopback in the list', () => {
    expect(code('http://localhost/', parseAllowList('10.0.0.0/8'))).toBe('insecure_url')
    expect(code('https://localhost/', parseAllowList('::1/128'))).toBe('ok')
  })
})

test.each([
  ['https://example.com/', null, 'https://example.com/'],
  ['https://example.com./a', null, 'https://example.com/a'],
  ['https://134744072/', '8.8.8.8', 'https://8.8.8.8/'],
  ['https://8.8.8.8./', '8.8.8.8', 'https://8.8.8.8/'],
  ['https://[2606:4700:4700:0::1111]/', '2606:4700:4700::1111', 'https://[2606:4700:4700::1111]/'],
])('%s: the address in it is %s', (text, literal, href) => {
  const verdict = checkUrl(text, none)
  expect(verdict.ok && [verdict.literal, verdict.url.href]).toEqual([literal, href])
})

test('each refusal has the words of the form', () => {
  const messages = ['x', 'http://example.com', 'https://a@b.test', 'https://localhost', 'https://example.com:1'].map((text) => {
    const verdict = checkUrl(text, none)
    return verdict.ok ? null : verdict.message
  })
  expect(messages).toEqual([
    'Enter a full address, for example https://example.com/webhooks.',
    'Use https://. Addresses without encryption aren’t allowed.',
    'Remove the user name and password from the address. Use a custom header instead.',
    'This address can’t be reached from the internet. Use a public address, or a test address.',
    'Use port 443, 8443 or 9443.',
  ])
})
