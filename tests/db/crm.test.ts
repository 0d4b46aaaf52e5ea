// The host app: its rows stay in their organization, whoever asks and whatever points at them.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TransactionSql } from 'postgres'
import { acme, demoUsers, globex } from '../../local/demo_users.ts'
import { freshDatabase } from '../support/database.ts'

let db: Awaited<ReturnType<typeof freshDatabase>>
const seed = readFileSync(new URL('../../supabase/seed.sql', import.meta.url), 'utf8')

beforeAll(async () => {
  db = await freshDatabase()
  await db.sql.unsafe(seed)
})
afterAll(() => db.drop())

const [acmeOwner, acmeAdmin, acmeMember, globexOwner] = demoUsers.map((user) => user.id) as [string, string, string, string]

class Undo extends Error {}

/** Runs `work` in a transaction of `begin`, and undoes it: every test finds the seed as it was. */
async function undoing<T>(
  begin: (work: (sql: TransactionSql) => Promise<never>) => Promise<unknown>, work: (sql: TransactionSql) => Promise<T>,
): Promise<T> {
  let result: T
  await begin(async (sql) => {
    result = await work(sql)
    throw new Undo()
  }).catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error
  })
  return result!
}

/** As the owner of the tables, whom no policy holds back. */
const unbound = <T>(work: (sql: TransactionSql) => Promise<T>) => undoing((run) => db.sql.begin(run), work)

/** As an API request of that user; null for a visitor who has not signed in. */
const as = <T>(user: string | null, work: (sql: TransactionSql) => Promise<T>) => undoing((run) => db.as(user, run), work)

const denied = { code: '42501' }
const noSuchParent = { code: '23503' }
const checkViolated = { code: '23514' }

/** A smallest valid row of each table, and one column that members may change. */
const tables = [
  { table: 'contacts', row: { first_name: 'Ada' }, change: { first_name: 'Grace' } },
  { table: 'deals', row: { title: 'Pilot' }, change: { stage: 'won' } },
  { table: 'conversations', row: {}, change: { status: 'closed' } },
  { table: 'broadcasts', row: { name: 'Sale' }, change: { name: 'Weekend sale' } },
  { table: 'messages', row: { direction: 'inbound', content: 'Hello' }, change: { status: 'read' } },
  { table: 'meetings', row: { topic: 'Introduction' }, change: { recording_status: 'completed' } },
  { table: 'chatbots', row: { name: 'Night shift' }, change: { name: 'Day shift' } },
  { table: 'chatbot_runs', row: {}, change: { status: 'failed' } },
  { table: 'insights', row: { kind: 'topic' }, change: { kind: 'key' } },
]

async function validRow(table: string, row: Record<string, unknown>, organization: string): Promise<Record<string, unknown>> {
  if (table !== 'chatbot_runs') return { organization_id: organization, ...row }
  const [chatbot] = await db.sql`select id from public.chatbots where organization_id = ${organization} limit 1`
  return { organization_id: organization, chatbot_id: chatbot!.id, ...row }
}

describe.each(tables)('$table', ({ table, row, change }) => {
  test('a member reads, adds, changes and deletes rows of the own organization', async () => {
    const mine = await validRow(table, row, acme)
    const seen = await as(acmeMember, async (sql) => {
      const [added] = await sql`insert into public.${sql(table)} ${sql(mine)} returning id`
      const changed = await sql`update public.${sql(table)} set ${sql(change)} where id = ${added!.id} returning *`
      const deleted = await sql`delete from public.${sql(table)} where id = ${added!.id} returning id`
      return { changed, deleted: deleted.length }
    })
    expect(seen.changed).toMatchObject([change])
    expect(seen.deleted).toBe(1)
  })

  test('a member neither sees, changes nor deletes rows of another organization', async () => {
    const [all] = await db.sql`
      select count(*) filter (where organization_id = ${acme})::int as acme, count(*) filter (where organization_id = ${globex})::int as globex
      from public.${db.sql(table)}`
    expect(all!.globex).toBeGreaterThan(0)
    const seen = await as(acmeMember, async (sql) => ({
      organizations: await sql`select organization_id, count(*)::int as rows from public.${sql(table)} group by 1`,
      changed: (await sql`update public.${sql(table)} set ${sql(change)} where organization_id = ${globex} returning id`).length,
      deleted: (await sql`delete from public.${sql(table)} where organization_id = ${globex} returning id`).length,
    }))
    expect(seen).toEqual({ organizations: [{ organization_id: acme, rows: all!.acme }], changed: 0, deleted: 0 })
  })

  test('a member adds no row to another organization', async () => {
    const theirs = await validRow(table, row, globex)
    await expect(as(acmeMember, (sql) => sql`insert into public.${sql(table)} ${sql(theirs)}`)).rejects.toMatchObject(denied)
  })

  test.each([
    ['organization_id', globex], ['id', '00000000-0000-4000-8000-000000000000'], ['created_at', '2020-01-01'],
  ])('nobody changes %s over the API', async (column, value) => {
    await expect(as(acmeOwner, (sql) => sql`update public.${sql(table)} set ${sql({ [column]: value })}`)).rejects.toMatchObject(denied)
  })

  test('a visitor who has not signed in gets nothing', async () => {
    const mine = await validRow(table, row, acme)
    await expect(as(null, (sql) => sql`select from public.${sql(table)}`)).rejects.toMatchObject(denied)
    await expect(as(null, (sql) => sql`insert into public.${sql(table)} ${sql(mine)}`)).rejects.toMatchObject(denied)
    await expect(as(null, (sql) => sql`delete from public.${sql(table)}`)).rejects.toMatchObject(denied)
  })
})

describe('row-level security', () => {
  test('somebody without an organization sees nothing', async () => {
    const stranger = '00000000-0000-4000-a000-000000000099'
    for (const table of [...tables.map((each) => each.table), 'organizations', 'organization_members']) {
      expect(await as(stranger, (sql) => sql`select * from public.${sql(table)}`), table).toHaveLength(0)
    }
  })

  test('asks for the organizations of the user once per statement, not per row', async () => {
    const plan = await as(acmeMember, (sql) => sql`explain (analyze, format json) select count(*) from public.messages`)
    const nodes = (node: Plan): Plan[] => [node, ...(node.Plans ?? []).flatMap(nodes)]
    const all = nodes(plan[0]!['QUERY PLAN'][0].Plan)
    const ask = all.filter((node) => node['Parent Relationship'] === 'SubPlan' || node['Node Type'] === 'ProjectSet')
    expect(ask.length).toBeGreaterThan(0)
    for (const node of ask) expect(node['Actual Loops']).toBe(1)
  })
})

type Plan = { 'Node Type': string, 'Parent Relationship'?: string, 'Actual Loops': number, Plans?: Plan[] }

describe('links between rows', () => {
  const parentOf = { contact_id: 'contacts', conversation_id: 'conversations', broadcast_id: 'broadcasts', chatbot_id: 'chatbots' }
  const links = [
    ['deals', 'contact_id'], ['conversations', 'contact_id'], ['messages', 'conversation_id'], ['messages', 'contact_id'],
    ['messages', 'broadcast_id'], ['meetings', 'contact_id'], ['chatbot_runs', 'chatbot_id'], ['chatbot_runs', 'conversation_id'],
    ['chatbot_runs', 'contact_id'], ['insights', 'conversation_id'],
  ] as const

  test.each(links)('%s.%s never points into another organization', async (table, column) => {
    const mine = await validRow(table, tables.find((each) => each.table === table)!.row, acme)
    const parent = (organization: string) =>
      db.sql`select id from public.${db.sql(parentOf[column])} where organization_id = ${organization} limit 1`.then(([found]) => found!.id)
    const [ours, theirs] = [await parent(acme), await parent(globex)]
    expect(await unbound((sql) => sql`insert into public.${sql(table)} ${sql({ ...mine, [column]: ours })} returning id`)).toHaveLength(1)
    await expect(unbound((sql) => sql`insert into public.${sql(table)} ${sql({ ...mine, [column]: theirs })}`)).rejects.toMatchObject(noSuchParent)
  })

  test.each(['contacts', 'deals', 'conversations'])('%s are assigned to members of their organization only', async (table) => {
    const assign = (member: string) => as(acmeMember, (sql) => sql`update public.${sql(table)} set assigned_to = ${member} returning id`)
    expect((await assign(acmeAdmin)).length).toBeGreaterThan(0)
    await expect(assign(globexOwner)).rejects.toMatchObject(noSuchParent)
  })

  test('every foreign key between rows carries the organization along, and has an index', async () => {
    const broken = await db.sql`
      with keys as (
        select c.conrelid::regclass::text as "table", c.conname, c.conrelid, c.conkey,
          array(select a.attname::text from unnest(c.conkey) with ordinality k (n, place)
                join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.n order by place) as columns
        from pg_constraint c
        where c.contype = 'f' and c.conrelid::regclass::text = any (${[...tables.map((each) => each.table), 'organization_members']}))
      select "table", conname from keys k
      where (columns[1] <> 'organization_id' and conname <> 'organization_members_user_id_fkey')
        or not exists (
          select from pg_index i
          where i.indrelid = k.conrelid and i.indpred is null
            and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] = k.conkey)`
    expect(broken).toEqual([])
  })

  test('a deleted contact leaves its deals, conversations and messages behind, in the same organization', async () => {
    const left = await as(acmeMember, async (sql) => {
      const [contact] = await sql`select contact_id as id from public.messages where conversation_id is not null and contact_id is not null limit 1`
      const before = await sql`select id from public.messages where contact_id = ${contact!.id}`
      await sql`delete from public.contacts where id = ${contact!.id}`
      return sql`select distinct contact_id, organization_id from public.messages where id = any (${before.map((message) => message.id)})`
    })
    expect(left).toEqual([{ contact_id: null, organization_id: acme }])
  })

  test('deleting an organization deletes all of its rows and nobody else\'s', async () => {
    const left = await unbound(async (sql) => {
      await sql`delete from public.organizations where id = ${globex}`
      return Promise.all([...tables.map((each) => each.table), 'organization_members'].map(async (table) =>
        sql`select distinct organization_id from public.${sql(table)}`.then((rows) => rows.map((each) => each.organization_id))))
    })
    expect(left).toEqual(left.map(() => [acme]))
  })
})

describe('updated_at', () => {
  const changing = tables.filter(({ table }) => !['chatbot_runs', 'insights'].includes(table))

  test.each(changing)('of $table is the time of the last change, whatever the update says', async ({ table, change }) => {
    const [changed] = await unbound((sql) => sql`
      update public.${sql(table)} set ${sql({ ...change, updated_at: '2020-01-01' })}
      where id = (select id from public.${sql(table)} where ${sql(Object.keys(change)[0]!)} <> ${Object.values(change)[0]!} limit 1)
      returning updated_at = now() as is_now`)
    expect(changed).toEqual({ is_now: true })
  })

  test('is left alone by an update that changes nothing', async () => {
    const times = await unbound(async (sql) => {
      const [before] = await sql`select id, updated_at from public.contacts limit 1`
      const [after] = await sql`update public.contacts set first_name = first_name where id = ${before!.id} returning updated_at`
      return { before: before!.updated_at, after: after!.updated_at }
    })
    expect(times.after).toEqual(times.before)
  })

  test('cannot be written over the API', async () => {
    await expect(as(acmeOwner, (sql) => sql`update public.contacts set updated_at = '2020-01-01'`)).rejects.toMatchObject(denied)
  })
})

describe('organizations and members', () => {
  const memberships = async (sql: TransactionSql) =>
    (await sql`select user_id, role from public.organization_members where organization_id = ${acme} order by user_id`).map((each) => ({ ...each }))

  test('members see their organization and everyone in it, and no other', async () => {
    const seen = await as(acmeMember, async (sql) => ({
      organizations: (await sql`select id from public.organizations`).map((each) => each.id),
      members: (await sql`select user_id, organization_id from public.organization_members order by user_id`).map((each) => each.user_id),
    }))
    expect(seen).toEqual({ organizations: [acme], members: [acmeOwner, acmeAdmin, acmeMember] })
  })

  test('my_role() answers for the own organizations and is null for others', async () => {
    const roles = async (user: string) => (await as(user, (sql) => sql`select app.my_role(${acme}) as acme, app.my_role(${globex}) as globex`))[0]
    expect(await roles(acmeAdmin)).toEqual({ acme: 'admin', globex: null })
    expect(await roles(globexOwner)).toEqual({ acme: null, globex: 'owner' })
    await expect(as(null, (sql) => sql`select app.my_role(${acme})`)).rejects.toMatchObject(denied)
  })

  test('only owners rename an organization, and nobody creates or deletes one over the API', async () => {
    const rename = (user: string) => as(user, (sql) => sql`update public.organizations set name = 'Acme 2' returning id`)
    expect(await rename(acmeOwner)).toEqual([{ id: acme }])
    expect(await rename(acmeAdmin)).toEqual([])
    expect(await rename(acmeMember)).toEqual([])
    await expect(as(acmeOwner, (sql) => sql`insert into public.organizations (name) values ('Mine')`)).rejects.toMatchObject(denied)
    await expect(as(acmeOwner, (sql) => sql`delete from public.organizations`)).rejects.toMatchObject(denied)
  })

  const add = (by: string, role: string, user = globexOwner, organization = acme) => as(by, (sql) => sql`
    insert into public.organization_members (organization_id, user_id, role) values (${organization}, ${user}, ${role}) returning role`)

  test('members neither add, promote nor remove anybody', async () => {
    await expect(add(acmeMember, 'member')).rejects.toMatchObject(denied)
    const done = await as(acmeMember, async (sql) => ({
      changed: (await sql`update public.organization_members set role = 'owner' returning user_id`).length,
      deleted: (await sql`delete from public.organization_members returning user_id`).length,
    }))
    expect(done).toEqual({ changed: 0, deleted: 0 })
  })

  test('an admin adds members and admins, but no owner, and nobody to another organization', async () => {
    expect(await add(acmeAdmin, 'member')).toHaveLength(1)
    expect(await add(acmeAdmin, 'admin')).toHaveLength(1)
    await expect(add(acmeAdmin, 'owner')).rejects.toMatchObject(denied)
    expect(await add(acmeOwner, 'owner')).toHaveLength(1)
    await expect(add(acmeOwner, 'member', acmeOwner, globex)).rejects.toMatchObject(denied)
  })

  test('an admin makes nobody an owner, and leaves owners as they are', async () => {
    const setRole = (user: string, role: string) => as(acmeAdmin, (sql) => sql`
      update public.organization_members set role = ${role} where user_id = ${user} returning user_id`)
    expect(await setRole(acmeMember, 'admin')).toHaveLength(1)
    await expect(setRole(acmeAdmin, 'owner')).rejects.toMatchObject(denied)
    await expect(setRole(acmeMember, 'owner')).rejects.toMatchObject(denied)
    expect(await setRole(acmeOwner, 'member')).toEqual([])
    const left = await as(acmeAdmin, async (sql) => {
      await sql`delete from public.organization_members`
      await sql`reset role`
      return memberships(sql)
    })
    expect(left).toEqual([{ user_id: acmeOwner, role: 'owner' }])
  })

  test('a membership is never moved to another user or organization', async () => {
    await expect(as(acmeOwner, (sql) => sql`update public.organization_members set user_id = ${globexOwner}`)).rejects.toMatchObject(denied)
    await expect(as(acmeOwner, (sql) => sql`update public.organization_members set organization_id = ${globex}`)).rejects.toMatchObject(denied)
  })

  test('the last owner neither leaves, steps down nor deletes the account, but may hand over', async () => {
    const keepsAnOwner = { ...checkViolated, constraint_name: 'an_organization_keeps_an_owner' }
    const leave = as(acmeOwner, (sql) => sql`delete from public.organization_members where user_id = ${acmeOwner}`)
    await expect(leave).rejects.toMatchObject(keepsAnOwner)
    const stepDown = as(acmeOwner, (sql) => sql`update public.organization_members set role = 'member'`)
    await expect(stepDown).rejects.toMatchObject(keepsAnOwner)
    const deleteAccount = unbound((sql) => sql`delete from auth.users where id = ${acmeOwner}`)
    await expect(deleteAccount).rejects.toMatchObject(keepsAnOwner)
    const after = await as(acmeOwner, async (sql) => {
      await sql`
        update public.organization_members set role = case user_id when ${acmeAdmin} then 'owner' else 'admin' end
        where user_id in (${acmeOwner}, ${acmeAdmin})`
      return memberships(sql)
    })
    expect(after.map((each) => each.role)).toEqual(['admin', 'owner', 'member'])
  })

  test('two owners who leave at the same moment: one of them stays', async () => {
    const { sql } = db
    const organization = '00000000-0000-4000-8000-00000000face'
    await sql`insert into public.organizations (id, name) values (${organization}, 'Two owners')`
    await sql`insert into public.organization_members values (${organization}, ${acmeOwner}, 'owner'), (${organization}, ${globexOwner}, 'owner')`
    const left: string[] = []
    let commit = () => {}
    const bothAreUnderWay = new Promise<void>((resolve) => { commit = resolve })
    const leaving = [acmeOwner, globexOwner].map((user) => sql.begin(async (tx) => {
      await tx`delete from public.organization_members where organization_id = ${organization} and user_id = ${user}`
      left.push(user)
      // The first to leave commits only once the second waits for it: this is the race, not a matter of luck.
      await bothAreUnderWay
    }))
    await expect.poll(async () => (await sql`
      select count(*)::int as waiting from pg_locks l join pg_stat_activity a using (pid)
      where not l.granted and a.datname = current_database()`)[0]!.waiting).toBe(1)
    expect(left).toHaveLength(1)
    commit()
    const outcomes = await Promise.allSettled(leaving)
    expect(outcomes.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
    const owners = await sql`select user_id from public.organization_members where organization_id = ${organization}`
    expect(owners).toHaveLength(1)
    await sql`delete from public.organizations where id = ${organization}`
  })

  test('work assigned to a member who leaves is assigned to nobody', async () => {
    const left = await as(acmeAdmin, async (sql) => {
      const mine = await sql`select id from public.contacts where assigned_to = ${acmeMember}`
      expect(mine.length).toBeGreaterThan(0)
      await sql`delete from public.organization_members where user_id = ${acmeMember}`
      return sql`select distinct organization_id, assigned_to from public.contacts where id = any (${mine.map((each) => each.id)})`
    })
    expect(left).toEqual([{ organization_id: acme, assigned_to: null }])
  })
})
