// Stands between a dispatcher and Postgres, and cuts a connection at a chosen statement: before it arrives, or after it has
// committed and before its answer does. Reads just enough of the protocol to know which statement is which.
import net from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export type CuttingProxy = {
  /** The address that was given, by way of the proxy. */
  url: string
  /** Cuts the next connection that executes a statement with this text: `before` Postgres sees it, or `after` it has committed. */
  cutNext(text: string, when: 'before' | 'after'): void
  /** Resolves when that cut has happened. */
  cut(): Promise<void>
  /** Cuts every connection now, as a server that goes (`end`) or as one that is gone (`reset`). */
  cutAll(how: 'end' | 'reset'): void
  close(): Promise<void>
}

export async function startCuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const clients = new Set<Socket>()
  let order: { text: string; when: 'before' | 'after'; done: () => void } | undefined
  let happened = Promise.resolve()

  const server = net.createServer((client) => {
    const database = net.connect(Number(target.port), target.hostname)
    clients.add(client)
    client.on('close', () => clients.delete(client))
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    const cut = (done: () => void) => {
      client.destroy()
      database.destroy()
      done()
    }
    const executed = statements()
    let cutAtAnswer: (() => void) | undefined
    client.on('data', (chunk: Buffer) => {
      const texts = executed(chunk)
      const matches = order !== undefined && texts.some((text) => text.includes(order!.text))
      if (!matches) return void database.write(chunk)
      const { when, done } = order!
      order = undefined
      if (when === 'before') return cut(done)
      cutAtAnswer = done
      database.write(chunk)
    })
    let tail = Buffer.alloc(0)
    database.on('data', (chunk: Buffer) => {
      if (cutAtAnswer === undefined) return void client.write(chunk)
      tail = Buffer.concat([tail, chunk]).subarray(-6)
      // ReadyForQuery, outside of a transaction: it is committed.
      if (tail.equals(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]))) cut(cutAtAnswer)
    })
    client.on('close', () => database.destroy())
    database.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    cutNext(text, when) {
      happened = new Promise((resolve) => { order = { text, when, done: resolve } })
    },
    cut: () => happened,
    cutAll(how) {
      for (const client of clients) {
        if (how === 'end') client.destroy()
        else client.resetAndDestroy()
      }
    },
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    }),
  }
}

/** Follows the messages of one client, and answers with the texts of the statements that a chunk executes. */
function statements(): (chunk: Buffer) => string[] {
  const prepared = new Map<string, string>()
  let waiting = Buffer.alloc(0)
  let started = false
  return (chunk) => {
    waiting = Buffer.concat([waiting, chunk])
    const found: string[] = []
    for (;;) {
      // The first message has no type.
      const head = started ? 1 : 0
      if (waiting.length < head + 4) return found
      const end = head + waiting.readUInt32BE(head)
      if (waiting.length < end) return found
      const type = started ? String.fromCharCode(waiting[0]!) : ''
      const fields = waiting.subarray(head + 4, end).toString('latin1').split('\0')
      // One of eight bytes only asks whether the server can encrypt: ours cannot.
      started ||= end > 8
      waiting = waiting.subarray(end)
      if (type === 'Q') found.push(fields[0]!)
      if (type === 'P') prepared.set(fields[0]!, fields[1]!)
      if (type === 'B') found.push(prepared.get(fields[1]!) ?? '')
    }
  }
}
