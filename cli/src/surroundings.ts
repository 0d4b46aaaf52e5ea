/** All that the commands need from outside: main.ts hands over the real ones. */
export type Surroundings = {
  env: Readonly<Record<string, string | undefined>>
  /** Where the command was started. */
  folder: string
  /** One line of output. */
  print: (line: string) => void
  /** One line about the work itself: to people, not to a program that reads the output. */
  note: (line: string) => void
  /** Whether output may be colored. */
  isColored: boolean
  /** Whether somebody can be asked. */
  isInteractive: boolean
  /** Aborted when the command shall end: Ctrl-C. */
  signal: AbortSignal
  now: () => Date
  /** Milliseconds; ends early when the command shall end. */
  wait: (ms: number) => Promise<void>
  /** The whole standard input. */
  readInput: () => Promise<Uint8Array>
}
