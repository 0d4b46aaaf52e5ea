// What people read when a webhook fails.
import { describe, expect, test } from 'vitest'
import { plainCause } from '../../functions/core/alerts/cause.ts'
import { MAIL_RETRIES, nextMailTry, type Alert, type Digest } from '../../functions/core/alerts/digest.ts'
import { renderMail } from '../../functions/core/alerts/mail.ts'
import { ERROR_CODES } from '../../functions/core/outcome.ts'

const alert = (values: Partial<Alert> = {}): Alert => ({
  id: 7, kind: 'failing', webhookId: '00000000-0000-4000-8000-000000000001', name: 'CRM sync', url: 'https://hooks.example.com/in?token=hush', reason: null, failures: 3,
  failingSince: '2026-11-20T14:05:11.000+00:00', at: '2026-11-20T14:10:00.000+00:00', turnsOffAt: '2026-11-25T14:05:11.000+00:00', statusCode: 503, errorCode: 'http_error', ...values,
})
const digest = (alerts: Alert[], totals: Digest['totals'] = { [alerts[0]!.kind]: alerts.length }): Digest => ({ id: 'd', organizationId: 'o', attempt: 1, recipients: ['ada@example.com'], totals, alerts })
const mail = (...alerts: Alert[]) => renderMail(digest(alerts), 'https://app.example.com')

test('a webhook that is failing', () => {
  const { subject, text } = mail(alert())
  expect(subject).toBe('Webhook “CRM sync” is failing')
  expect(text).toBe(`Webhook “CRM sync” is failing
Why: hooks.example.com had an error (503).
Since: 20 November 2026, 14:05 UTC, 3 attempts in a row without a success.
What to do: Look into the log of the server. Nothing needs to be sent again: we keep trying on a schedule. Without one success it is turned off on 25 November 2026, 14:05 UTC.
https://app.example.com/settings/webhooks/00000000-0000-4000-8000-000000000001

--
You get this because you are an owner or admin of the organization. At most one message comes in ten minutes.
`)
})

test('a webhook that is failing, where none is ever turned off', () => {
  expect(mail(alert({ turnsOffAt: 'infinity' })).text).toContain('we keep trying on a schedule.\nhttps://')
})

test.each<[string, Partial<Alert>, RegExp[]]>([
  ['turned off after days', { kind: 'disabled', reason: 'failing', failures: 41 }, [/was turned off/, /41 attempts in a row/, /turn the webhook on again/]],
  ['turned off because of 410', { kind: 'disabled', reason: 'gone', failures: 1, statusCode: 410 }, [/was turned off/, /gone \(410\)/, /Since: 20 November 2026, 14:10 UTC/]],
  ['turned off because of 410, and the log row is gone', { kind: 'disabled', reason: 'gone', statusCode: null, errorCode: null }, [/Why: hooks\.example\.com says that this address is gone/]],
  ['works again', { kind: 'recovered' }, [/works again/, /What to do: nothing/]],
  ['one attempt', { failures: 1 }, [/1 attempt in a row/]],
])('%s', (_, values, sentences) => {
  const { text, html } = mail(alert(values))
  for (const sentence of sentences) {
    expect(text).toMatch(sentence)
    expect(html).toMatch(sentence)
  }
})

describe('what users wrote', () => {
  const hostile = '</h2><script>alert(1)</script>\r\nBcc: eve@example.com\u2028\u202e"\''

  test('is one line in the subject, without characters that turn it around', () => {
    expect(mail(alert({ name: hostile })).subject).not.toMatch(/[\u0000-\u001f\u007f\u2028\u2029\u202e]/)
  })

  test('is text in the HTML', () => {
    const { html } = mail(alert({ name: hostile, url: 'https://example.com/"><img src=x>' }))
    expect(html).not.toMatch(/<script|<img/)
  })

  test('in an address is not shown: it may hold a token', () => {
    const { text, html } = mail(alert())
    expect(text + html).not.toContain('hush')
  })

  test('that is no address is still told of', () => expect(mail(alert({ url: 'nonsense' })).text).toContain('the server had an error'))
})

test('several webhooks: numbers in the subject, and what does not fit as a number', () => {
  const { subject, text } = renderMail(digest([alert({ kind: 'disabled' }), alert()], { disabled: 1, failing: 30, recovered: 2 }), 'https://app.example.com')
  expect(subject).toBe('Webhooks: 1 turned off, 30 failing, 2 working again')
  expect(text).toContain('And 31 more. The list of webhooks shows them all.\nhttps://app.example.com/settings/webhooks\n')
})

test('the same alerts make the same key, other alerts another', () => {
  expect(mail(alert()).messageKey).toBe(mail(alert()).messageKey)
  expect(mail(alert()).messageKey).not.toBe(mail(alert({ id: 8 })).messageKey)
})

test('every error code that a receiver can cause has a plain sentence and an advice', () => {
  const ours = ['abandoned', 'expired', 'redirect', 'http_error'] // never a webhook's failure, or told by the status
  for (const errorCode of ERROR_CODES.filter((code) => !ours.includes(code))) {
    expect(plainCause({ host: 'h.example', statusCode: null, errorCode }), errorCode).toMatchObject({ sentence: expect.stringMatching(/\.$/) as string, advice: expect.stringMatching(/\.$/) as string })
  }
  for (const statusCode of [301, 400, 401, 403, 404, 405, 410, 413, 418, 429, 500, 503]) {
    expect(plainCause({ host: 'h.example', statusCode, errorCode: statusCode < 400 ? 'redirect' : 'http_error' })!.sentence).toContain(String(statusCode))
  }
  expect(plainCause({ host: 'h.example', statusCode: null, errorCode: null })).toBeNull()
})

test('a message that is not taken is tried for almost a day', () => {
  expect(nextMailTry(1)).toBe(60_000)
  expect(nextMailTry(MAIL_RETRIES.length)).toBe(28_800_000)
  expect(nextMailTry(MAIL_RETRIES.length + 1)).toBeNull()
  const total = MAIL_RETRIES.reduce((sum, wait) => sum + wait, 0)
  expect(total).toBeGreaterThan(22 * 3_600_000)
  expect(total).toBeLessThan(24 * 3_600_000)
})
