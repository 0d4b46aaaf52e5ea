import { createHmac, timingSafeEqual } from 'node:crypto'

/** Whether a request came from us. `body` is the raw text, before any parsing. */
export function verify(headers, body, secret) {
  const id = headers['webhook-id'], timestamp = headers['webhook-timestamp']
  if (!id || !(Math.abs(Date.now() / 1000 - Number(timestamp)) < 300)) return false

  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
  // While a secret is being rolled there are two signatures: one right one is enough.
  return (headers['webhook-signature'] ?? '').split(' ').some((signature) => {
    const given = Buffer.from(signature.replace('v1,', ''), 'base64')
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}
