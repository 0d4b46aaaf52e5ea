// Why a signature does not hold. What can be wrong is tried one by one, until the signature holds: then that is what is wrong.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { verifySignature, WebhookVerificationError } from '@tablehook/client'

export type Explanation = {
  holds: boolean
  /** `ok`, a code of WebhookVerificationError, or what was found to be wrong. */
  code: string
  /** What is wrong, and what to do. */
  reason: string
}

type Headers = Readonly<Record<string, string>>
type Variant<Value> = { value: Value; code: string; reason: string }

/** Judges a request. `headers` have their names in lower case. */
export function explainSignature(body: Uint8Array, headers: Headers, secret: string, now: Date, toleranceSeconds: number): Explanation {
  try {
    const { sentAt } = verifySignature(body, headers, secret, { now, toleranceSeconds })
    return { holds: true, code: 'ok', reason: `The signature holds. The request was signed at ${sentAt.toISOString()}.` }
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error
    return explainFailure(error, body, headers, secret)
  }
}

function explainFailure({ code, message }: WebhookVerificationError, body: Uint8Array, headers: Headers, secret: string): Explanation {
  const no = (found: string, reason: string): Explanation => ({ holds: false, code: found, reason })
  if (code === 'too_old' || code === 'too_new') return no(code, `Secret and body are right, but the time is not. ${message}`)
  if (code === 'missing_header') return no(code, `${message} If it was sent, pass it on with --header or --headers.`)
  if (code === 'no_v1_signature') return no(code, explainNoVersion(headers, message, (signature) => holds(body, { ...headers, 'webhook-signature': signature }, secret)))
  if (code !== 'wrong_signature') return no(code, message)

  const secrets = secretVariants(secret)
  const bodies = bodyVariants(body)
  for (const one of secrets) if (holds(body, headers, one.value)) return no(one.code, one.reason)
  for (const one of bodies) if (holds(one.value, headers, secret)) return no(one.code, one.reason)
  for (const b of bodies) for (const s of secrets) if (holds(b.value, headers, s.value)) return no(`${s.code}+${b.code}`, `${s.reason} And: ${b.reason}`)

  // The simple signature is of the body alone: it tells apart what is in question.
  const simple = headers['x-webhook-signature']
  if (simple !== undefined) {
    if (holdsSimply(body, simple, secret)) return no('id_or_time_changed', 'Secret and body are right (x-webhook-signature holds), so webhook-id or webhook-timestamp is not the one that was sent. Pass the headers of the same request.')
    for (const one of bodies) if (holdsSimply(one.value, simple, secret)) return no(one.code, one.reason)
  }
  return no('wrong_secret_or_body', 'The signature does not hold. Nothing that is often wrong with a body explains it, so most likely the secret is another webhook’s, or was rolled: compare its last four characters with the settings page. Otherwise the body is not that of this request.')
}

function explainNoVersion(headers: Headers, message: string, holdsWith: (signature: string) => boolean): string {
  const signature = headers['webhook-signature'] ?? ''
  if (/^sha256=/.test(signature)) return 'webhook-signature has the value of x-webhook-signature. Pass the one that begins with “v1,”.'
  if (!/^[A-Za-z0-9+/]{43}=$/.test(signature)) return message
  return `The “v1,” at the beginning of webhook-signature is missing. ${holdsWith(`v1,${signature}`) ? 'With it the signature holds.' : 'With it the signature does not hold either: the secret or the body is wrong as well.'}`
}

function holds(body: Uint8Array, headers: Headers, secret: string): boolean {
  try {
    verifySignature(body, headers, secret, { toleranceSeconds: Infinity })
    return true
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false
    throw error
  }
}

function holdsSimply(body: Uint8Array, signature: string, secret: string): boolean {
  const right = `sha256=${createHmac('sha256', secret.trim()).update(body).digest('hex')}`
  return signature.length === right.length && timingSafeEqual(Buffer.from(signature), Buffer.from(right))
}

function secretVariants(secret: string): Variant<string>[] {
  const text = secret.trim()
  const bare = text.replace(/^whsec_/, '')
  return [
    { value: text.replace(/^(["'])(.*)\1$/, '$2'), code: 'quoted_secret', reason: 'The secret has quotation marks around it. Take them off.' },
    ...text.startsWith('whsec_') ? [] : [{ value: `whsec_${text}`, code: 'secret_without_prefix', reason: 'The secret lacks its beginning, whsec_. Copy it whole.' }],
    ...bare === text ? [] : [{ value: bare, code: 'secret_as_text', reason: 'It was signed with the text after whsec_ as it stands, not with the bytes that it encodes. Whoever signed it did not decode the base64.' }],
    { value: bare.replaceAll('-', '+').replaceAll('_', '/'), code: 'secret_of_another_base64', reason: 'The secret has - and _ where + and / belong. Copy it again.' },
  ].filter(({ value }) => value !== '' && value !== text)
}

function bodyVariants(body: Uint8Array): Variant<Uint8Array>[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)
  const variants: [string, string, string][] = [
    [text.replace(/\r?\n$/, ''), 'line_break_added', 'The body has a line break at the end that was not sent. Editors and echo add one: write it with printf %s, or save it with curl --output.'],
    [`${text}\n`, 'line_break_lost', 'The body lacks the line break at its end.'],
    [text.replace(/^\ufeff/, ''), 'byte_order_mark', 'The body begins with a byte order mark that was not sent. Save it as UTF-8 without one.'],
    [text.replaceAll('\r\n', '\n'), 'line_ends', 'The line ends of the body were changed to those of Windows.'],
    [text.trim(), 'spaces_added', 'The body has spaces or line breaks around it that were not sent.'],
    ...rendered(text).map((one): [string, string, string] => [one, 'rendered_again', 'The body was parsed and rendered again, so its spaces or the order of its keys are not those that were sent. Verify the raw body, before any JSON parser.']),
  ]
  return variants.filter(([variant]) => variant !== text).map(([variant, code, reason]) => ({ value: new TextEncoder().encode(variant), code, reason }))
}

/** As a webhook writes it: without spaces; and with the keys of our envelope in their order. */
function rendered(text: string): string[] {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return []
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [JSON.stringify(body)]
  const { id, event, timestamp, data, previous } = body as Record<string, unknown>
  return [JSON.stringify(body), JSON.stringify({ id, event, timestamp, data, previous })]
}
