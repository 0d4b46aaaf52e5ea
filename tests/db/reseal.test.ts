// docs/operating/reseal.ts, as docs/operating.md says to run it after a new TABLEHOOK_SECRET_KEY.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { open, parseKeyring, seal } from '../../functions/core/seal.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

const root = path.resolve(import.meta.dirname, '../..')
const newKey = (version: string) => `${version}:${randomBytes(32).toString('base64')}`
const old = newKey('v1')
const both = `${newKey('v2')},${old}`

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())

const reseal = (keys: string) => spawnSync(process.execPath, ['--import', 'tsx', 'docs/operating/reseal.ts'], {
  cwd: root, encoding: 'utf8', env: { ...process.env, SUPABASE_DB_URL: db.url, TABLEHOOK_SECRET_KEY: keys },
})

test('seals what is there with the newest key, once, and loses nothing', async () => {
  const [organization] = await db.sql`insert into public.organizations (name) values ('Reseal') returning id`
  const [webhook] = await db.sql`
    insert into public.webhook_configurations (organization_id, name, url, events) values (${organization!.id}, 'a', 'https://example.com/', '{*}') returning id`
  const id = webhook!.id as string
  const sealed = (text: string) => seal(parseKeyring(old), text, id, randomBytes(12))
  await db.sql`insert into webhooks.secrets (webhook_id, sealed) values (${id}, ${sealed('whsec_one')})`
  await db.sql`insert into webhooks.custom_headers (webhook_id, sealed) values (${id}, ${sealed('{"x-a":"b"}')})`

  expect(reseal(both).stdout).toContain('2 values sealed anew')
  const rows = await db.sql`select sealed from webhooks.secrets union all select sealed from webhooks.custom_headers`
  expect(rows.map((row) => open(parseKeyring(both.split(',')[0]!), row.sealed as string, id))).toEqual(['whsec_one', '{"x-a":"b"}'])
  expect(reseal(both).stdout).toContain('0 values sealed anew')
})

test('stops, and changes nothing, when a key is missing', async () => {
  const before = await db.sql`select sealed from webhooks.secrets`
  const { status, stderr } = reseal(newKey('v3'))
  expect(status).not.toBe(0)
  expect(stderr).toContain('TABLEHOOK_SECRET_KEY does not have')
  expect(await db.sql`select sealed from webhooks.secrets`).toEqual(before)
})
