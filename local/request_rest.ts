import type { IncomingMessage } from 'node:http'

const MAX_BYTES = 64 * 1024 * 1024
const MAX_MS = 2_000

/**
 * Reads and drops what nobody wanted of a request's body. Returns false when more came than is worth reading (64 MiB, 2 s).
 * What stays unread stands in the way of the next request on the same connection: then the answer has to close it.
 */
export function readRest(incoming: IncomingMessage): Promise<boolean> {
  if (incoming.readableEnded) return Promise.resolve(true)
  return new Promise((resolve) => {
    let bytes = 0
    const count = (chunk: Buffer) => { if ((bytes += chunk.length) > MAX_BYTES) settle() }
    const timer = setTimeout(settle, MAX_MS)
    function settle(): void {
      clearTimeout(timer)
      for (const event of ['end', 'close', 'error']) incoming.off(event, settle)
      incoming.off('data', count)
      resolve(incoming.readableEnded)
    }
    // Whoever began to read it pauses it again after each piece, and never comes back for the next.
    incoming.removeAllListeners('data')
    for (const event of ['end', 'close', 'error']) incoming.once(event, settle)
    incoming.on('data', count).resume()
  })
}
