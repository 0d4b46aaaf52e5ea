/** One line of JSON per fact, for machines to read. */
export type LogLine = { level: 'info' | 'warn' | 'error'; event: string } & Record<string, string | number | boolean | null | undefined>
export type Log = (line: LogLine) => void

/**
 * A log that gathers lines and writes them together, at most one write per turn of the event loop: at 10,000 attempts per second
 * a write per line would cost more than the attempts. `write` gets whole lines.
 */
export function createLog(write: (text: string) => void, now: () => Date): Log {
  let waiting = ''
  return (line) => {
    if (waiting === '') {
      setImmediate(() => {
        const text = waiting
        waiting = ''
        write(text)
      })
    }
    waiting += JSON.stringify({ at: now().toISOString(), ...line }) + '\n'
  }
}

/** What may be said of a fault of ours in a log: its kind and message, without the values that a database error can carry. */
export function faultOf(error: unknown): { fault: string; code: string | undefined } {
  if (!(error instanceof Error)) return { fault: String(error), code: undefined }
  return { fault: error.message, code: 'code' in error ? String(error.code) : undefined }
}
