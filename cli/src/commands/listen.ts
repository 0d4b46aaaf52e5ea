import { randomBytes } from 'node:crypto'
import os from 'node:os'
import type { Command } from 'commander'
import { connect, withConnection, type ConnectionOptions } from '../connection.ts'
import { CommandError, EXIT } from '../exit_codes.ts'
import { forward, targetOf, type Forwarded } from '../listen/forward.ts'
import { listen } from '../listen/session.ts'
import { clock, paintWith, plain, plainJson } from '../paint.ts'
import { changeStored, readStored } from '../stored_login.ts'
import type { Surroundings } from '../surroundings.ts'

type Options = ConnectionOptions & { forwardTo: string; events: string; secret?: string; format?: string; timeout: string; body?: true; json?: true }

export function addListen(program: Command, around: Surroundings): void {
  withConnection(program.command('listen'))
    .description('bring events to a program on this machine, signed as in production')
    .requiredOption('-f, --forward-to <address>', 'where to send them: localhost:3000/hook')
    .option('-e, --events <types>', 'event types, with commas between', '*')
    .option('-s, --secret <secret>', 'signing secret; otherwise one is made once and kept for the project')
    .option('--format <format>', 'format of the bodies')
    .option('--timeout <seconds>', 'how long to wait for the program’s answer', '30')
    .option('--body', 'show the bodies, both ways')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', `
Examples:
  $ npx tablehook listen --forward-to localhost:3000/hook
  $ npx tablehook listen -f 3000 --events contact.created,deal.stage.changed --local
  $ npx tablehook listen -f https://localhost:8443/hook --secret whsec_… --json

Makes a temporary address and a webhook to it; Ctrl-C removes both. Needs an API key with the scope write.`)
    .action((options: Options) => run(options, around))
}

async function run(options: Options, around: Surroundings): Promise<void> {
  const target = targetOf(options.forwardTo)
  const timeoutMs = secondsOf(options.timeout) * 1_000
  const events = options.events.split(',').map((one) => one.trim()).filter((one) => one !== '')
  const connection = await connect(options, around)
  const show = options.json ? asJson(around) : asLines(around, target, options.body === true)
  const { removed } = await listen(
    connection.client,
    { name: nameOfSession(), events, format: options.format, secret: options.secret ?? keptSecret(connection.url, around) },
    {
      opened: ({ webhook, secret, isAgain }) => show.opened({ webhook: webhook.name, url: connection.url, events: webhook.events, secret, isAgain }),
      async request({ headers, body, event_type: event }) {
        const what = { event: event ?? '(no type)', id: headers['webhook-id'] ?? null, attempt: Number(headers['x-webhook-attempt'] ?? 1) }
        if (body === null) return show.tooLarge(what)
        show.forwarded(what, body, await forward({ headers, body }, target, timeoutMs, around.signal))
      },
      away: (error) => around.note(`${error.message} Looking again every two seconds.`),
      back: () => around.note('The API is back.'),
    },
    around,
  )
  show.closed(removed)
}

/** Recognized by its beginning. Unique, so that one person can listen twice. */
function nameOfSession(): string {
  const where = os.hostname().replace(/[^\w.-]/g, '').slice(0, 30)
  return `listen ${where} ${randomBytes(3).toString('hex')}`
}

/** One secret for a project and this user, made at the first `listen`, so that the program can keep it in its settings. */
function keptSecret(url: string, { env, note }: Surroundings): string | undefined {
  try {
    const known = readStored(env).listenSecrets?.[url]
    if (known !== undefined) return known
    const made = `whsec_${randomBytes(32).toString('base64')}`
    changeStored(env, (stored) => ({ ...stored, listenSecrets: { ...stored.listenSecrets, [url]: made } }))
    return made
  } catch (error) {
    note(`The signing secret of this session is not kept: ${(error as Error).message}`)
    return undefined
  }
}

function secondsOf(text: string): number {
  const seconds = Number(text)
  if (!(seconds > 0 && seconds <= 600)) throw new CommandError(EXIT.usage, '--timeout takes seconds, up to 600.')
  return seconds
}

type What = { event: string; id: string | null; attempt: number }
type Opened = { webhook: string; url: string; events: string[]; secret: string | null; isAgain: boolean }
type Show = { opened: (opened: Opened) => void; forwarded: (what: What, body: string, outcome: Forwarded) => void; tooLarge: (what: What) => void; closed: (removed: boolean) => void }

function asJson({ print }: Surroundings): Show {
  const say = (type: string, more: object) => print(plainJson({ type, ...more }))
  return {
    opened: ({ isAgain, ...opened }) => say(isAgain ? 'reopened' : 'ready', opened),
    forwarded: (what, body, { durationMs, ...outcome }) => say('forwarded', {
      ...what, ...('status' in outcome ? { status: outcome.status, answer: outcome.body } : { problem: outcome.problem }), duration_ms: Math.round(durationMs), body,
    }),
    tooLarge: (what) => say('too_large', what),
    closed: (removed) => say('closed', { removed }),
  }
}

function asLines({ print, note, now, isColored }: Surroundings, target: URL, showsBodies: boolean): Show {
  const paint = paintWith(isColored)
  let hasExplained = false
  const head = ({ event, attempt }: What) => `${paint('dim', clock(now()))}  ${plain(event).padEnd(28)}${attempt > 1 ? paint('dim', ` attempt ${attempt} `) : ''} `
  return {
    opened({ url, events, secret, webhook, isAgain }) {
      if (isAgain) return note('The address had run out, and a new one is open. What came meanwhile is in the log: npx tablehook tail.')
      note(`Listening to ${events[0] === '*' ? 'all events' : events.join(', ')} of ${url}, as the webhook “${plain(webhook)}”.`)
      note(`Forwarding to ${target.href}`)
      note(`Signing secret: ${secret ?? 'none'}`)
      note('Ctrl-C stops it.\n')
    },
    forwarded(what, body, outcome) {
      const took = paint('dim', `${Math.round(outcome.durationMs)} ms`)
      if ('problem' in outcome) print(`${head(what)}${paint('red', outcome.problem)}`)
      else print(`${head(what)}${paint(outcome.status >= 200 && outcome.status < 300 ? 'green' : 'red', String(outcome.status))}  ${took}`)
      if (showsBodies) {
        print(paint('dim', `  → ${plain(body)}`))
        if ('body' in outcome && outcome.body !== '') print(paint('dim', `  ← ${plain(outcome.body)}`))
      }
      if (!hasExplained && 'status' in outcome && (outcome.status === 401 || outcome.status === 403)) {
        hasExplained = true
        note(whyRefused(outcome.status, outcome.body))
      }
    },
    tooLarge: (what) => print(`${head(what)}${paint('red', 'larger than 1 MB, or no text: not forwarded')}`),
    closed: (removed) => note(removed ? '\nStopped. The temporary webhook is removed.' : '\nStopped. The temporary webhook could not be removed now; it ends by itself within five minutes, and goes at the next listen.'),
  }
}

/** Mostly the program has the secret of another webhook: the one that `listen` makes is new to it. */
function whyRefused(status: number, body: string): string {
  const said = sentenceIn(body)
  return `Your program refused it with ${status}${said === '' ? '' : `: ${said}`}
Most likely it verifies with another secret. Give it the signing secret above, or say which one it has with --secret <secret>.
If it has the right one, see whether something before it asks for a sign-in of its own, or changes the body.`
}

/** What the program says about it, where it can be shown in a line. */
function sentenceIn(body: string): string {
  let said: unknown = body
  try {
    const json = JSON.parse(body) as { error?: { message?: unknown }, message?: unknown } | null
    said = json?.error?.message ?? json?.message
  } catch {
    // As text, then.
  }
  return typeof said === 'string' && said.length <= 300 && !said.startsWith('<') ? plain(said).trim() : ''
}
