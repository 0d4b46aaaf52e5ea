// A real SMTP server that stands in for the operator's. Keeps what it takes as raw text, and can refuse.
import { SMTPServer } from 'smtp-server'
import type { AddressInfo } from 'node:net'
import { freePorts } from './free_port.ts'

/** `headers`: lower-case name to unfolded value. `text` and `html` are decoded. */
export type ReceivedMail = { from: string; to: string[]; raw: string; headers: Record<string, string>; text: string; html: string }

export type MailServer = {
  url: string
  mails: ReceivedMail[]
  /** Refuses every recipient, or only those named, with this SMTP code; null takes all again. */
  refuse(code: number | null, only?: readonly string[]): void
  close(): Promise<void>
}

/** On the given port, to come back after an outage, or on a free one. */
export async function startMailServer(port?: number): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  let refusal: { code: number; only: readonly string[] | undefined } | null = null
  const server = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], disableReverseLookup: true, logger: false,
    onRcptTo({ address }, _session, done) {
      if (refusal === null || (refusal.only !== undefined && !refusal.only.includes(address))) return done()
      done(Object.assign(new Error(`no mailbox ${address}`), { responseCode: refusal.code }))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), ...read(Buffer.concat(chunks).toString('utf8')) })
        done()
      })
    },
  })
  server.on('error', () => {}) // a client that is killed in the middle
  const listening = port ?? await freePorts(1)
  await new Promise<void>((resolve) => server.listen(listening, '127.0.0.1', () => resolve()))
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    refuse(code, only) { refusal = code === null ? null : { code, only } },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function read(raw: string): Pick<ReceivedMail, 'raw' | 'headers' | 'text' | 'html'> {
  const { headers, body } = part(raw)
  const boundary = /boundary="([^"]+)"/.exec(headers['content-type'] ?? '')?.[1]
  const parts = boundary === undefined ? [{ headers, body }] : body.split(`--${boundary}`).slice(1, -1).map((text) => part(text.replace(/^\r\n/, '')))
  const find = (type: string) => parts.find((one) => one.headers['content-type']?.startsWith(type))
  return { raw, headers, text: decoded(find('text/plain')), html: decoded(find('text/html')) }
}

function part(text: string) {
  const end = text.indexOf('\r\n\r\n')
  const lines = text.slice(0, end).replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  return { headers: Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)])), body: text.slice(end + 4) }
}

function decoded(one: { headers: Record<string, string>; body: string } | undefined): string {
  if (one === undefined) return ''
  switch (one.headers['content-transfer-encoding']) {
    case 'base64': return Buffer.from(one.body, 'base64').toString('utf8')
    case 'quoted-printable': return quotedPrintable(one.body)
    default: return one.body
  }
}

function quotedPrintable(text: string): string {
  const bytes = text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** The encoded words of a header (RFC 2047), as people see them. */
export function readable(header: string): string {
  return header.replace(/\?= =\?/g, '?==?').replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
    kind.toLowerCase() === 'b' ? Buffer.from(text, 'base64').toString('utf8') : quotedPrintable(text.replaceAll('_', ' ')))
}
