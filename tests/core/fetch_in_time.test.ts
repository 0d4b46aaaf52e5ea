// A request of the web app ends, whatever the server does.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '@supabase/supabase-js'
import WebSocket from 'ws'
import { notDone, toApiError } from '../../web/data/errors.ts'
import { fetchInTime } from '../../web/data/fetch_in_time.ts'

let silent: Server, url: string
beforeAll(async () => {
  silent = createServer(() => {}) // takes the request and never answers
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
})
afterAll(() => {
  silent.closeAllConnections()
  silent.close()
})

test('one that is never answered is given up, and the reason is told', async () => {
  const error: unknown = await fetchInTime(url, {}, 50).catch((reason: unknown) => reason)
  expect(toApiError(error)).toMatchObject({ code: 'too_late', message: 'The server didn’t answer in time. Try again.' })
})

test('so is one of the database client, which hands on the words only', async () => {
  const client = createClient(url, 'key', { global: { fetch: (input, init) => fetchInTime(input, init, 50) }, realtime: { transport: WebSocket as never } })
  const { error, status } = await client.rpc('webhook_list')
  expect(toApiError(error, status).code).toBe('too_late')
})

test('a lost connection is told from a request that cannot have changed anything', async () => {
  const closing = createServer((request) => { request.socket.destroy() })
  await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve))
  const broken = `http://127.0.0.1:${(closing.address() as AddressInfo).port}`
  const why = async (method: string) => toApiError(await fetchInTime(broken, { method }).catch((reason: unknown) => reason)).code
  const client = createClient(broken, 'key', { global: { fetch: (input, init) => fetchInTime(input, init) }, realtime: { transport: WebSocket as never } })
  const { error, status } = await client.from('some').select().retry(false)
  const change = await client.from('some').delete().eq('id', 1)
  closing.close()
  expect([await why('GET'), await why('POST')]).toEqual(['offline', 'connection_lost'])
  expect([toApiError(error, status).code, toApiError(change.error, change.status).code]).toEqual(['offline', 'connection_lost'])
})

test('what is not known is not said', () => {
  const wrong = 'It was not done.'
  for (const known of [{ message: '', hint: 'forbidden' }, { message: '', hint: 'name_taken' }]) expect(notDone(known, wrong)).toBe(wrong)
  expect(notDone(new TypeError('Failed to fetch'), wrong)).toMatch(/may have happened/)
  expect(notDone(toApiError(null, 504), wrong)).toMatch(/may have happened/)
  expect(notDone(toApiError(null, 500), wrong)).toBe(wrong)
})

test('who stops it sooner stops it', async () => {
  const stop = new AbortController()
  const asked = fetchInTime(url, { signal: stop.signal })
  stop.abort()
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
})
