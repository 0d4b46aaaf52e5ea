// Look-ups of a long-lived dispatcher: a name whose servers say nothing holds up no other.
import { pbkdf2 } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { resolveBySystem, type Resolve } from '../../functions/io/resolve.ts'
import { resolveInNode } from '../../functions/io/resolve_in_node.ts'

const A = 1, AAAA = 28

/** A name server: *.slow.test is never answered, *.broken.test with a failure; of others it knows two. */
let server: Socket
let resolve: Resolve
const known: Record<string, Partial<Record<number, number[]>>> = {
  'fine.test': { [A]: [93, 184, 215, 14] },
  'both.test': { [A]: [93, 184, 215, 14], [AAAA]: [0x26, 0x06, 0x47, 0, 0x47, 0, ...Array<number>(8).fill(0), 0x11, 0x11] },
}
let askedOfSystem: string[]
let underWay = 0
let mostUnderWay = 0
const bySystem: Resolve = async (hostname) => {
  askedOfSystem.push(hostname)
  mostUnderWay = Math.max(mostUnderWay, ++underWay)
  await new Promise((done) => setTimeout(done, 20))
  underWay--
  if (hostname === 'hosts.test' || hostname === 'localhost') return [{ address: '127.0.0.1', family: 4 }]
  throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
}

beforeAll(async () => {
  server = createSocket('udp4')
  server.on('message', (query, { port, address }) => {
    const labels: string[] = []
    let at = 12
    for (let length = query[at]!; length > 0; length = query[at]!) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length))
      at += length + 1
    }
    const name = labels.join('.')
    const type = query.readUInt16BE(at + 1)
    if (name.endsWith('slow.test')) return
    const data = known[name]?.[type]
    const code = name.endsWith('broken.test') ? 2 : known[name] === undefined ? 3 : 0
    const header = Buffer.from(query.subarray(0, 12))
    header.writeUInt16BE(0x8180 | code, 2)
    header.writeUInt16BE(data === undefined ? 0 : 1, 6)
    header.writeUInt32BE(0, 8)
    const answer = data === undefined ? Buffer.alloc(0) : Buffer.from([0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length, ...data])
    server.send(Buffer.concat([header, query.subarray(12, at + 5), answer]), port, address)
  })
  await new Promise<void>((done) => server.bind(0, '127.0.0.1', done))
  resolve = resolveInNode({ servers: [`127.0.0.1:${(server.address() as AddressInfo).port}`], bySystem })
})
afterAll(() => void server.close())
beforeEach(() => {
  askedOfSystem = []
  mostUnderWay = 0
})

const timed = async (work: Promise<unknown>) => {
  const began = performance.now()
  await work.catch(() => {})
  return performance.now() - began
}

describe('names that the servers know', () => {
  test.each([
    ['fine.test', [{ address: '93.184.215.14', family: 4 }]],
    ['both.test', [{ address: '93.184.215.14', family: 4 }, { address: '2606:4700:4700::1111', family: 6 }]],
  ])('%s', async (name, addresses) => {
    expect(await resolve(name)).toEqual(addresses)
    expect(askedOfSystem).toEqual([])
  })

  test('are found while a hundred names are not answered', async () => {
    const slow = Array.from({ length: 100 }, (_, nth) => resolve(`n${nth}.slow.test`).catch((error: { code: string }) => error.code))
    expect(await timed(resolve('fine.test'))).toBeLessThan(1_000)
    expect(new Set(await Promise.all(slow))).toEqual(new Set(['EAI_AGAIN']))
    expect(askedOfSystem).toEqual([])
  }, 30_000)

  test('are found while every thread is busy, when the system’s look-up must wait for one', async () => {
    const busy = Array.from({ length: 8 }, () => promisify(pbkdf2)('a', 'b', 700_000, 64, 'sha512'))
    const [ours, systems] = await Promise.all([timed(resolve('fine.test')), timed(resolveBySystem('localhost'))])
    await Promise.all(busy)
    expect(systems).toBeGreaterThan(200)
    expect(ours).toBeLessThan(systems / 2)
  }, 60_000)
})

describe('the system is asked', () => {
  test.each(['hosts.test', 'localhost'])('for %s, which only the machine knows', async (name) => {
    expect(await resolve(name)).toEqual([{ address: '127.0.0.1', family: 4 }])
    expect(askedOfSystem).toEqual([name])
  })

  test('for two names at a time at most, and for each in the end', async () => {
    const names = Array.from({ length: 9 }, (_, nth) => `n${nth}.nowhere.test`)
    const codes = await Promise.all(names.map((name) => resolve(name).catch((error: { code: string }) => error.code)))
    expect(codes).toEqual(names.map(() => 'ENOTFOUND'))
    expect(askedOfSystem.sort()).toEqual(names)
    expect(mostUnderWay).toBe(2)
  })

  test('for no name whose servers fail', async () => {
    await expect(resolve('a.broken.test')).rejects.toMatchObject({ code: 'EAI_AGAIN' })
    expect(askedOfSystem).toEqual([])
  })
})
