/** How many requests to one webhook may be under way here at the start, at least and at most. */
export const WINDOW = { initial: 16, min: 2, max: 128 } as const

/**
 * A webhook's window: how many requests to it may be under way at one time. It grows by one with each answer, so that a fast
 * receiver reaches the maximum within milliseconds, and halves when no answer comes, so that one that hangs holds few sockets
 * and the others' requests never wait for it. `cap` is the webhook's own limit, if it has one.
 */
export function nextWindow(current: number, answered: boolean, cap: number | null): number {
  const next = answered ? current + 1 : Math.floor(current / 2)
  return Math.max(Math.min(next, cap ?? WINDOW.max, WINDOW.max), Math.min(WINDOW.min, cap ?? WINDOW.min))
}
