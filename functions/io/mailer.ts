import type { Mail } from '../core/alerts/mail.ts'

/** sent: the mail server took it. refused: no address will ever be taken. failed: try again later. `detail` is what the server said. */
export type MailOutcome = { kind: 'sent' } | { kind: 'refused' | 'failed'; detail: string }

export type Mailer = {
  /** Never throws for what the mail server does. */
  send(mail: Mail, recipients: readonly string[]): Promise<MailOutcome>
  close(): void
}

/** Where a mail server does not answer, say so before the lease of the alerts ends. */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 }

/** Opens a pool to the mail server. The library is loaded now, by those who mail at all. */
export async function openMailer({ smtpUrl, from }: { smtpUrl: string; from: string }): Promise<Mailer> {
  const { createTransport } = await import('nodemailer')
  // The pool would send again by itself what broke off; what is tried again is ours to decide.
  const transport = createTransport({ pool: true, url: smtpUrl, maxConnections: 2, maxRequeues: 0, ...TIMEOUTS })
  const host = /@([^\s>]+)/.exec(from)?.[1] ?? 'tablehook'

  return {
    async send({ subject, text, html, messageKey }, recipients) {
      try {
        await transport.sendMail({
          // As an object, an address is never parsed out of a name.
          from, to: recipients.map((address) => ({ name: '', address })), subject, text, html, messageId: `<${messageKey}@${host}>`,
          headers: { 'Auto-Submitted': 'auto-generated' }, disableFileAccess: true, disableUrlAccess: true,
        })
        return { kind: 'sent' }
      } catch (error) {
        const { code, command, responseCode, message } = error as { code?: string; command?: string; responseCode?: number; message: string }
        const everyAddressRefused = code === 'EENVELOPE' && command === 'RCPT TO' && responseCode !== undefined && responseCode >= 500
        return { kind: everyAddressRefused ? 'refused' : 'failed', detail: message }
      }
    },
    close: () => transport.close(),
  }
}
