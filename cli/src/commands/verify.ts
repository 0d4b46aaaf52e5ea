import fs from 'node:fs'
import type { Command } from 'commander'
import { CommandError, EXIT } from '../exit_codes.ts'
import { explainSignature } from '../explain_signature.ts'
import { paintWith, plainJson } from '../paint.ts'
import type { Surroundings } from '../surroundings.ts'

type Options = { secret: string; body: string; header: string[]; headers?: string; tolerance: string; json?: true }

export function addVerify(program: Command, around: Surroundings): void {
  program.command('verify')
    .description('whether a request is signed, and if not, exactly why')
    .requiredOption('-s, --secret <secret>', 'the signing secret of the webhook')
    .requiredOption('-b, --body <file>', 'the body, as it came; - reads the standard input')
    .option('-H, --header <name: value>', 'a header of the request; give webhook-id, webhook-timestamp and webhook-signature', collect, [] as string[])
    .option('--headers <file>', 'a file with all headers, one on a line')
    .option('--tolerance <seconds>', 'how old the request may be; “any” for one that was kept', '300')
    .option('--json', 'the verdict as JSON')
    .addHelpText('after', `
Examples:
  $ npx tablehook verify --secret whsec_… --body request.json --headers headers.txt --tolerance any
  $ pbpaste | npx tablehook verify -s whsec_… -b - -H 'webhook-id: …' -H 'webhook-timestamp: …' -H 'webhook-signature: v1,…'

Asks nobody: neither the secret nor the request leaves this machine.`)
    .action((options: Options) => run(options, around))
}

const collect = (value: string, before: string[]) => [...before, value]

async function run(options: Options, around: Surroundings): Promise<void> {
  const lines = [...(options.headers === undefined ? [] : readFile(options.headers, '--headers').toString('utf8').split(/\r?\n/)), ...options.header]
  const headers = Object.fromEntries(lines.filter((line) => line.includes(':')).map(headerIn))
  const body = options.body === '-' ? await around.readInput() : readFile(options.body, '--body')
  const verdict = explainSignature(body, headers, options.secret, around.now(), toleranceOf(options.tolerance))
  if (options.json) around.print(plainJson(verdict))
  else around.print(`${paintWith(around.isColored)(verdict.holds ? 'green' : 'red', verdict.holds ? 'valid' : verdict.code)}  ${verdict.reason}`)
  // Said already, and better.
  if (!verdict.holds) throw new CommandError(EXIT.badOutcome, '')
}

/** `name: value`, also as curl -v prints it. */
function headerIn(line: string): [string, string] {
  const text = line.replace(/^\s*[<>]?\s*/, '')
  const at = text.indexOf(':')
  return [text.slice(0, at).trim().toLowerCase(), text.slice(at + 1).trim()]
}

function readFile(file: string, option: string): Buffer {
  try {
    return fs.readFileSync(file)
  } catch {
    throw new CommandError(EXIT.usage, `${option} is no file that can be read: ${file}`)
  }
}

function toleranceOf(text: string): number {
  if (text === 'any') return Infinity
  if (!/^\d+$/.test(text)) throw new CommandError(EXIT.usage, '--tolerance takes seconds, or “any”.')
  return Number(text)
}
