import { setTimeout as sleep } from 'node:timers/promises'
import { buffer } from 'node:stream/consumers'
import { EXIT } from './exit_codes.ts'
import { showsColors } from './paint.ts'
import { createProgram, runProgram } from './program.ts'
import type { Surroundings } from './surroundings.ts'

const end = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second time somebody means it.
    if (end.signal.aborted) process.exit(130)
    end.abort()
  })
}
// Whoever reads our output may have enough of it: head, a pager.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return end.abort()
  process.stderr.write(`The output cannot be written (${error.code}). Is the disk full?\n`)
  process.exit(EXIT.badOutcome)
})

const around: Surroundings = {
  env: process.env,
  folder: process.cwd(),
  print: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  isColored: showsColors(process.stdout.isTTY, process.env),
  isInteractive: process.stdin.isTTY && process.stdout.isTTY,
  signal: end.signal,
  now: () => new Date(),
  wait: (ms) => sleep(ms, undefined, { signal: end.signal }).catch(() => {}),
  readInput: () => buffer(process.stdin),
}

const program = createProgram(around)
process.exitCode = await runProgram(program, process.argv.slice(2), around)
