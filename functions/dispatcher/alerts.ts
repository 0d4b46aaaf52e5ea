import { nextMailTry, type Digest } from '../core/alerts/digest.ts'
import { renderMail, type Mail } from '../core/alerts/mail.ts'
import type { AlertStore, MailedDigest } from '../io/alert_store.ts'
import { faultOf, type Log } from '../io/log.ts'
import type { Mailer } from '../io/mailer.ts'

export type MailParts = { store: AlertStore; mailer: Mailer; webUrl: string | null; log: Log }

/** Few at a time: all of a claim must be tried within its lease of two minutes, also when each times out. */
const PER_CLAIM = 10

/** Tells organizations what is due, until nothing is or it is over. */
export async function mailAlerts(parts: MailParts, isOver: () => boolean): Promise<void> {
  while (!isOver() && await mailBatch(parts) > 0);
}

/** One claim's worth: claim → render → send → record. Answers with the number of messages that were tried. */
export async function mailBatch({ store, mailer, webUrl, log }: MailParts): Promise<number> {
  const digests = await store.claimAlerts(PER_CLAIM)
  if (digests.length === 0) return 0
  const mailed = await Promise.all(digests.map((digest) => mailOne(digest, mailer, webUrl)))
  await store.recordAlerts(mailed)
  for (const [nth, digest] of digests.entries()) logMail(log, digest, mailed[nth]!)
  return digests.length
}

function logMail(log: Log, { organizationId, id, totals, recipients, attempt }: Digest, { state, retryInMs, error }: MailedDigest): void {
  log({
    level: state === 'sent' ? 'info' : 'warn',
    event: 'alert.mailed',
    organization_id: organizationId,
    digest_id: id,
    alerts: Object.values(totals).reduce((sum, n) => sum + n, 0),
    recipients: recipients.length,
    attempt,
    state,
    retry_in_s: retryInMs === null ? null : retryInMs / 1_000,
    // Mail servers repeat the address that they refuse.
    error: error?.replace(/[^\s<>]+@[^\s<>]+/g, '(address)') ?? null,
  })
}

async function mailOne(digest: Digest, mailer: Mailer, webUrl: string | null): Promise<MailedDigest> {
  const done = (state: MailedDigest['state'], error: string | null = null, retryInMs: number | null = null): MailedDigest => ({ digestId: digest.id, state, retryInMs, error })
  if (digest.recipients.length === 0) return done('skipped', 'nobody to tell: no owner or admin has a confirmed address')
  const mail = rendered(digest, webUrl)
  if ('fault' in mail) return done('failed', mail.fault)
  const outcome = await mailer.send(mail, digest.recipients)
  if (outcome.kind === 'sent') return done('sent')
  const wait = outcome.kind === 'refused' ? null : nextMailTry(digest.attempt)
  return done(wait === null ? 'failed' : 'pending', outcome.detail, wait)
}

/** A message that cannot be written must not keep those beside it from being recorded: they would be sent again every two minutes. */
function rendered(digest: Digest, webUrl: string | null): Mail | { fault: string } {
  try {
    return renderMail(digest, webUrl)
  } catch (error) {
    return { fault: `The message could not be written: ${faultOf(error).fault}` }
  }
}
