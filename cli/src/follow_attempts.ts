import { ApiError, type Client, type LoggedAttempt } from '@tablehook/client'
import { isPassing, LOOK_AGAIN_AFTER_FAULT_MS } from './is_passing.ts'
import type { Surroundings } from './surroundings.ts'

const LOOK_EVERY_MS = 1_000
/** An attempt is written down when it is over, under the time at which it began: up to 30 s earlier, and a little more. */
const LATE_BY_MS = 60_000
const PAGE = 200
/** Of a flood, so many are shown at each look. */
const MOST_PAGES = 10

/**
 * Every attempt that is recorded from now on, in the order in which they began, as far as they are known. By the clock of the
 * database: the one here may be wrong. While the API is away it is asked again and again, and what happened meanwhile follows.
 */
export async function followAttempts(
  client: Client, within: { webhook_id?: string }, { signal, wait, note }: Pick<Surroundings, 'signal' | 'wait' | 'note'>,
): Promise<AsyncGenerator<LoggedAttempt, void, undefined>> {
  const newest = (await client.deliveries.attempts({ ...within, limit: 1, signal })).attempts[0]
  let horizon = newest === undefined ? null : Date.parse(newest.created_at)
  const seen = new Map<string, number>()
  const look = async (): Promise<LoggedAttempt[]> => {
    const found: LoggedAttempt[] = []
    const from = horizon === null ? undefined : new Date(horizon - LATE_BY_MS)
    for (let cursor: string | null | undefined, page = 0; cursor !== null; page++) {
      if (page === MOST_PAGES) {
        note(`More than ${MOST_PAGES * PAGE} attempts in a minute: only the newest are shown. --webhook narrows it down.`)
        break
      }
      const { attempts, next_cursor } = await client.deliveries.attempts({ ...within, ...(from ? { from } : {}), ...(cursor ? { cursor } : {}), limit: PAGE, signal })
      found.push(...attempts.filter(({ id }) => !seen.has(id)))
      cursor = next_cursor
    }
    for (const { id, created_at: at } of found) {
      seen.set(id, Date.parse(at))
      horizon = Math.max(horizon ?? 0, Date.parse(at))
    }
    for (const [id, at] of seen) if (at < (horizon ?? 0) - 2 * LATE_BY_MS) seen.delete(id)
    return found.reverse()
  }
  await look() // those are of before
  let isAway = false
  const lookUnlessAway = () => look().then((found) => {
    if (isAway) note('The API is back.')
    isAway = false
    return found
  }, (error: unknown) => {
    if (signal.aborted || !(error instanceof ApiError) || !isPassing(error)) throw error
    if (!isAway) note(`${error.message} Looking again every two seconds.`)
    isAway = true
    return []
  })
  return (async function* () {
    while (!signal.aborted) {
      await wait(isAway ? LOOK_AGAIN_AFTER_FAULT_MS : LOOK_EVERY_MS)
      if (signal.aborted) return
      yield* await lookUnlessAway()
    }
  })()
}
