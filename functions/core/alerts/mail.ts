// The message that people get. Plain text, and the same as simple HTML. Names come from users: one line each, and escaped.
import { plainCause } from './cause.ts'
import type { Alert, AlertKind, Digest } from './digest.ts'

export type Mail = { subject: string; text: string; html: string; messageKey: string }

type Section = { heading: string; paragraphs: string[]; link: string | null }

/** `webUrl` is where the settings page lives, without a slash at the end; null leaves links out. */
export function renderMail({ organizationId, totals, alerts }: Digest, webUrl: string | null): Mail {
  const sections = alerts.map((alert) => section(alert, webUrl))
  const total = Object.values(totals).reduce((sum, n) => sum + n, 0)
  const more = total > alerts.length ? `And ${total - alerts.length} more. The list of webhooks shows them all.` : null
  const reason = 'You get this because you are an owner or admin of the organization. At most one message comes in ten minutes.'
  const list = webUrl === null ? null : `${webUrl}/settings/webhooks`

  return {
    subject: subject(totals, alerts, total),
    text: [
      ...sections.map(({ heading, paragraphs, link }) => [heading, ...paragraphs, ...(link === null ? [] : [link])].join('\n')),
      ...(more === null ? [] : [list === null ? more : `${more}\n${list}`]),
      `--\n${reason}`,
    ].join('\n\n') + '\n',
    html: [
      '<!doctype html><html lang="en"><body style="font-family:sans-serif;font-size:15px;line-height:1.5;color:#1c1c1c;max-width:560px">',
      ...sections.map(({ heading, paragraphs, link }) => `<h2 style="font-size:17px;margin:24px 0 4px">${escaped(heading)}</h2>`
        + paragraphs.map((paragraph) => `<p style="margin:4px 0">${escaped(paragraph)}</p>`).join('')
        + (link === null ? '' : `<p style="margin:8px 0"><a href="${escaped(link)}">Open the webhook</a></p>`)),
      ...(more === null ? [] : [`<p>${escaped(more)}${list === null ? '' : ` <a href="${escaped(list)}">Open the list</a>`}</p>`]),
      `<p style="margin-top:24px;font-size:13px;color:#666">${escaped(reason)}</p></body></html>`,
    ].join('\n'),
    // The same message tried again has the same id, so that a mail program shows it once.
    messageKey: `${Math.max(...alerts.map((alert) => alert.id))}.${total}.${organizationId}`,
  }
}

const happened: Record<AlertKind, (name: string) => string> = {
  disabled: (name) => `Webhook “${name}” was turned off`,
  failing: (name) => `Webhook “${name}” is failing`,
  recovered: (name) => `Webhook “${name}” works again`,
}

function subject(totals: Digest['totals'], alerts: readonly Alert[], total: number): string {
  if (total === 1 && alerts[0] !== undefined) return happened[alerts[0].kind](oneLine(alerts[0].name))
  const { disabled = 0, failing = 0, recovered = 0 } = totals
  const parts = [
    disabled === 0 ? null : `${disabled} turned off`, failing === 0 ? null : `${failing} failing`, recovered === 0 ? null : `${recovered} working again`,
  ].filter((part) => part !== null)
  return `Webhooks: ${parts.join(', ')}`
}

function section(alert: Alert, webUrl: string | null): Section {
  const host = URL.canParse(alert.url) ? new URL(alert.url).host : 'the server'
  const cause = plainCause({ host, statusCode: alert.statusCode, errorCode: alert.errorCode })
  return {
    heading: happened[alert.kind](oneLine(alert.name)),
    paragraphs: paragraphs(alert, host, cause),
    link: webUrl === null ? null : `${webUrl}/settings/webhooks/${alert.webhookId}`,
  }
}

function paragraphs({ kind, reason, failures, failingSince, at, turnsOffAt }: Alert, host: string, cause: ReturnType<typeof plainCause>): string[] {
  const why = cause === null ? [] : [`Why: ${cause.sentence}`]
  const fix = cause === null ? '' : `${cause.advice} `
  const since = `Since: ${moment(failingSince)}, ${failures === 1 ? '1 attempt' : `${failures} attempts`} in a row without a success.`
  switch (kind) {
    case 'failing': return [
      ...why, since,
      // An operator may turn nothing off: after 'infinity'.
      `What to do: ${fix}Nothing needs to be sent again: we keep trying on a schedule.${isMoment(turnsOffAt) ? ` Without one success it is turned off on ${moment(turnsOffAt)}.` : ''}`,
    ]
    case 'disabled': return [
      ...(reason === 'gone' && cause === null ? [`Why: ${host} says that this address is gone (410).`] : why),
      reason === 'gone' ? `Since: ${moment(at)}.` : since,
      `What to do: ${fix}Then turn the webhook on again: what waits is sent. New events are not kept while it is off.`,
    ]
    case 'recovered': return [`Since: ${moment(at)}. What to do: nothing. Deliveries that had failed for good can be sent again from its page.`]
  }
}

function isMoment(iso: string): boolean {
  return !Number.isNaN(Date.parse(iso))
}

/** `20 November 2026, 14:05 UTC`: whoever reads it may be anywhere. */
function moment(iso: string): string {
  const date = new Date(iso)
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })}, ${date.toISOString().slice(11, 16)} UTC`
}

/** A subject is a header: a name with a line break in it must not start another. */
function oneLine(name: string): string {
  return name.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]+/gu, ' ').trim()
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
