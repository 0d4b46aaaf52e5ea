import fs from 'node:fs'
import type { Client, TestAnswer, Webhook } from '@tablehook/client'
import type { Command } from 'commander'
import { connect, withConnection, type Connection, type ConnectionOptions } from '../connection.ts'
import { CommandError, EXIT } from '../exit_codes.ts'
import { findWebhook, hears, listed } from '../find_webhook.ts'
import { paintWith, plain, plainJson } from '../paint.ts'
import { originOf } from '../sign_in.ts'
import type { Surroundings } from '../surroundings.ts'

type Options = ConnectionOptions & { data?: string; webhook?: string; publish?: true; json?: true }
type Data = Record<string, unknown>

export function addTrigger(program: Command, around: Surroundings): void {
  withConnection(program.command('trigger'))
    .description('send an event now: a signed test to one webhook, or with --publish a real event')
    .argument('<event>', 'event type: contact.created')
    .option('-d, --data <json|file>', 'data of the event, instead of the catalog’s sample')
    .option('-w, --webhook <id|name>', 'to which webhook; otherwise whoever is listening')
    .option('--publish', 'a real event, to all webhooks that listen to it, retried and counted')
    .option('--secret-key <key>', 'for --publish: the project’s secret key (SUPABASE_SECRET_KEY)')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', `
Examples:
  $ npx tablehook trigger contact.created
  $ npx tablehook trigger contact.created --data '{"id": "1", "first_name": "Ada"}' --webhook Warehouse
  $ npx tablehook trigger invoice.created --data invoice.json --publish --local

A test is never retried and never counted. Needs an API key with the scope write.`)
    .action((event: string, options: Options) => run(event, options, around))
}

async function run(event: string, options: Options, around: Surroundings): Promise<void> {
  const given = options.data === undefined ? undefined : readData(options.data)
  const connection = await connect(options, around)
  if (options.publish) return publish(event, given, options, connection, around)
  const webhook = options.webhook === undefined ? await chooseWebhook(connection.client, event, around.signal) : await findWebhook(connection.client, options.webhook, around.signal)
  const answer = await connection.client.webhooks.test(webhook.id, { event_type: event, ...(given === undefined ? {} : { data: given }), signal: around.signal })
  if (options.json) {
    around.print(plainJson({ kind: 'test', webhook: { id: webhook.id, name: webhook.name }, ...answer }))
  } else {
    const paint = paintWith(around.isColored)
    around.note(`A test of ${event} to “${plain(webhook.name)}”, ${given === undefined ? 'with the sample of the catalog' : 'with your data'}. It is not retried and not counted.`)
    const outcome = answer.status_code === null ? answer.error_code ?? 'no answer' : String(answer.status_code)
    around.print(`${paint(answer.ok ? 'green' : 'red', outcome)}  ${Math.round(answer.duration_ms)} ms  ${plain(answer.request.url)}`)
    if (answer.error_detail) around.print(plain(answer.error_detail))
    if (answer.body) around.print(plain(answer.body))
    if (answer.ok && isListener(webhook)) around.note('Held for tablehook listen, whose terminal shows what your program answers.')
  }
  if (!answer.ok) throw new CommandError(EXIT.badOutcome, whyNot(webhook, answer))
}

/** Of what was never sent the receiver knows nothing. */
function whyNot({ name }: Webhook, { status_code: status, error_code: code }: TestAnswer): string {
  if (status !== null) return `“${name}” did not take it: it answered ${status}. See the log of its receiver.`
  if (code === 'event_too_large' || code === 'transformation_failed') return `Nothing was sent to “${name}”: ${code}.`
  return `“${name}” did not take it: ${code}. Is its receiver running?`
}

const isListener = ({ url }: Webhook) => url.includes('/webhooks/listen/')

/** Whoever listens is who wants a test. Otherwise there must be no doubt: a test that reaches a receiver in production is a surprise. */
async function chooseWebhook(client: Client, event: string, signal: AbortSignal): Promise<Webhook> {
  const candidates = (await client.webhooks.list({ signal })).filter((webhook) => webhook.is_active && hears(webhook, event))
  const listening = candidates.filter(isListener)
  const chosen = listening.length > 0 ? listening : candidates
  if (chosen.length === 1) return chosen[0]!
  if (chosen.length === 0) throw new CommandError(EXIT.usage, `No webhook that is on hears ${event}. Start npx tablehook listen, or say with --webhook which one to test.`)
  throw new CommandError(EXIT.usage, `${chosen.length} webhooks hear ${event}. Say with --webhook which one to test. ${listed(chosen)}`)
}

async function publish(event: string, given: Data | undefined, options: Options, { client, url, secretKey }: Connection, around: Surroundings): Promise<void> {
  if (secretKey === undefined) {
    throw new CommandError(EXIT.notAllowed, '--publish takes the secret key of the project, which no user has: --secret-key, or SUPABASE_SECRET_KEY. Without --publish a test is sent, for which an API key will do.')
  }
  const data = given ?? (await client.eventTypes.get(event, { signal: around.signal })).sample.data ?? {}
  const response = await fetch(`${originOf(url)}/rest/v1/rpc/publish_event`, {
    method: 'POST', headers: { apikey: secretKey, authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
    // By its id: --organization may also be the app's own key of it.
    body: JSON.stringify({ organization_id: (await client.whoAmI({ signal: around.signal })).organization.id, type: event, data }), signal: AbortSignal.any([around.signal, AbortSignal.timeout(20_000)]),
  }).catch(() => { throw new CommandError(EXIT.unreachable, `${originOf(url)} could not be reached. Is the address right, and the system running?`) })
  const answer = await response.json().catch(() => null) as { message?: string } | string | null
  if (!response.ok) {
    const message = typeof answer === 'object' && answer?.message ? answer.message : `the project answered ${response.status}`
    const isKeyAtFault = response.status === 401 || response.status === 403
    throw new CommandError(isKeyAtFault ? EXIT.notAllowed : EXIT.refused, `The event was not published: ${message.replace(/\.$/, '')}.${isKeyAtFault ? ' Is the secret key the project’s own?' : ''}`)
  }
  if (options.json) around.print(plainJson({ kind: 'published', event_id: answer, event_type: event }))
  if (answer === null) throw new CommandError(EXIT.badOutcome, `No webhook of this organization that is on hears ${event}, so there is no event and nothing is sent. npx tablehook listen makes one that does.`)
  if (options.json) return
  around.note(`Published ${event} as a real event. It goes to every webhook that listens to it, and is retried and counted.`)
  around.print(plain(String(answer)))
}

/** JSON on the command line, or in a file. */
function readData(text: string): Data {
  const isInline = text.trimStart().startsWith('{')
  let json = text
  if (!isInline) {
    try {
      json = fs.readFileSync(text, 'utf8')
    } catch {
      throw new CommandError(EXIT.usage, `--data is neither a JSON object nor a file that can be read: ${text}`)
    }
  }
  try {
    // Windows likes to begin a file with a byte order mark.
    const data: unknown = JSON.parse(json.replace(/^\uFEFF/, ''))
    JSON.stringify(data) // what can be read may still be nested too deeply to be written again
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Data
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(EXIT.usage, 'The data has more lists or objects inside each other than can be sent.')
    throw new CommandError(EXIT.usage, `The data ${isInline ? 'in --data' : `in ${text}`} is not valid JSON: ${(error as Error).message}`)
  }
  throw new CommandError(EXIT.usage, 'The data of an event is a JSON object, such as {"id": "1"}.')
}
