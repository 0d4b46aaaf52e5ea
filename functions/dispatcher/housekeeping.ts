import { faultOf, type Log } from '../io/log.ts'
import type { Store } from '../io/store.ts'

const SWEEP_MS = 1_000
const VACUUM_MS = 1_000
const MAINTAIN_MS = 3_600_000
const MAIL_MS = 5_000
/** How long a stop waits for the mail under way. What is cut off is sent once more, by the next dispatcher. */
const LAST_MAIL_MS = 20_000

export type House = {
  /** Resolves when no mail is under way. */
  stop(): Promise<void>
}

/**
 * The chores of a long-lived dispatcher: the sweep (given-up deliveries, running replays) every second, partitions and retention
 * every hour, and mail where a mail server is set. Where pg_cron is installed it does the first two; both at once do no harm.
 * `vacuum` is asked each second, and decides itself.
 */
export function keepHouse({ store, log, vacuum, mail }: {
  store: Pick<Store, 'sweep' | 'maintain'>
  log: Log
  vacuum: () => Promise<unknown>
  mail?: ((isOver: () => boolean) => Promise<unknown>) | undefined
}): House {
  let stopped = false
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  let mailing: Promise<unknown> = Promise.resolve()

  const repeat = (name: string, everyMs: number, chore: () => Promise<unknown>) => {
    const turn = async () => {
      try {
        await chore()
      } catch (error) {
        log({ level: 'error', event: `${name}.fault`, ...faultOf(error) })
      }
      if (!stopped) timers.set(name, setTimeout(turn, everyMs))
    }
    timers.set(name, setTimeout(turn, 0))
  }

  repeat('maintain', MAINTAIN_MS, store.maintain)
  repeat('sweep', SWEEP_MS, store.sweep)
  repeat('vacuum', VACUUM_MS, vacuum)
  if (mail !== undefined) repeat('mail', MAIL_MS, () => mailing = mail(() => stopped))

  return {
    async stop() {
      stopped = true
      for (const timer of timers.values()) clearTimeout(timer)
      let late: ReturnType<typeof setTimeout> | undefined
      await Promise.race([mailing.catch(() => {}), new Promise((resolve) => { late = setTimeout(resolve, LAST_MAIL_MS) })])
      clearTimeout(late)
    },
  }
}
