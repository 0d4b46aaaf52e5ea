import { faultOf, type Log } from '../io/log.ts'
import type { Store } from '../io/store.ts'

const SWEEP_MS = 1_000
const MAINTAIN_MS = 3_600_000

/**
 * The chores of a long-lived dispatcher: the sweep (given-up deliveries, running replays) every second, partitions and retention
 * every hour. Where pg_cron is installed it does the same; both at once do no harm.
 */
export function keepHouse({ store, log }: { store: Pick<Store, 'sweep' | 'maintain'>; log: Log }): { stop: () => void } {
  const repeat = (name: string, everyMs: number, chore: () => Promise<void>) => {
    let timer: ReturnType<typeof setTimeout>
    let stopped = false
    const turn = async () => {
      try {
        await chore()
      } catch (error) {
        log({ level: 'error', event: `${name}.fault`, ...faultOf(error) })
      }
      if (!stopped) timer = setTimeout(turn, everyMs)
    }
    timer = setTimeout(turn, 0)
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }
  const stops = [repeat('maintain', MAINTAIN_MS, store.maintain), repeat('sweep', SWEEP_MS, store.sweep)]
  return { stop: () => stops.forEach((stop) => stop()) }
}
