/** What is not answered by then is not worth waiting for: a database gives up sooner, and a page that waits forever says nothing. */
export const LONGEST_MS = 30_000

/** As `fetch`, but no longer than that. Rejects with a `TimeoutError`. */
export async function fetchInTime(input: RequestInfo | URL, init: RequestInit = {}, longest = LONGEST_MS): Promise<Response> {
  const inTime = AbortSignal.timeout(longest)
  // Asked before: a connection that is gone afterwards may have carried the request.
  const changesNothing = (init.method ?? 'GET') === 'GET' || globalThis.navigator?.onLine === false
  try {
    return await fetch(input, { ...init, signal: init.signal ? AbortSignal.any([init.signal, inTime]) : inTime })
  } catch (error) {
    if (changesNothing && error instanceof TypeError) throw new TypeError(NOTHING_SENT, { cause: error })
    throw error
  }
}

const NOTHING_SENT = 'no connection, and nothing that changes anything was sent'

/** Whether it failed for want of a connection and certainly changed nothing. PostgREST's client hands on the words only. */
export const isHarmless = (message: string) => message.endsWith(NOTHING_SENT)

/** Whether that is why it failed. PostgREST's client hands on the words only. */
export function isTooLate(error: unknown, message: string): boolean {
  return (error instanceof DOMException && error.name === 'TimeoutError') || message.startsWith('TimeoutError')
}
