// All commands, and what happens when one ends.
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addEvents } from './commands/events.ts'
import { addListen } from './commands/listen.ts'
import { addLogin } from './commands/login.ts'
import { addReplay } from './commands/replay.ts'
import { addTail } from './commands/tail.ts'
import { addTrigger } from './commands/trigger.ts'
import { addVerify } from './commands/verify.ts'
import { EXIT, explain } from './exit_codes.ts'
import { addInstall } from './install/commands.ts'
import { plainLines } from './paint.ts'
import type { Surroundings } from './surroundings.ts'

/** The program with all its commands. */
export function createProgram(around: Surroundings): Command {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  const program = new Command('tablehook')
    .description('Webhooks of a Supabase app: bring them to your machine, trigger, watch and replay them.')
    .version(version, '-V, --version')
    .helpCommand('help [command]', 'the options of a command, with examples')
    .showHelpAfterError('(--help shows how it is written)')
    .configureOutput({ writeOut: (text) => around.print(text.replace(/\n$/, '')), writeErr: (text) => around.note(text.replace(/\n$/, '')) })
    .exitOverride()
    .addHelpText('after', `
Examples:
  $ npx tablehook listen --forward-to localhost:3000/hook
  $ npx tablehook trigger contact.created
  $ npx tablehook tail --follow

Sign in with npx tablehook login, or set TABLEHOOK_URL and TABLEHOOK_API_KEY, or say --local for a system that npm start runs.
Exit codes: 0 done, 1 bad outcome, 2 wrong usage, 3 not allowed, 4 refused, 5 unreachable.`)
  addListen(program, around)
  addTrigger(program, around)
  addTail(program, around)
  addReplay(program, around)
  addEvents(program, around)
  addVerify(program, around)
  addLogin(program, around)
  addInstall(program, around)
  return program
}

/** Runs one command line, and gives the exit code. */
export async function runProgram(program: Command, args: readonly string[], around: Surroundings): Promise<number> {
  try {
    await program.parseAsync([...args], { from: 'user' })
    return EXIT.done
  } catch (error) {
    // Whoever stops a command has not failed.
    if (around.signal.aborted) return EXIT.done
    const known = explain(error)
    if (known === null) throw error
    if (known.message !== '') around.note(plainLines(known.message))
    return known.exitCode
  }
}
