import { ApiError } from '@tablehook/client'
import type { Command } from 'commander'
import { connect, withConnection, type ConnectionOptions } from '../connection.ts'
import { CommandError, EXIT } from '../exit_codes.ts'
import { paintWith, plain, plainJson } from '../paint.ts'
import type { Surroundings } from '../surroundings.ts'

type Options = ConnectionOptions & { json?: true }

export function addEvents(program: Command, around: Surroundings): void {
  withConnection(program.command('events'))
    .description('the catalog of event types, or one with its schema and a sample')
    .argument('[name]', 'event type: deal.created')
    .option('--json', 'as JSON')
    .addHelpText('after', `
Examples:
  $ npx tablehook events
  $ npx tablehook events deal.created
  $ npx tablehook events deal.created --json | jq .sample.data > deal.json

Needs an API key with the scope read.`)
    .action((name: string | undefined, options: Options) => name === undefined ? list(options, around) : one(name, options, around))
}

async function list(options: Options, around: Surroundings): Promise<void> {
  const { client } = await connect(options, around)
  const types = await client.eventTypes.list({ signal: around.signal })
  if (options.json) return around.print(plainJson(types))
  const paint = paintWith(around.isColored)
  const width = Math.max(0, ...types.map(({ name }) => name.length))
  let category = ''
  for (const type of types) {
    if (type.category !== category) around.print(`${category === '' ? '' : '\n'}${paint('bold', plain(type.category))}`)
    category = type.category
    around.print(`  ${plain(type.name).padEnd(width)}  ${paint('dim', plain(type.description))}`)
  }
}

async function one(name: string, options: Options, around: Surroundings): Promise<void> {
  const { client } = await connect(options, around)
  const type = await client.eventTypes.get(name, { signal: around.signal }).catch((error: unknown) => {
    if (!(error instanceof ApiError && error.code === 'not_found')) throw error
    throw new CommandError(EXIT.refused, `There is no event type “${name}”. npx tablehook events lists them all.`)
  })
  if (options.json) return around.print(plainJson(type))
  const paint = paintWith(around.isColored)
  around.print(`${paint('bold', plain(type.name))}  ${paint('dim', `${plain(type.category)}, ${type.direction}`)}`)
  around.print(plain(type.description))
  around.print(`\n${paint('bold', 'Schema of data')}\n${plainJson(type.schema, 2)}`)
  around.print(`\n${paint('bold', 'Sample')}\n${plainJson(type.sample, 2)}`)
}
