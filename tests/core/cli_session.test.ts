// How long the command line takes its session for good.
import { afterEach, expect, test, vi } from 'vitest'
import { EXIT } from '../../cli/src/exit_codes.ts'
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

test.each<[string, Response, number, RegExp]>([
  ['a page', new Response('<html>', { status: 200 }), EXIT.unreachable, /^https:\/\/abc\.test answered 200 with something that is not from Supabase Auth\. Is this the address of the project\?$/],
  ['another API', Response.json({ error: 'nope' }, { status: 404 }), EXIT.unreachable, /answered 404 .* Is this the address/],
  ['the gateway', Response.json({ message: 'Invalid API key', hint: 'Double check your API key.' }, { status: 401 }), EXIT.notAllowed, /^ada@example\.com could not sign in: Invalid API key\./],
  ['a password that is another', Response.json({ code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' }, { status: 400 }), EXIT.notAllowed, /^ada@example\.com could not sign in: Invalid login credentials\./],
  ['a proxy with nobody behind it', new Response('Bad gateway', { status: 502 }), EXIT.unreachable, /answered 502/],
])('who could not sign in hears why: %s', async (_, response, exitCode, message) => {
  vi.stubGlobal('fetch', () => Promise.resolve(response.clone()))
  await expect(signIn('https://abc.test', 'sb_publishable_x', 'ada@example.com', 'secret', now)).rejects.toMatchObject({ exitCode, message: expect.stringMatching(message) as string })
})
