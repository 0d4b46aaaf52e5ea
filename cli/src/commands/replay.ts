import type { Client, Webhook } from '@tablehook/client'
import type { Command } from 'commander'
import { connect, withConnection, type ConnectionOptions } from '../connection.ts'
import { CommandError, EXIT } from '../exit_codes.ts'
import { findWebhook, listed } from '../find_webhook.ts'
import { momentOf } from '../moment.ts'
import { plain, plainJson } from '../paint.ts'
import type { Surroundings } from '../surroundings.ts'

const STATES = ['failed', 'succeeded', 'cancelled'] as const
type State = (typeof STATES)[number]
type Options = ConnectionOptions & { webhook?: string; from: string; to?: string; state: string; events?: string; dryRun?: true; json?: true }

export function addReplay(program: Command, around: Surroundings): void {
  withConnection(program.command('replay'))
    .description('send the deliveries of a time span again')
    .option('-w, --webhook <id|name>', 'of which webhook; not needed when there is only one')
    .requiredOption('--from <time>', 'the beginning: 2026-11-20T00:00:00Z, or 2h for two hours ago')
    .option('--to <time>', 'the end; now unless given')
    .option('--state <states>', `which, with commas between: ${STATES.join(', ')}`, 'failed')
    .option('-e, --events <types>', 'of these event types only, with commas between')
    .option('--dry-run', 'only count')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', `
Examples:
  $ npx tablehook replay --webhook Warehouse --from 2h --dry-run
  $ npx tablehook replay -w Warehouse --from 2026-11-20T00:00:00Z --to 2026-11-21T00:00:00Z --state failed,cancelled

Needs an API key with the scope write.`)
    .action((options: Options) => run(options, around))
}

async function run(options: Options, around: Surroundings): Promise<void> {
  const now = around.now()
  const [from, to] = [momentOf(options.from, now), options.to === undefined ? undefined : momentOf(options.to, now)]
  const states = options.state.split(',').map((one) => knownState(one.trim()))
  const { client } = await connect(options, around)
  const webhook = options.webhook === undefined ? await onlyWebhook(client, around.signal) : await findWebhook(client, options.webhook, around.signal)
  const { total, replay_id, dry_run } = await client.webhooks.replay(webhook.id, {
    from, states, ...(to === undefined ? {} : { to }), ...(options.events === undefined ? {} : { event_types: options.events.split(',').map((one) => one.trim()) }),
    dry_run: options.dryRun === true, signal: around.signal,
  })
  if (options.json) return around.print(plainJson({ webhook: { id: webhook.id, name: webhook.name }, dry_run, total, ...(replay_id === undefined ? {} : { replay_id }) }))
  const span = to === undefined ? `since ${from.toISOString()}` : `from ${from.toISOString()} to ${to.toISOString()}`
  const deliveries = `${total === 0 ? 'No' : total} ${states.join(' or ')} ${total === 1 ? 'delivery' : 'deliveries'} of “${plain(webhook.name)}” ${span}`
  if (total === 0) return around.print(`${deliveries}: there is nothing to send again.`)
  around.print(dry_run ? `${deliveries} would be sent again. Nothing was sent.` : `${deliveries} ${total === 1 ? 'is' : 'are'} being sent again.`)
}

async function onlyWebhook(client: Client, signal: AbortSignal): Promise<Webhook> {
  const all = await client.webhooks.list({ signal })
  if (all.length === 1) return all[0]!
  throw new CommandError(EXIT.usage, `Say with --webhook of which webhook. ${listed(all)}`)
}

function knownState(text: string): State {
  const known = STATES.find((one) => one === text)
  if (known === undefined) throw new CommandError(EXIT.usage, `Deliveries that are “${text}” cannot be replayed, only ${STATES.join(', ')}.`)
  return known
}
