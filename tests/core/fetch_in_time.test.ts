// A request of the web app ends, whatever the server does.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '@supabase/supabase-js'
import WebSocket from 'ws'
import { toApiError } from '../../web/data/errors.ts'
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

test('who stops it sooner stops it', async () => {
  const stop = new AbortController()
  const asked = fetchInTime(url, { signal: stop.signal })
  stop.abort()
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
})
