import { ApiError } from '@tablehook/client'
import { CommanderError } from 'commander'

/** What the shell gets. docs/command_line.md says the same. */
export const EXIT = { done: 0, badOutcome: 1, usage: 2, notAllowed: 3, refused: 4, unreachable: 5 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What ends a command: one sentence that says what happened, why, and what to do. */
export class CommandError extends Error {
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string) {
    super(message)
    this.name = 'CommandError'
    this.exitCode = exitCode
  }
}

/** The sentence and the code for whatever ended a command; null for what nobody has foreseen. */
export function explain(error: unknown): { message: string; exitCode: ExitCode } | null {
  if (error instanceof CommandError) return { message: error.message, exitCode: error.exitCode }
  if (error instanceof ApiError) return { message: sentenceOf(error), exitCode: codeOf(error) }
  // Commander has said it already; help and version are no errors.
  if (error instanceof CommanderError) return { message: '', exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage }
  return null
}

function codeOf({ status, code }: ApiError): ExitCode {
  if (status === 401 || status === 403) return EXIT.notAllowed
  return status === 0 || status === 503 || code === 'unavailable' || code === 'unexpected_answer' ? EXIT.unreachable : EXIT.refused
}

function sentenceOf({ message, code, field, requestId }: ApiError): string {
  const where = field === undefined ? '' : ` (${field})`
  const hint = code === 'unauthorized' ? ' Sign in with npx tablehook login, or give another --api-key.' : code === 'unknown_event_type' ? ' npx tablehook events shows it.' : ''
  return `${message}${where}${hint}${requestId === undefined || message.includes(requestId) ? '' : ` Request ${requestId}.`}`
}
