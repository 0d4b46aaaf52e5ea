// How busy this thread is, by Node's own clock of its event loop.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { measureBusyPart } from '../../functions/io/busy_part.ts'

/** Works without a pause. */
function work(forMs: number): void {
  const end = performance.now() + forMs
  while (performance.now() < end) Math.sqrt(end)
}

test('it tells work from waiting, and each answer is about the time since the one before', async () => {
  const busyPart = measureBusyPart()
  await sleep(1) // into the loop, whose clock it is
  busyPart()
  work(100)
  await sleep(1)
  const working = busyPart()
  await sleep(200)
  const waiting = busyPart()
  expect(working).toBeGreaterThan(0.5)
  expect(waiting).toBeLessThan(working / 2)
})
