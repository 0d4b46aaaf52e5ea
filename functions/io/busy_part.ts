import { performance } from 'node:perf_hooks'

/**
 * How much of the time since it was last asked this thread has worked, from 0 to 1, by the clock of Node's event loop. Where others
 * take its core in the middle of its work, that counts as work.
 */
export function measureBusyPart(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const before = last
    last = performance.eventLoopUtilization()
    return performance.eventLoopUtilization(last, before).utilization
  }
}
