// Sockets, apart for each organization: many use the same service, and one whose hooks hang there must not take all of its sockets.
import type { LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'

/** Sockets of one organization to one origin. Measured: 128 carries a third more than 64 on one receiver, 256 carries less. */
export const CONNECTIONS_PER_ORIGIN = 128
/** Agents of organizations that send nothing are closed beyond so many. An agent without a socket is a few kilobytes. */
const OWNERS_REMEMBERED = 1_000

type Owner = { encrypted: Agent; plain: Agent; underWay: number }

export type Agents = {
  /** The agent to send one request with. `giveBack` when it is over: an agent in use is not closed. */
  take(owner: string, encrypted: boolean): Agent
  giveBack(owner: string): void
  close(): Promise<void>
}

export function createAgents({ lookup, maxHeaderSize }: { lookup: (encrypted: boolean) => LookupFunction; maxHeaderSize: number }): Agents {
  // One connector for all, so that TLS sessions are resumed whoever made them.
  const connectors = [true, false].map((encrypted) => buildConnector({ lookup: lookup(encrypted), timeout: 30_000 })) as [buildConnector.connector, buildConnector.connector]
  const agentWith = (connect: buildConnector.connector) => new Agent({
    connect,
    connections: CONNECTIONS_PER_ORIGIN,
    pipelining: 1,
    headersTimeout: 0, // the attempt's own timer covers everything
    bodyTimeout: 0,
    maxHeaderSize,
  })
  const owners = new Map<string, Owner>()

  function ownerOf(id: string): Owner {
    const known = owners.get(id)
    if (known !== undefined) return known
    if (owners.size >= OWNERS_REMEMBERED) forgetOne()
    const owner = { encrypted: agentWith(connectors[0]), plain: agentWith(connectors[1]), underWay: 0 }
    owners.set(id, owner)
    return owner
  }

  function forgetOne(): void {
    for (const [id, owner] of owners) {
      if (owner.underWay > 0) continue
      owners.delete(id)
      void closeOf(owner)
      return
    }
  }

  const closeOf = ({ encrypted, plain }: Owner) => Promise.all([encrypted.close(), plain.close()])

  return {
    take(id, encrypted) {
      const owner = ownerOf(id)
      owner.underWay++
      return encrypted ? owner.encrypted : owner.plain
    },
    giveBack(id) {
      const owner = owners.get(id)
      if (owner !== undefined) owner.underWay--
    },
    async close() {
      // Whoever closes has no request under way; a handshake that nobody waits for any more would hold up the end for half a minute.
      await Promise.all([...owners.values()].flatMap(({ encrypted, plain }) => [encrypted.destroy(), plain.destroy()]))
    },
  }
}
