import { isoTime } from '../core/iso_time.ts'

/** One line of JSON per fact, for machines to read. */
export type LogLine = { level: 'info' | 'warn' | 'error'; event: string } & Record<string, string | number | boolean | null | undefined>
export type Log = (line: LogLine) => void
/** `flush` writes what is waiting, before a process ends. */
export type GatheringLog = Log & { flush: () => void }

/** How long a line of level info may wait for others: at 10,000 attempts per second a write per line would cost more than the attempts. */
const GATHER_MS = 20
const GATHER_CHARACTERS = 64 * 1024

/**
 * A log that gathers lines and writes them together. Warnings and errors are written in this turn of the event loop, with all that
 * came before them; lines of level info wait for at most 20 ms. `write` gets whole lines.
 */
export function createLog(write: (text: string) => void, now: () => Date): GatheringLog {
  let waiting = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  let soon = false

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    soon = false
    const text = waiting
    waiting = ''
    if (text !== '') write(text)
  }

  const log = (line: LogLine) => {
    waiting += `{"at":"${isoTime(now())}",${JSON.stringify(line).slice(1)}\n`
    if (soon) return
    if (line.level !== 'info' || waiting.length > GATHER_CHARACTERS) {
      soon = true
      setImmediate(flush)
    } else {
      timer ??= setTimeout(flush, GATHER_MS)
    }
  }
  return Object.assign(log, { flush })
}

/** What may be said of a fault of ours in a log: its kind and message, without the values that a database error can carry. */
export function faultOf(error: unknown): { fault: string; code: string | undefined } {
  if (!(error instanceof Error)) return { fault: String(error), code: undefined }
  return { fault: error.message, code: 'code' in error ? String(error.code) : undefined }
}
