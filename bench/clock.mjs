import process from 'node:process'

/** Milliseconds of the machine's own monotonic clock: the same in every process of the machine, and never set. */
export function now() {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}
