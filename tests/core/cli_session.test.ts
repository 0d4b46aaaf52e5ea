// How long the command line takes its session for good.
import { afterEach, expect, test, vi } from 'vitest'
import { signIn } from '../../cli/src/sign_in.ts'

afterEach(() => { vi.unstubAllGlobals() })

const HOUR = 3_600
const now = new Date('2026-11-22T12:00:00Z')
const seconds = now.getTime() / 1_000

test.each<[string, Record<string, number>, number]>([
  ['the clock here is a quarter of an hour slow', { expires_at: seconds + HOUR + 900, expires_in: HOUR }, seconds + HOUR],
  ['the clock here is a day fast', { expires_at: seconds + HOUR - 86_400, expires_in: HOUR }, seconds + HOUR],
  ['the project says only when', { expires_at: seconds + 60 }, seconds + 60],
  ['the project says neither', {}, seconds + HOUR],
])('%s', async (_, said, expiresAt) => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ access_token: 'a', refresh_token: 'r', ...said })))
  expect(await signIn('https://abc.test', 'sb_publishable_x', 'ada@example.com', 'secret', now)).toEqual({ accessToken: 'a', refreshToken: 'r', expiresAt })
})
