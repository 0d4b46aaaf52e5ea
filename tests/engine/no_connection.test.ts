// An address of a database that leads nowhere: whoever gave it reads what happened, why, and what to do, and never the password.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSchema } from '../../cli/src/install/read_schema.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { spawnDispatcher } from '../support/engine.ts'
import { freePorts } from '../support/free_port.ts'

let db: FreshDatabase
let freePort: number
beforeAll(async () => {
  db = await freshDatabase()
  freePort = await freePorts(1)
  await db.sql`create role app_user login password 'as given'`
})
afterAll(async () => {
  await db.sql`drop role app_user`
  await db.drop()
})

type Case = [what: string, change: (url: URL) => void, sentence: RegExp]
const cases: Case[] = [
  ['no encryption where it is asked for', (url) => url.searchParams.set('sslmode', 'require'), /^The server at 127\.0\.0\.1:\d+ does not encrypt, and sslmode=require in ADDRESS asks for it\. Turn ssl on/],
  ['another password', (url) => { url.password = 'hunter2' }, /^The server at 127\.0\.0\.1:\d+ does not let the user tablehook_dispatcher in: there is no such user, or the password is another\. Both are in ADDRESS; write #/],
  ['a user who is not there', (url) => { url.username = 'nobody' }, /^The server at \S+ does not let the user nobody in: there is no such user/],
  ['a database that is not there', (url) => { url.pathname = '/nodata' }, /^There is no database nodata at 127\.0\.0\.1:\d+\. ADDRESS names it after the last slash; in a Supabase project it is postgres\.$/],
  ['a host that is not there', (url) => { url.hostname = 'no-such-host.invalid' }, /^No address is known for the host no-such-host\.invalid \((ENOTFOUND|EAI_AGAIN)\)\. Is the host in ADDRESS written correctly/],
  ['a port where nothing listens', (url) => { url.port = String(freePort) }, /^Nothing listens at 127\.0\.0\.1:\d+\. Is Postgres running there, and are host and port in ADDRESS right\?$/],
  ['another kind of address', (url) => { url.href = 'https://hunter2@example.com/' }, /^ADDRESS is not an address such as postgres:/],
  ['a password that is not encoded', (url) => { url.password = 'hunter2'; url.href = url.href.replace('hunter2', 'hunter2%') }, /^ADDRESS is not an address such as .+ Write # \/ \? @ and % in a password as %23/],
]
const changed = (change: (url: URL) => void) => {
  const url = new URL(db.dispatcherUrl)
  const { password } = url
  change(url)
  return { url: url.href, secrets: [password, 'hunter2'] }
}

describe('the dispatcher ends with 1 and one sentence', () => {
  const onlyHere: Case[] = [
    ['a database without Tablehook', (url) => { url.pathname = '/template1' }, /^The database template1 at \S+ has no Tablehook, or an older one\. Is it the right database\? Then bring its migrations there: npx supabase db push\.$/],
    ['a user who may not dispatch', (url) => { url.username = 'app_user'; url.password = 'as given' }, /^The user app_user may not do what a dispatcher does \(permission denied .+\)\. Put the user tablehook_dispatcher into ADDRESS\.$/],
  ]
  test.each([...cases, ...onlyHere])('%s', async (_, change, sentence) => {
    const { url, secrets } = changed(change)
    const dispatcher = spawnDispatcher(url)
    await expect(dispatcher.ready).rejects.toThrow('ended with 1')
    const said = dispatcher.output().trim()
    expect(said.replace('The dispatcher could not start: ', '').replaceAll('SUPABASE_DB_URL', 'ADDRESS')).toMatch(sentence)
    expect(said.split('\n')).toHaveLength(1)
    for (const secret of secrets) expect(said).not.toContain(secret)
  })
})

test.each(cases)('install is told, with --db-url: %s', async (_, change, sentence) => {
  const { url, secrets } = changed(change)
  const error = await readSchema(url).then(() => null, (error: Error) => error)
  expect(error!.name).toBe('Refused')
  expect(error!.message.replaceAll('--db-url', 'ADDRESS')).toMatch(sentence)
  for (const secret of secrets) expect(error!.message).not.toContain(secret)
})
