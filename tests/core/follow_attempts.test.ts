// `tablehook tail --follow`, while the API comes and goes.
import type { Client, LoggedAttempt } from '@tablehook/client'
import { expect, test } from 'vitest'
import { buildPackages } from '../support/built_packages.ts'

// The library as it is built: errors are told by their class, so it must be the one that the command line has.
buildPackages()
const { ApiError } = await import('@tablehook/client')
const { followAttempts } = await import('../../cli/src/follow_attempts.ts')

const attempt = (id: string) => ({ id, created_at: '2026-11-22T12:00:00.000Z' }) as LoggedAttempt
const away = new ApiError('It could not be reached.', { status: 0, code: 'unreachable' })

/** An API that answers so, one look after another; an aborted wait ends the following. */
async function follow(...answers: (string[] | Error)[]): Promise<{ ids: string[], notes: string[] }> {
  const end = new AbortController()
  const notes: string[] = []
  const client = { deliveries: { attempts: () => {
    const answer = answers.shift()!
    if (answers.length === 0) end.abort()
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ attempts: answer.map(attempt), next_cursor: null })
  } } } as unknown as Client
  const ids: string[] = []
  for await (const { id } of await followAttempts(client, {}, { signal: end.signal, wait: () => Promise.resolve(), note: (line) => notes.push(line) })) ids.push(id)
  return { ids, notes }
}

test('an API that is away is waited for, said once, and nothing is missed', async () => {
  expect(await follow(['a'], ['a'], ['a', 'b'], away, away, ['a', 'b', 'c'], ['c', 'd'])).toEqual({
    ids: ['b', 'c', 'd'], notes: ['It could not be reached. Looking again every two seconds.', 'The API is back.'],
  })
})

test('a key that is revoked ends it', async () => {
  await expect(follow([], [], new ApiError('Not valid.', { status: 401, code: 'unauthorized' }), [])).rejects.toThrow('Not valid.')
})
