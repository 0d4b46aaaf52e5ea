import type { Client, Delivery, LoggedAttempt } from '@tablehook/client'
import type { Command } from 'commander'
import { connect, withConnection, type ConnectionOptions } from '../connection.ts'
import { CommandError, EXIT } from '../exit_codes.ts'
import { findWebhook } from '../find_webhook.ts'
import { clock, day, paintWith, plain, plainJson } from '../paint.ts'
import type { Surroundings } from '../surroundings.ts'
import { followAttempts } from '../follow_attempts.ts'

const STATES = ['succeeded', 'retrying', 'failed', 'waiting', 'sending', 'cancelled'] as const
type State = (typeof STATES)[number]
type Options = ConnectionOptions & { webhook?: string; state?: string; events?: string; follow?: true; lines: string; json?: true }

export function addTail(program: Command, around: Surroundings): void {
  withConnection(program.command('tail'))
    .description('show deliveries, and with --follow each attempt as it comes')
    .option('-w, --webhook <id|name>', 'of one webhook only')
    .option('--state <states>', `of these states only, with commas between: ${STATES.join(', ')}`)
    .option('-e, --events <types>', 'of these event types only, with commas between; deal.* for a group')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('-n, --lines <count>', 'how many deliveries to begin with', '20')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', `
Examples:
  $ npx tablehook tail
  $ npx tablehook tail --follow --state failed
  $ npx tablehook tail --webhook Warehouse --events 'deal.*' --json | jq .last_error_code

Needs an API key with the scope read.`)
    .action((options: Options) => run(options, around))
}

async function run(options: Options, around: Surroundings): Promise<void> {
  const states = listOf(options.state)?.map(knownState)
  const events = listOf(options.events)
  const lines = countOf(options.lines)
  const { client } = await connect(options, around)
  const webhook = options.webhook === undefined ? undefined : await findWebhook(client, options.webhook, around.signal)
  const names = new Map((await client.webhooks.list({ signal: around.signal })).map(({ id, name }) => [id, name]))
  const within = webhook === undefined ? {} : { webhook_id: webhook.id }

  // What comes from here on must not fall between the list and the look.
  const follow = options.follow ? await followAttempts(client, within, around) : null
  const { deliveries } = lines === 0 ? { deliveries: [] }
    : await client.deliveries.page({ ...within, limit: lines, tests: true, ...(states ? { state: states } : {}), ...(events ? { event_type: events } : {}), signal: around.signal })
  const rows = deliveries.map((delivery) => ofDelivery(delivery, names)).sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
  const today = day(around.now())
  const show = options.json ? (row: Row) => around.print(plainJson({ ...row.source, webhook_name: row.webhook })) : asLine(around, rows.some(({ at }) => day(new Date(at)) !== today))
  rows.forEach(show)
  if (rows.length === 0 && lines > 0) around.note(webhook === undefined && states === undefined && events === undefined ? 'There are no deliveries yet.' : 'There are no such deliveries.')
  if (follow === null) return
  around.note('Waiting for attempts. Ctrl-C stops it.')
  for await (const attempt of follow) {
    const row = ofAttempt(attempt, await nameOf(client, names, attempt.webhook_id, around.signal))
    if ((states?.includes(row.state) ?? true) && (events?.some((one) => matches(one, attempt.event_type)) ?? true)) show(row)
  }
}

type Row = { at: string; state: State; answer: string; event: string; webhook: string; attempt: number; durationMs: number | null; isTest: boolean; source: object }

function ofDelivery(delivery: Delivery, names: ReadonlyMap<string, string>): Row {
  const { state, attempt_count: attempt, last_status_code: status, last_error_code: error, is_test: isTest } = delivery
  return {
    at: delivery.last_attempt_at ?? delivery.created_at, state: state === 'pending' ? (attempt > 0 ? 'retrying' : 'waiting') : state, answer: answerOf(status, error), event: delivery.event_type,
    webhook: names.get(delivery.webhook_id) ?? delivery.webhook_id, attempt, durationMs: delivery.last_duration_ms, isTest, source: delivery,
  }
}

function ofAttempt(attempt: LoggedAttempt, webhook: string): Row {
  const { state, status_code: status, error_code: error, duration_ms: durationMs, is_test: isTest } = attempt
  return {
    at: attempt.created_at, state: state === 'pending' ? 'retrying' : state ?? (error === null ? 'succeeded' : 'failed'), answer: answerOf(status, error), event: attempt.event_type,
    webhook, attempt: attempt.attempt, durationMs, isTest, source: attempt,
  }
}

const answerOf = (status: number | null, error: string | null) => status !== null ? String(status) : error ?? '–'

/** A webhook may be made while we look. */
async function nameOf(client: Client, names: Map<string, string>, id: string, signal: AbortSignal): Promise<string> {
  if (!names.has(id)) names.set(id, await client.webhooks.get(id, { signal }).then(({ name }) => name, () => id))
  return names.get(id)!
}

/** With the day where some are not of today: then the time alone would mislead. */
function asLine({ print, isColored }: Surroundings, withDay: boolean): (row: Row) => void {
  const paint = paintWith(isColored)
  const colors = { succeeded: 'green', failed: 'red', retrying: 'yellow', waiting: 'dim', sending: 'dim', cancelled: 'dim' } as const
  return ({ at, state, answer, event, webhook, attempt, durationMs, isTest }) => print([
    paint('dim', `${withDay ? `${day(new Date(at))} ` : ''}${clock(new Date(at))}`), paint(colors[state], state.padEnd(9)), answer.padEnd(16), plain(event).padEnd(28), plain(webhook).padEnd(20),
    paint('dim', [attempt > 1 ? `attempt ${attempt}` : '', durationMs === null ? '' : `${Math.round(durationMs)} ms`, isTest ? 'test' : ''].filter(Boolean).join('  ')),
  ].join('  ').trimEnd())
}

function listOf(text: string | undefined): string[] | undefined {
  return text?.split(',').map((one) => one.trim()).filter((one) => one !== '')
}

function knownState(text: string): State {
  const known = STATES.find((one) => one === text)
  if (known === undefined) throw new CommandError(EXIT.usage, `There is no state “${text}”. There are ${STATES.join(', ')}.`)
  return known
}

function countOf(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 200) throw new CommandError(EXIT.usage, '--lines takes a number up to 200.')
  return Number(text)
}

function matches(wanted: string, type: string): boolean {
  return wanted.endsWith('.*') ? type.startsWith(wanted.slice(0, -1)) : wanted === type
}
