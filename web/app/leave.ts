type Ask = (go: () => void) => void

let ask: Ask | null = null

/** Goes elsewhere by other means than a link or Back: after a question, when something typed would be lost. */
export function leave(go: () => void): void {
  if (ask === null) go()
  else ask(go)
}

/** Hands every `leave` to `next`, until the answer is called. One at a time. */
export function askBeforeLeaving(next: Ask): () => void {
  ask = next
  return () => {
    if (ask === next) ask = null
  }
}
