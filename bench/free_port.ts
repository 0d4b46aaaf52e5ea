import { randomInt } from 'node:crypto'
import { isFree } from '../local/ports.ts'

/** A free port below 32768, from which systems take outgoing ports. Chosen at random, so that runs side by side rarely meet. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(16_000, 32_000)
    if (await isFree(port)) return port
  }
}
