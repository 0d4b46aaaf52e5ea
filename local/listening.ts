import { once } from 'node:events'
import type { ServerType } from '@hono/node-server'
import type { Stoppable } from './running.ts'

const LAST_ANSWERS_MS = 2000

/** Waits until a server listens. Stopping lets open requests finish for two seconds. */
export async function listening(server: ServerType): Promise<Stoppable> {
  if (!server.listening) await once(server, 'listening')
  return {
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      const impatience = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), LAST_ANSWERS_MS)
      if ('closeIdleConnections' in server) server.closeIdleConnections()
      await closed
      clearTimeout(impatience)
    },
  }
}
