// Tablehook in projects of every kind: what install finds, writes, and takes away again.
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readParts } from '../../cli/src/install/carried.ts'
import { install, type InstallFlags, type Workplace } from '../../cli/src/install/install.ts'
import { uninstall } from '../../cli/src/install/uninstall.ts'
import { dump, makeStranger, startStrangersServer, type Stranger, type StrangersServer } from '../support/stranger.ts'

let server: StrangersServer
beforeAll(async () => { server = await startStrangersServer() })
afterAll(() => server.discard())

type Kind = {
  schema: string
  /** What install is told besides the database. */
  flags: InstallFlags
  /** SQL that makes `$1` and `$2` a manager and a member of one organization, and `$3` a manager of another. */
  people: string
  /** SQL that adds a row of the first organization, and of the second. */
  rows: [string, string]
  /** The key of the first organization. `$user` is the manager's id. */
  key: string
  name: string
  event: string
  /** False where everybody manages. */
  hasMembers?: false
  /** False where install gets no database to look at. */
  looks?: false
}

const kinds: Record<string, Kind> = {
  'uuids, and names that need quotes': {
    schema: `
      create schema "Odd Shop";
      create table "Odd Shop"."Käufer ""Gruppen""" ("the id" uuid primary key default gen_random_uuid(), title text);
      create table "Odd Shop"."Mitglieder" ("user id" uuid references auth.users on delete cascade, "Gruppe" uuid references "Odd Shop"."Käufer ""Gruppen""", admin boolean,
                                            unique ("Gruppe", "user id"));
      create table "Odd Shop"."Käufe %" ("Nr." int generated always as identity primary key, "Gruppe" uuid references "Odd Shop"."Käufer ""Gruppen""");
      insert into "Odd Shop"."Käufer ""Gruppen""" values ('5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10', 'Eins'), ('6b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10', 'Zwei')`,
    flags: { tables: '"Odd Shop"."Käufe %":kauf' },
    people: `insert into "Odd Shop"."Mitglieder" values ($1, '5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10', true), ($2, '5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10', false), ($3, '6b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10', true)`,
    rows: [`insert into "Odd Shop"."Käufe %" values (default, '5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10')`, `insert into "Odd Shop"."Käufe %" values (default, '6b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10')`],
    key: '5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10', name: 'Eins', event: 'kauf.created',
  },
  'texts, with roles in an enum': {
    schema: `
      create type public.access as enum ('guest', 'founder');
      create table public.workspaces (slug text primary key, display_name text);
      create table public.workspace_people (workspace text references public.workspaces on update cascade, person uuid references auth.users, access public.access, primary key (workspace, person));
      create table public.tickets (id bigint generated always as identity primary key, workspace varchar(20) references public.workspaces);
      insert into public.workspaces values ('größe', 'Größe & Co'), ('other', 'Other')`,
    flags: { tables: 'tickets' },
    people: `insert into public.workspace_people values ('größe', $1, 'founder'), ('größe', $2, 'guest'), ('other', $3, 'founder')`,
    rows: [`insert into public.tickets (workspace) values ('größe')`, `insert into public.tickets (workspace) values ('other')`],
    key: 'größe', name: 'Größe & Co', event: 'ticket.created',
  },
  'ints, with the company in each profile': {
    schema: `
      create table public.companies (id int primary key, name text);
      create table public.profiles (id uuid primary key references auth.users on delete cascade, company_id int references public.companies, role text, invited boolean default false);
      create table public.orders (id uuid primary key default gen_random_uuid(), company_id int references public.companies, placed_by uuid references public.profiles);
      insert into public.companies values (7, 'Seven'), (8, 'Eight')`,
    flags: { tables: 'orders:shop.order', managers: 'boss', membersWhere: 'not m.invited' },
    people: `insert into public.profiles values ($1, 7, 'boss'), ($2, 7, 'clerk'), ($3, 8, 'boss')`,
    rows: ['insert into public.orders (company_id) values (7)', 'insert into public.orders (company_id) values (8)'],
    key: '7', name: 'Seven', event: 'shop.order.created',
  },
  'everybody on their own': {
    schema: 'create table public.notes (id uuid primary key default gen_random_uuid(), user_id uuid references auth.users on delete cascade, text text)',
    flags: { organizations: 'auth.users', tables: 'notes' },
    people: 'select $1::uuid, $2::uuid, $3::uuid',
    rows: [`insert into public.notes (user_id) select id from auth.users where email = 'manager@example.test'`, `insert into public.notes (user_id) select id from auth.users where email = 'other@example.test'`],
    key: '$user', name: 'manager@example.test', event: 'note.created', hasMembers: false,
  },
  'functions of the app’s own': {
    schema: `
      create schema app;
      create table app.seats (tenant uuid, person uuid, chief boolean);
      create function app.my_tenants() returns setof uuid language sql stable security definer set search_path = '' as $$ select s.tenant from app.seats s where s.person = auth.uid() $$;
      create function app.my_chief_tenants() returns setof uuid language sql stable security definer set search_path = '' as $$ select s.tenant from app.seats s where s.person = auth.uid() and s.chief $$;
      create table app.jobs (id uuid primary key default gen_random_uuid(), tenant uuid)`,
    flags: { myOrganizations: 'app.my_tenants', managedOrganizations: 'app.my_chief_tenants()', keyType: 'uuid', tables: 'app.jobs:job:tenant' },
    people: `insert into app.seats values ('5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10', $1, true), ('5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10', $2, false), ('6b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10', $3, true)`,
    rows: [`insert into app.jobs (tenant) values ('5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10')`, `insert into app.jobs (tenant) values ('6b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10')`],
    key: '5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10', name: '5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10', event: 'job.created',
  },
  'flags alone, and no database to look at': {
    schema: `
      create table public.clubs (id smallint primary key, name text);
      create table public.club_members (user_id uuid references auth.users, club_id smallint references public.clubs, rank int);
      create table public.matches (id uuid primary key default gen_random_uuid(), club_id smallint);
      insert into public.clubs values (1, 'One'), (2, 'Two')`,
    flags: { organizations: 'clubs', organizationName: 'name', keyType: 'bigint', members: 'club_members', memberRole: 'rank', managers: '9,8', tables: 'matches:match' },
    people: 'insert into public.club_members values ($1, 1, 9), ($2, 1, 1), ($3, 2, 9)',
    rows: ['insert into public.matches (club_id) values (1)', 'insert into public.matches (club_id) values (2)'],
    key: '1', name: 'One', event: 'match.created', looks: false,
  },
}

describe.each(Object.entries(kinds))('%s', (kindName, kind) => {
  let stranger: Stranger
  let before: string[]
  let manager: string, member: string, other: string
  const said: string[] = []
  const workplace = (): Workplace => ({ folder: stranger.folder, parts: readParts, ask: null, now: () => new Date('2026-01-01T00:00:00Z'), say: (line) => said.push(line) })

  beforeAll(async () => {
    stranger = await makeStranger(server, `kind_${Object.keys(kinds).indexOf(kindName)}`, kind.schema)
    await stranger.migrate()
    ;[manager, member, other] = [await stranger.addUser('manager@example.test'), await stranger.addUser('member@example.test'), await stranger.addUser('other@example.test')]
    await stranger.sql.unsafe(kind.people.replaceAll('$1', `'${manager}'`).replaceAll('$2', `'${member}'`).replaceAll('$3', `'${other}'`))
    before = await dump(stranger.sql)
    await install({ yes: true, ...kind.flags, ...(kind.looks === false ? {} : { dbUrl: stranger.url }) }, workplace())
    await stranger.migrate()
  })
  afterAll(() => stranger.discard())

  const organizationsOf = (user: string) => stranger.as(user, async (sql) => (await sql`select public.webhook_organizations() as list`)[0]!.list as { id: string, key: string, name: string }[])
  const insertAs = (user: string, organization: string) => stranger.as(user, (sql) => sql`
    insert into public.webhook_configurations ${sql({ organization_id: organization, name: randomUUID(), url: 'https://example.com', events: ['*'] })} returning id`)

  test('a manager makes a webhook that hears of its organization’s rows, and of no other', async () => {
    const [organization] = await organizationsOf(manager)
    expect(organization).toEqual({ id: expect.any(String), key: kind.key.replace('$user', manager), name: kind.name })
    const named = await stranger.as(manager, (sql) => sql`select public.webhook_organization(${organization!.key}) as by_key, public.webhook_organization(${organization!.id}) as by_id`)
    expect({ ...named[0] }).toEqual({ by_key: organization!.id, by_id: organization!.id })

    const [webhook] = await insertAs(manager, organization!.id)
    await stranger.sql.unsafe(kind.rows.join(';'))
    const heard = await stranger.sql`select event_type from webhooks.deliveries where webhook_id = ${webhook!.id as string}`
    expect(heard.map(({ event_type }) => event_type)).toEqual([kind.event])
    expect(await stranger.as(manager, (sql) => sql`select from public.webhook_deliveries`)).toHaveLength(1)
  })

  if (kind.hasMembers !== false) test('a member sees it and turns it off, and no more', async () => {
    const [organization] = await organizationsOf(member)
    expect(await stranger.as(member, (sql) => sql`update public.webhook_configurations set is_active = false returning id`)).toHaveLength(1)
    await expect(stranger.as(member, (sql) => sql`update public.webhook_configurations set name = 'mine'`)).rejects.toMatchObject({ code: '42501' })
    await expect(insertAs(member, organization!.id)).rejects.toMatchObject({ code: '42501' })
  })

  test('another organization sees nothing, whatever it asks for', async () => {
    const [mine] = await organizationsOf(manager)
    expect((await organizationsOf(other)).map(({ id }) => id)).not.toContain(mine!.id)
    await expect(insertAs(other, mine!.id)).rejects.toMatchObject({ code: '42501' })
    for (const table of ['webhook_configurations', 'webhook_deliveries']) expect(await stranger.as(other, (sql) => sql`select from public.${sql(table)}`)).toHaveLength(0)
    for (const named of [mine!.id, mine!.key]) {
      expect((await stranger.as(other, (sql) => sql`select public.webhook_organization(${named}) as id`))[0]!.id).toBeNull()
    }
  })

  test('alerts go to those who manage, where the app can say who that is', async () => {
    const [mine] = await organizationsOf(manager)
    const told = await stranger.sql`select webhooks.alert_recipients(${mine!.id}) as address`
    expect(told.map(({ address }) => address)).toEqual('myOrganizations' in kind.flags ? [] : ['manager@example.test'])
  })

  test('an API key is told whose it is, by the app’s own key and name', async () => {
    const [mine] = await organizationsOf(manager)
    const [key] = await stranger.sql`
      insert into public.webhook_api_keys (organization_id, name, prefix, scopes) values (${mine!.id}, 'Program', 'thk_', '{read}') returning id`
    const listed = await stranger.sql.begin(async (tx) => {
      await tx`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${JSON.stringify({ role: 'authenticated', tablehook_api_key: key!.id as string })}, true)`
      return tx`select public.webhook_organizations() as list, public.webhook_organization(${mine!.key}) as id`
    })
    expect(listed[0]).toEqual({ list: [mine], id: mine!.id })
  })

  test('a second install is refused, and an upgrade has nothing to write', async () => {
    await expect(install({ yes: true, ...kind.flags }, workplace())).rejects.toThrow('is installed here')
    said.length = 0
    await install({ upgrade: true }, workplace())
    expect(said).toEqual(['Nothing has changed: no file is written.'])
  })

  test('uninstall leaves it as it was', async () => {
    const rowsOf = (lines: string[]) => lines.filter((line) => !/^("Odd Shop"|public\.(tickets|orders|notes|matches)|app\.jobs)/.test(line))
    await uninstall({ yes: true }, workplace())
    await stranger.migrate()
    expect(rowsOf(await dump(stranger.sql))).toEqual(rowsOf(before))
    expect(fs.existsSync(path.join(stranger.folder, 'supabase/functions/_tablehook'))).toBe(false)
  })
})

test('a name that is taken is refused before anything is written', async () => {
  const stranger = await makeStranger(server, 'taken', `${kinds['everybody on their own']!.schema}; create schema webhooks; create table public.webhook_logs ()`)
  await stranger.migrate()
  await expect(install({ yes: true, organizations: 'auth.users', dbUrl: stranger.url }, { folder: stranger.folder, parts: readParts, ask: null, now: () => new Date(), say: () => {} }))
    .rejects.toThrow('Your database has schema webhooks and public.webhook_logs')
  expect(fs.readdirSync(path.join(stranger.folder, 'supabase/migrations'))).toHaveLength(1)
  await stranger.discard()
})

test('an organization without a name goes by its key', async () => {
  const stranger = await makeStranger(server, 'nameless', kinds['texts, with roles in an enum']!.schema)
  await stranger.migrate()
  await install({ yes: true, dbUrl: stranger.url }, { folder: stranger.folder, parts: readParts, ask: null, now: () => new Date(), say: () => {} })
  await stranger.migrate()
  const founder = await stranger.addUser('founder@example.test')
  await stranger.sql`insert into public.workspaces values ('none', null), ('empty', '')`
  await stranger.sql`insert into public.workspace_people select slug, ${founder}, 'founder' from public.workspaces where slug in ('none', 'empty')`
  const [{ list }] = await stranger.as(founder, (sql) => sql`select public.webhook_organizations() as list`) as unknown as [{ list: { name: string }[] }]
  expect(list.map(({ name }) => name)).toEqual(['empty', 'none'])
  expect(await stranger.sql`select webhooks.organization_name(webhooks.organization_of('none')) as name`).toMatchObject([{ name: 'none' }])
  await stranger.discard()
})

test('a condition that Postgres cannot run is refused before anything is written', async () => {
  const stranger = await makeStranger(server, 'condition', kinds['ints, with the company in each profile']!.schema)
  await stranger.migrate()
  const tried = (membersWhere: string) => install({ yes: true, dryRun: true, managers: 'boss', membersWhere, dbUrl: stranger.url }, { folder: stranger.folder, parts: readParts, ask: null, now: () => new Date(), say: () => {} })
  await expect(tried('not m.invitd')).rejects.toThrow('column m.invitd does not exist')
  await expect(tried('not m.invited;')).rejects.toThrow('--members-where cannot run')
  await tried('not m.invited')
  await stranger.discard()
})

test('where keys are texts, nobody takes over an organization by calling theirs like its id', async () => {
  const stranger = await makeStranger(server, 'impostor', kinds['texts, with roles in an enum']!.schema)
  await stranger.migrate()
  await install({ yes: true, dbUrl: stranger.url }, { folder: stranger.folder, parts: readParts, ask: null, now: () => new Date(), say: () => {} })
  await stranger.migrate()
  const [victim, impostor] = [await stranger.addUser('victim@example.test'), await stranger.addUser('impostor@example.test')]
  const [{ id }] = await stranger.sql`select webhooks.organization_of('größe') as id` as unknown as [{ id: string }]
  await stranger.sql`insert into public.workspaces values (${id}, 'Impostor')`
  await stranger.sql`insert into public.workspace_people values ('größe', ${victim}, 'founder'), (${id}, ${impostor}, 'founder')`

  const idFor = async (user: string) => (await stranger.as(user, (sql) => sql`select public.webhook_organization(${id}) as id`))[0]!.id as string
  expect(await idFor(victim)).toBe(id)
  expect(await idFor(impostor)).not.toBe(id)
  expect(await stranger.as(impostor, (sql) => sql`select webhook_capabilities(${id}) -> 'view' as view`)).toMatchObject([{ view: false }])
  await stranger.discard()
})
