// The audit log: every change of a webhook, by every way, with who did it and what was changed. Never a secret.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addOrganization, addWebhook, users } from '../support/factories.ts'

let db: FreshDatabase
let organization: string
beforeAll(async () => {
  db = await freshDatabase()
  organization = await addOrganization(db.sql)
})
afterAll(() => db.drop())

const audits = (webhook: string) => db.sql`select actor, action, details from webhooks.audit_log where webhook_id = ${webhook} order by id`
const asAdmin = (work: (sql: Parameters<Parameters<FreshDatabase['as']>[1]>[0]) => Promise<unknown>) => db.as(users.admin, work)

test('made, changed, turned off and on, deleted: a row for each, with who', async () => {
  const [made] = await db.as(users.owner, (sql) => sql`
    insert into public.webhook_configurations (organization_id, name, url, events) values (${organization}, 'A', 'https://example.com/a', '{contact.created}') returning id`)
  const id = made!.id as string
  await asAdmin((sql) => sql`update public.webhook_configurations set url = 'https://example.com/b' where id = ${id}`)
  await db.as(users.member, (sql) => sql`update public.webhook_configurations set is_active = false where id = ${id}`)
  await db.as(users.member, (sql) => sql`update public.webhook_configurations set is_active = true where id = ${id}`)
  await asAdmin((sql) => sql`delete from public.webhook_configurations where id = ${id}`)
  const rows = await audits(id)
  expect(rows.map(({ actor, action }) => [actor, action])).toEqual([
    [users.owner, 'created'], [users.admin, 'changed'], [users.member, 'turned_off'], [users.member, 'turned_on'], [users.admin, 'deleted'],
  ])
  expect(rows[0]!.details).toMatchObject({ name: { to: 'A' }, url: { to: 'https://example.com/a' }, events: { to: ['contact.created'] } })
  expect(rows[1]!.details).toEqual({ url: { from: 'https://example.com/a', to: 'https://example.com/b' } })
  expect(rows[4]!.details).toMatchObject({ url: { from: 'https://example.com/b' } })
})

test('each column that a user may set leaves its old and new value', async () => {
  const columns = await db.sql<{ name: string }[]>`
    select column_name as name from information_schema.column_privileges
    where table_schema = 'public' and table_name = 'webhook_configurations' and grantee = 'authenticated' and privilege_type = 'UPDATE' order by 1`
  const values: Record<string, string> = {
    name: `'Another'`, description: `'of it'`, url: `'https://example.com/z'`, events: `'{deal.created}'`, is_active: 'false', format: `'cloudevents'`, filter: `'$.new.id == 1'`, timeout_ms: '1234',
    retry_policy: `'none'`, rate_limit: '7', max_concurrency: '7', ordered: 'true', payload: `'thin'`, included_fields: `'{id}'`, excluded_fields: `'{id}'`, transformation: `'{"a": 1}'`,
  }
  expect(columns.map(({ name }) => name).filter((name) => !(name in values)), 'columns that this test does not know').toEqual([])
  for (const { name } of columns) {
    const webhook = await addWebhook(db.sql, organization)
    await asAdmin((sql) => sql.unsafe(`update public.webhook_configurations set ${name} = ${values[name]} where id = '${webhook}'`))
    const rows = await audits(webhook)
    expect(rows.at(-1), name).toMatchObject({ actor: users.admin, action: name === 'is_active' ? 'turned_off' : 'changed' })
    expect(Object.keys(rows.at(-1)!.details as object), name).toContain(name)
    await db.sql`delete from public.webhook_configurations where id = ${webhook}`
  }
})

test('what fails or changes nothing leaves nothing; the engine’s own bookkeeping neither', async () => {
  const webhook = await addWebhook(db.sql, organization)
  await db.as(users.member, (sql) => sql`update public.webhook_configurations set url = 'https://evil.test' where id = ${webhook}`).catch(() => {})
  await db.as(users.stranger, (sql) => sql`update public.webhook_configurations set is_active = false where id = ${webhook}`)
  await asAdmin((sql) => sql`update public.webhook_configurations set url = url where id = ${webhook}`)
  await db.sql`update public.webhook_configurations set consecutive_failures = 1, failing_since = now() where id = ${webhook}`
  expect((await audits(webhook)).map(({ action }) => action)).toEqual(['created'])
})

test('users can neither write nor read nor delete it', async () => {
  for (const user of [users.owner, users.member]) {
    for (const statement of ['select * from webhooks.audit_log', 'delete from webhooks.audit_log', `update webhooks.audit_log set action = 'x'`]) {
      await expect(db.as(user, (sql) => sql.unsafe(statement))).rejects.toThrow('permission denied')
    }
  }
})
