import type { Figure } from './figures.ts'
import type { BareClient, DispatcherProcess, Receiver } from './processes.ts'
import type { BenchDatabase, Server } from './server.ts'

/** What a section is given. */
export type Bench = {
  quick: boolean
  verbose: boolean
  server: Server
  receiver: Receiver
  startDispatcher: (database: BenchDatabase) => Promise<DispatcherProcess>
  startBareClient: (url: string, like: { headers: string[], body: string }) => Promise<BareClient>
  report: (figure: Omit<Figure, 'section'>) => void
  /** Progress, for whoever watches. */
  say: (what: string) => void
}

/** One group of claims. Leaves nothing running and no database behind. */
export type Section = (bench: Bench) => Promise<void>
