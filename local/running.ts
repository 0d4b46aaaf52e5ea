// What has been started, so that it can be stopped in the reverse order, whenever that is asked for.

export type Stoppable = { stop: () => Promise<void> }

export type Running = {
  /** Remembers a part. If stopping has begun meanwhile, the part is stopped at once. */
  add: <Part extends Stoppable>(part: Part) => Promise<Part>
  /** Stops everything, newest first. Calling it again waits for the same stop. */
  stop: () => Promise<void>
  readonly isStopping: boolean
}

export class StoppedMeanwhile extends Error {}

export function nothingRunning(): Running {
  const parts: Stoppable[] = []
  let stopped: Promise<void> | null = null

  async function stopAll() {
    for (let part = parts.pop(); part; part = parts.pop()) {
      // One part that cannot be stopped must not leave the others running.
      await part.stop().catch((error: unknown) => console.error(error))
    }
  }

  return {
    async add(part) {
      if (stopped) {
        await part.stop()
        throw new StoppedMeanwhile()
      }
      parts.push(part)
      return part
    },
    stop: () => (stopped ??= stopAll()),
    get isStopping() {
      return stopped !== null
    },
  }
}
