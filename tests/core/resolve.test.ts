// Names: what they resolve to is judged as a whole, and what is connected to is what was judged.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllowList } from '../../functions/core/address.ts'
import { createSender } from '../../functions/io/send.ts'
import { resolveVerdict, vettedLookup, type Resolve } from '../../functions/io/resolve.ts'

const none = parseAllowList('')
const local = parseAllowList('127.0.0.1/32')
const to = (...addresses: string[]): Resolve => () => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
const publicV4 = '93.184.215.14', publicV6 = '2606:4700:4700::1111'

describe('a name', () => {
  test.each<[string, string[], string]>([
    ['with one public address', [publicV4], 'public'],
    ['with several public ones', [publicV4, publicV6, '8.8.8.8'], 'public'],
    ['with a private one', ['10.0.0.1'], 'blocked'],
    ['with a private one at the end', [publicV4, publicV6, '10.0.0.1'], 'blocked'],
    ['with a private one at the beginning', ['127.0.0.1', publicV4], 'blocked'],
    ['with a private v6 one beside a public v4 one', [publicV4, 'fd00::1'], 'blocked'],
    ['with a public one inside a v6 one', [`::ffff:${publicV4}`], 'blocked'],
    ['with none', [], 'blocked'],
  ])('%s: %s', async (_, addresses, verdict) => {
    expect(await resolveVerdict('name.example', none, to(...addresses))).toBe(verdict)
    // At the connect the same, whether it asks for one address or for all.
    for (const all of [true, false]) {
      const given = await new Promise((done) => vettedLookup(none, true, to(...addresses))('name.example', { all }, (error, address) => done(error === null ? address : (error as NodeJS.ErrnoException).code)))
      if (verdict === 'blocked') expect(given).toBe('TABLEHOOK_BLOCKED_ADDRESS')
      else expect(given).toEqual(all ? addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })) : addresses[0])
    }
  })

  test('that is not found is not refused: it may be set up later', async () => {
    expect(await resolveVerdict('name.example', none, () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })))).toBe('not_found')
  })
})

describe('a name that changes', () => {
  let server: Server
  let hits = 0
  let port = 0
  beforeAll(async () => {
    server = createServer((_, response) => {
      hits++
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => void server.close())

  const request = (url: string) => ({ owner: '', url, headers: {}, body: '{}', timeoutMs: 2_000 })

  test('between the check and the connect: the look-up of the connect is the one that counts', async () => {
    let looks = 0
    // Public when it is checked, private when it is connected to.
    const rebind: Resolve = () => to(looks++ === 0 ? publicV4 : '127.0.0.1')('')
    expect(await resolveVerdict('rebind.example', none, rebind)).toBe('public')
    const sender = createSender({ allow: none, resolve: rebind })
    expect(await sender.send(request('https://rebind.example/hook'))).toMatchObject({ kind: 'no_response', errorCode: 'blocked_address' })
    expect(looks).toBe(2)
    await sender.close()
  })

  test('within one look-up of several addresses: none of them is connected to', async () => {
    const sender = createSender({ allow: none, resolve: to('127.0.0.1', publicV4) })
    expect(await sender.send(request('https://both.example/hook'))).toMatchObject({ errorCode: 'blocked_address' })
    expect(hits).toBe(0)
    await sender.close()
  })

  test('to a private address where that is allowed: it is connected to, so the test would have seen it', async () => {
    const sender = createSender({ allow: local, resolve: to('127.0.0.1') })
    expect(await sender.send(request(`http://localhost:${port}/hook`))).toMatchObject({ kind: 'response', status: 200 })
    expect(hits).toBe(1)
    // The next connection looks again, and a kept one is to the address that was vetted.
    await sender.close()
  })

  test('that cannot be connected to because too many files are open here: our fault, and no answer', async () => {
    const sender = createSender({ allow: local, resolve: () => Promise.reject(Object.assign(new Error('too many open files'), { code: 'EMFILE' })) })
    await expect(sender.send(request(`http://localhost:${port}/hook`))).rejects.toMatchObject({ code: 'EMFILE' })
    await sender.close()
  })

  test('plain http to a public address is refused at the connect', async () => {
    const sender = createSender({ allow: local, resolve: to(publicV4) })
    expect(await sender.send(request(`http://localhost:${port}/hook`))).toMatchObject({ errorCode: 'insecure_url' })
    await sender.close()
  })
})
