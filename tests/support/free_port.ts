import { randomInt } from 'node:crypto'
import { isFree } from '../../local/ports.ts'

// Below 32768, from which systems take outgoing ports; above the default block of `npm start`.
const LOWEST = 16_000
const HIGHEST = 32_000

/** The first of `count` ports in a row that are free now. Chosen at random, so that runs side by side rarely meet. */
export async function freePorts(count: number): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const first = randomInt(LOWEST, HIGHEST)
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)))
    if (free.every(Boolean)) return first
  }
  throw new Error(`no ${count} free ports in a row between ${LOWEST} and ${HIGHEST}`)
}
