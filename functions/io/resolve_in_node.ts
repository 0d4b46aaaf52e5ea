// Names to addresses for a long-lived process on Node. There the system's look-up holds one of four threads until the servers of the
// name have answered, so a few names whose servers say nothing would hold up every other: one customer's receivers all others'.
import { promises as dns } from 'node:dns'
import { resolveBySystem, type Resolve } from './resolve.ts'

const ASK = { timeout: 3_000, tries: 2 }
/** Of the system's look-ups at one time: for names that only the machine knows. */
const MOST_BY_SYSTEM = 2
/** What a name server says of a name that it does not know, or one that is not there at all. */
const NOT_THERE = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED'])

/**
 * Asks the name servers of the machine, any number of names at a time. What they do not know is left to the system, which reads the
 * hosts file as well, a few at a time. `servers` and `bySystem` are the machine's unless a test passes its own.
 */
export function resolveInNode({ servers, bySystem = resolveBySystem }: { servers?: readonly string[]; bySystem?: Resolve } = {}): Resolve {
  const resolver = new dns.Resolver(ASK)
  if (servers !== undefined) resolver.setServers(servers)
  const system = fewAtATime(bySystem, MOST_BY_SYSTEM)

  return async (hostname) => {
    if (hostname === 'localhost' || hostname.endsWith('.localhost')) return system(hostname)
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    const found = [
      ...(v4.status === 'fulfilled' ? v4.value.map((address) => ({ address, family: 4 })) : []),
      ...(v6.status === 'fulfilled' ? v6.value.map((address) => ({ address, family: 6 })) : []),
    ]
    if (found.length > 0) return found
    const codes = [v4, v6].map((asked) => String((asked as { reason?: { code?: unknown } }).reason?.code))
    if (codes.every((code) => NOT_THERE.has(code))) return system(hostname)
    throw Object.assign(new Error('The name servers gave no answer.'), { code: 'EAI_AGAIN' })
  }
}

function fewAtATime(resolve: Resolve, most: number): Resolve {
  let underWay = 0
  const waiting: (() => void)[] = []
  return async (hostname) => {
    if (underWay >= most) await new Promise<void>((go) => waiting.push(go))
    else underWay++
    try {
      return await resolve(hostname)
    } finally {
      const next = waiting.shift()
      if (next === undefined) underWay--
      else next()
    }
  }
}
