// A data folder of an earlier version: what its database ran is not what the migrations say now.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate, migrationFiles } from '../../local/migrate.ts'
import { nothingRunning } from '../../local/running.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
  // As the Supabase CLI leaves it: cut into statements, without the semicolons between them.
  await db.sql.unsafe(`
    create schema supabase_migrations;
    create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
    create table supabase_migrations.seed_files (path text primary key, hash text);
    insert into supabase_migrations.seed_files values ('supabase/seed.sql', 'x')`)
  for (const file of migrationFiles()) {
    const [version] = path.basename(file).split('_')
    await db.sql`insert into supabase_migrations.schema_migrations values (${version!}, ${fs.readFileSync(file, 'utf8').split(/;\n/)}, ${path.basename(file)})`
  }
})
afterAll(() => db.drop())

const start = () => migrate(db.url, nothingRunning())
const rewrite = (name: string, from: string, to: string) => db.sql`
  update supabase_migrations.schema_migrations set statements = array[replace(array_to_string(statements, ';' || chr(10)), ${from}, ${to})] where name like ${`%${name}.sql`}`

test('what it ran is what they say: nothing to do, also when only a comment was put otherwise', async () => {
  expect(await start()).toBe(0)
  await rewrite('webhooks_claim', '-- Webhooks, chapter 8: the claim.', '-- Another comment.')
  expect(await start()).toBe(0)
})

test('what has changed since is named, with what can be done, and nothing is lost', async () => {
  await rewrite('webhooks_claim', 'fillfactor = 20', 'fillfactor = 30')
  await expect(start()).rejects.toThrow(/^The database was made by another version: since then this migration has changed, which it has run already:\n {2}\d+_webhooks_claim\.sql\nNothing was changed in it\. Keep it by .+TABLEHOOK_DATA.+npm run db:reset/)
  await rewrite('webhooks_wake', 'create', 'CREATE')
  await expect(start()).rejects.toThrow(/these 2 migrations have changed, which it has run already:\n {2}\d+_webhooks_wake\.sql\n {2}\d+_webhooks_claim\.sql\n/)
  expect(await db.sql`select from webhooks.settings`).toHaveLength(1)
})
