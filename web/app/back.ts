type Guard = (event: PopStateEvent) => void

let guard: Guard | null = null

/**
 * Listens for Back and Forward before the router does. At the window, listeners are called in the order in which they came, whatever
 * phase they ask for: call this before anything is rendered.
 */
export function watchBack(): void {
  addEventListener('popstate', (event) => guard?.(event))
}

/** Shows every Back and Forward to `next` first, which may stop the event, until the answer is called. One at a time. */
export function guardBack(next: Guard): () => void {
  guard = next
  return () => {
    if (guard === next) guard = null
  }
}
