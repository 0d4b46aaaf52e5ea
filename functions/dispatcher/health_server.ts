import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HealthAnswer } from './health.ts'

export type HealthServer = { port: number; close: () => void }

/** Answers `GET /health` with 200 while the status is ok, else 503. Rejects with one sentence when the port cannot be had. */
export function serveHealth({ host, port, ask }: { host: string; port: number; ask: () => Promise<HealthAnswer> }): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body) + '\n')
    }
    request.resume()
    if (request.url?.split('?')[0] !== '/health') return answer(404, { error: { code: 'not_found', message: 'Ask for /health.' } })
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, { error: { code: 'method_not_allowed', message: 'Use GET.' } })
    ask().then((health) => answer(health.status === 'ok' ? 200 : 503, health), () => answer(503, { status: 'failing', reasons: ['The check itself failed.'] }))
  })
  server.requestTimeout = 10_000
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(`TABLEHOOK_HEALTH_PORT ${port} of ${host} cannot be used (${error.code}).`)))
    server.listen(port, host, () => resolve({
      port: (server.address() as AddressInfo).port,
      close() {
        server.close()
        server.closeAllConnections()
      },
    }))
  })
}
