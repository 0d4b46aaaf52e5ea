/** What is not answered by then is not worth waiting for: a database gives up sooner, and a page that waits forever says nothing. */
export const LONGEST_MS = 30_000

/** As `fetch`, but no longer than that. Rejects with a `TimeoutError`. */
export function fetchInTime(input: RequestInfo | URL, init: RequestInit = {}, longest = LONGEST_MS): Promise<Response> {
  const inTime = AbortSignal.timeout(longest)
  return fetch(input, { ...init, signal: init.signal ? AbortSignal.any([init.signal, inTime]) : inTime })
}

/** Whether that is why it failed. PostgREST's client hands on the words only. */
export function isTooLate(error: unknown, message: string): boolean {
  return (error instanceof DOMException && error.name === 'TimeoutError') || message.startsWith('TimeoutError')
}
