// Tablehook in a project that is not ours, as a stranger would do it: the packed command line, `supabase db push`, the copied functions in Deno.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startReceiver, verified } from '../support/receiver.ts'
import { deployToNobody, dump, installPackage, makeStranger, serveFunctions, startStrangersServer, tablehook, type ServedFunctions, type Stranger, type StrangersServer } from '../support/stranger.ts'

const teams = `
create table public.teams (id bigint generated always as identity primary key, title text not null);
create table public.players (id uuid primary key default gen_random_uuid(), nickname text);
create table public.team_users (
  team_id bigint not null references public.teams on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  role text not null default 'player',
  primary key (team_id, user_id)
);
create table public.invoices (
  number bigint generated always as identity primary key,
  team_id bigint not null references public.teams on delete cascade,
  total numeric not null,
  paid_at timestamptz
);
alter table public.teams enable row level security;
alter table public.invoices enable row level security;
create policy "teammates see invoices" on public.invoices for select to authenticated
  using (team_id in (select m.team_id from public.team_users m where m.user_id = auth.uid()));
insert into public.teams (title) values ('Reds'), ('Blues');
insert into public.invoices (team_id, total) values (1, 10), (2, 20);
`

let server: StrangersServer
beforeAll(async () => { server = await startStrangersServer() })
afterAll(() => server.discard())

test('roles that a check lists are known before anybody has them', async () => {
  const stranger = await makeStranger(server, 'checked', `
    create table public.workspaces (id uuid primary key default gen_random_uuid(), name text);
    create table public.seats (
      workspace_id uuid not null references public.workspaces, user_id uuid not null references auth.users,
      role varchar(20) not null default 'member' check (role in ('member', 'admin', 'owner')), primary key (workspace_id, user_id));
    create table public.crews (id uuid primary key default gen_random_uuid());`)
  try {
    await stranger.migrate()
    installPackage(stranger)
    const { output } = tablehook(stranger, 'install', '--yes', '--dry-run', '--db-url', stranger.url)
    expect(output).toContain('Managed by:    members whose role is owner or admin')
    expect(tablehook(stranger, 'install', '--yes', '--dry-run', '--db-url', stranger.url, '--tables', 'crew')).toMatchObject({
      status: 4, output: expect.stringContaining('There is no table crew in this database. Is it crews?') as string,
    })
  } finally {
    await stranger.discard()
  }
})

describe('teams with numbers for keys', () => {
  let stranger: Stranger
  let functions: ServedFunctions | undefined
  let before: string[]
  let captain: string, player: string, blue: string

  beforeAll(async () => {
    stranger = await makeStranger(server, 'teams', teams)
    stranger.push()
    ;[captain, player, blue] = [await stranger.addUser('captain@reds.test'), await stranger.addUser('player@reds.test'), await stranger.addUser('captain@blues.test')]
    await stranger.sql`insert into public.team_users (team_id, user_id, role) values (1, ${captain}, 'captain'), (1, ${player}, 'player'), (2, ${blue}, 'captain')`
    before = await dump(stranger.sql)
    installPackage(stranger)
  })
  afterAll(async () => {
    await functions?.stop()
    await stranger.discard()
  })

  test('install proposes the tables it finds, and a dry run writes nothing', () => {
    const { status, output } = tablehook(stranger, 'install', '--yes', '--dry-run', '--db-url', stranger.url, '--tables', 'invoices')
    expect(output).toContain('Organizations: teams, by id (bigint)')
    expect(output).toContain('Members:       team_users (user_id, team_id)')
    expect(output).toContain('Managed by:    members whose role is captain')
    expect(status).toBe(0)
    expect(fs.readdirSync(path.join(stranger.folder, 'supabase'))).not.toContain('tablehook.json')
  })

  test('install names every file that it writes', () => {
    const { status, output } = tablehook(stranger, 'install', '--db-url', stranger.url, '--yes',
      '--organizations', 'teams', '--members', 'team_users', '--managers', 'captain', '--tables', 'invoices')
    expect(output).toContain('Next, for the hosted project')
    expect(status).toBe(0)
    const named = [...output.matchAll(/^ {2}(?:write |change) {2}(\S+)$/gm)].map(([, file]) => file!)
    expect(named.length).toBeGreaterThan(40)
    for (const file of named) expect(fs.existsSync(path.join(stranger.folder, file)), file).toBe(true)
    const migrations = named.filter((file) => file.startsWith('supabase/migrations/'))
    expect(migrations).toEqual([...migrations].sort())
    expect(migrations[0]).toMatch(/^supabase\/migrations\/\d{14}_tablehook_100_schema\.sql$/)
    expect(migrations.at(-1)).toMatch(/_tablehook_attach\.sql$/)
    expect(migrations.some((file) => file.includes('crm'))).toBe(false)
    expect(fs.readFileSync(path.join(stranger.folder, 'supabase/config.toml'), 'utf8')).toContain('[functions.hello]\nverify_jwt = true\n')
  })

  test('supabase db push takes them, and the project’s own defaults are as before', async () => {
    stranger.push()
    const defaults = (lines: string[]) => lines.filter((line) => line.startsWith('default |'))
    expect(defaults(await dump(stranger.sql))).toEqual(defaults(before))
    const open = await stranger.sql`
      select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where (n.nspname = 'webhooks' or n.nspname = 'public' and (p.proname like 'webhook%' or p.proname = 'publish_event'))
        and (has_function_privilege('anon', p.oid, 'execute') or exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0))`
    expect(open.map(({ name }) => name)).toEqual([])
  })

  test('supabase functions deploy uploads every file of the two functions, and no other', async () => {
    const uploads = await deployToNobody(stranger, ['webhooks', 'dispatcher'])
    const { functions: written } = JSON.parse(fs.readFileSync(path.join(stranger.folder, 'supabase/tablehook.json'), 'utf8')) as { functions: Record<string, string> }
    expect(uploads.flatMap(({ metadata }) => metadata)).toEqual(['webhooks', 'dispatcher'].map((name) => expect.objectContaining({
      name, verify_jwt: false, entrypoint_path: `supabase/functions/_tablehook/${name}/index.ts`, import_map_path: `supabase/functions/_tablehook/${name}/deno.json`,
    })))
    expect([...new Set(uploads.flatMap(({ files }) => files))].sort()).toEqual(Object.keys(written).map((file) => `supabase/functions/_tablehook/${file}`).sort())
  })

  test('a captain makes a webhook by the team’s own number, and the first invoice arrives, signed', async () => {
    await stranger.sql`update webhooks.settings set allow_plain_http = true`
    functions = await serveFunctions(stranger, server)
    const receiver = await startReceiver()
    const made = await functions.call('POST', '/webhooks', functions.tokenOf(captain), { organization_id: 1, name: 'Books', url: receiver.url, events: ['invoice.created'] })
    expect(made).toMatchObject({ status: 201, json: { webhook: { organization_id: '00000000-0000-8000-8000-000000000001' } } })

    await stranger.sql`insert into public.invoices (team_id, total) values (2, 5), (1, 120.50)`
    const drained = await functions.call('POST', '/dispatcher', functions.serviceSecret)
    expect(drained.json).toMatchObject({ claimed: 1, succeeded: 1 })
    const [request] = await receiver.waitForCount(1)
    expect(verified(request!, made.json.secret as string)).toMatchObject({ event: 'invoice.created', data: { number: 4, team_id: 1, total: 120.5 } })
    await receiver.close()
  })

  test('an invoice that changes teams is deleted for one and created for the other', async () => {
    const organization = '00000000-0000-8000-8000-000000000002'
    const [webhook] = await stranger.sql`
      insert into public.webhook_configurations (organization_id, name, url, events) values (${organization}, 'Blue', 'https://example.com/', '{*}') returning id`
    await stranger.sql`update public.invoices set team_id = 2 where number = 1`
    await stranger.sql`update public.invoices set total = 11 where number = 1`
    await stranger.sql`update public.invoices set team_id = 1 where number = 1`
    const heard = await stranger.sql`select d.event_type from webhooks.deliveries d where d.webhook_id = ${webhook!.id as string} order by d.position`
    expect(heard.map(({ event_type }) => event_type)).toEqual(['invoice.created', 'invoice.updated', 'invoice.deleted'])
    await stranger.sql`delete from public.webhook_configurations where id = ${webhook!.id as string}`
  })

  test('a player turns it off and on, and no more; another team does not know that it exists', async () => {
    const { call, tokenOf } = functions!
    const list = await call('GET', '/webhooks?organization_id=1', tokenOf(player))
    const [webhook] = list.json.webhooks as { id: string }[]
    const asPlayer = (body: unknown) => call('PATCH', `/webhooks/${webhook!.id}`, tokenOf(player), body)
    expect((await asPlayer({ is_active: false })).status).toBe(200)
    expect((await asPlayer({ is_active: true })).status).toBe(200)
    expect((await asPlayer({ name: 'Mine' })).status).toBe(403)
    expect((await call('POST', '/webhooks', tokenOf(player), { organization_id: '1', name: 'Mine', url: 'https://example.com', events: ['*'] })).status).toBe(403)
    expect((await call('GET', `/webhooks/${webhook!.id}/secret`, tokenOf(player))).status).toBe(403)

    expect((await call('GET', `/webhooks/${webhook!.id}`, tokenOf(blue))).status).toBe(404)
    for (const named of ['1', '00000000-0000-8000-8000-000000000001', '9']) expect((await call('GET', `/webhooks?organization_id=${named}`, tokenOf(blue))).status, named).toBe(404)
    expect((await call('GET', '/webhooks?organization_id=reds', tokenOf(blue))).status).toBe(422)
    expect((await call('GET', '/webhooks?organization_id=2', tokenOf(blue))).json).toEqual({ webhooks: [] })
    for (const table of ['webhook_configurations', 'webhook_deliveries', 'webhook_logs']) {
      const seenBy = (user: string) => stranger.as(user, (sql) => sql`select from public.${sql(table)} where organization_id = '00000000-0000-8000-8000-000000000001'`)
      expect(await seenBy(blue), table).toHaveLength(0)
      expect((await seenBy(player)).length, table).toBeGreaterThan(0)
    }
  })

  test('the command line listens for a team, as its API key and as its captain', async () => {
    const { call, tokenOf } = functions!
    const { json: { token } } = await call('POST', '/webhooks/keys', tokenOf(captain), { organization_id: 1, name: 'Listener', scopes: ['read', 'write'] })
    for (const [caller, named] of [[token as string, {}], [tokenOf(captain), {}], [tokenOf(captain), { organization_id: 1 }]] as const) {
      const opened = await call('POST', '/webhooks/listeners', caller, named)
      expect(opened).toMatchObject({ status: 201, json: { listener: { organization_id: '00000000-0000-8000-8000-000000000001' } } })
      const at = `/webhooks/listeners/${(opened.json.listener as { id: string }).id}`
      expect(await call('POST', `${at}/take`, caller, {})).toEqual({ status: 200, json: { requests: [] } })
      expect([await call('POST', `${at}/take`, tokenOf(player), {}), await call('POST', `${at}/take`, tokenOf(blue), {})].map(({ status }) => status)).toEqual([403, 404])
      expect((await call('DELETE', at, caller)).status).toBe(204)
    }
  })

  test('each sees their own organizations, by number and title', async () => {
    const listed = (user: string) => stranger.as(user, async (sql) => (await sql`select public.webhook_organizations() as list`)[0]!.list as unknown)
    expect(await listed(player)).toEqual([{ id: '00000000-0000-8000-8000-000000000001', key: '1', name: 'Reds' }])
    expect(await listed(blue)).toEqual([{ id: '00000000-0000-8000-8000-000000000002', key: '2', name: 'Blues' }])
    const told = await stranger.sql`select webhooks.alert_recipients('00000000-0000-8000-8000-000000000001') as address`
    expect(told.map(({ address }) => address)).toEqual(['captain@reds.test'])
  })

  test.each([0n, 42n, -1n, 9223372036854775807n, -9223372036854775808n])('the number %s is found again in its uuid, which every uuid library accepts', async (number) => {
    const [row] = await stranger.sql`select webhooks.organization_of(${String(number)}::bigint) as id, webhooks.key_of(webhooks.organization_of(${String(number)}::bigint))::text as key`
    expect(row!.key).toBe(String(number))
    expect(row!.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  test('a team that is deleted takes its webhooks and API keys along', async () => {
    const [{ id }] = await stranger.sql`insert into public.teams (title) values ('Greens') returning id` as unknown as [{ id: string }]
    await stranger.sql`insert into public.webhook_configurations (organization_id, name, url, events) values (webhooks.organization_of(${id}), 'Green', 'https://example.com/', '{*}')`
    const [key] = await stranger.sql`select * from webhooks.make_api_key(webhooks.organization_of(${id}), 'green', 'thk_ab', repeat('ab', 32), '{read}')`
    await stranger.sql`delete from public.teams where id = ${id}`
    expect(await stranger.sql`select from public.webhook_api_keys where id = ${key!.id as string}`).toHaveLength(0)
    expect((await stranger.sql`select name from public.webhook_configurations`).map(({ name }) => name)).toEqual(['Books'])
  })

  test('an upgrade writes nothing when nothing is new, and a new chapter when there is one', () => {
    expect(tablehook(stranger, 'install', '--upgrade', '--db-url', stranger.url)).toEqual({ status: 0, output: 'Nothing has changed: no file is written.\n' })

    const carried = path.join(stranger.folder, 'node_modules/tablehook/carried.json')
    const parts = JSON.parse(fs.readFileSync(carried, 'utf8')) as { version: string, chapters: { name: string, sql: string }[] }
    const next = { ...parts, version: '9.9.9', chapters: [...parts.chapters, { name: '900_change_nothing', sql: 'select 1;\n' }] }
    fs.writeFileSync(carried, JSON.stringify(next))
    const { output } = tablehook(stranger, 'install', '--upgrade')
    expect([...output.matchAll(/^ {2}(?:write |change) {2}(\S+)$/gm)].map(([, file]) => file!.replace(/\d{14}/, '…'))).toEqual([
      'supabase/migrations/…_tablehook_900_change_nothing.sql', 'supabase/tablehook.json',
    ])

    fs.writeFileSync(carried, JSON.stringify({ ...next, chapters: next.chapters.map((one) => one.name === '120_configurations' ? { ...one, sql: `${one.sql}--` } : one) }))
    const refused = tablehook(stranger, 'install', '--upgrade')
    expect(refused).toMatchObject({ status: 4, output: expect.stringMatching(/installed from another 120_configurations than this version has\.\nSo this version is no upgrade .+ Nothing was written/) })
    fs.writeFileSync(carried, JSON.stringify(next))
  })

  test('other answers write the members’ chapter again', async () => {
    const { output } = tablehook(stranger, 'install', '--upgrade', '--db-url', stranger.url, '--managers', 'captain,player')
    expect(output).toMatch(/_tablehook_110_members\.sql/)
    stranger.push()
    const may = await stranger.as(player, async (sql) => (await sql`select public.webhook_capabilities(${'00000000-0000-8000-8000-000000000001'}) as can`)[0]!.can as { manage: boolean })
    expect(may.manage).toBe(true)
  })

  test('attach writes one migration', async () => {
    await stranger.sql.unsafe('create table public."Odd Projects" (id uuid primary key default gen_random_uuid(), team_id int not null)')
    const { output } = tablehook(stranger, 'attach', 'Odd Projects', '--db-url', stranger.url)
    expect(output).toMatch(/_tablehook_attach_odd_project\.sql/)
    stranger.push()
    const sources = await stranger.sql`select relation::text, prefix from webhooks.sources order by 1`
    expect(sources.map((each) => ({ ...each }))).toEqual([{ relation: '"Odd Projects"', prefix: 'odd_project' }, { relation: 'invoices', prefix: 'invoice' }])
    tablehook(stranger, 'attach', 'players', '--organization-column', 'nickname', '--db-url', stranger.url)
    expect(() => stranger.push()).toThrow(/Column .+nickname.+ of public.players names the organization, so it must be a bigint/)
    const [wrong] = fs.readdirSync(path.join(stranger.folder, 'supabase/migrations')).filter((file) => file.includes('attach_player'))
    fs.rmSync(path.join(stranger.folder, 'supabase/migrations', wrong!))
    await stranger.sql.unsafe('drop table public."Odd Projects"')
  })

  test('uninstall leaves the database and the folder as they were', async () => {
    await functions!.stop()
    const { status, output } = tablehook(stranger, 'uninstall', '--yes')
    expect(output).toContain('these are gone for good')
    expect(status).toBe(0)
    // What their own people did meanwhile.
    await stranger.sql`delete from public.invoices where number > 2`
    await stranger.sql`update public.invoices set total = 10 where number = 1`
    stranger.push()
    expect(await dump(stranger.sql)).toEqual(before)
    expect(fs.readdirSync(path.join(stranger.folder, 'supabase/functions'))).toEqual(['hello'])
    expect(fs.readFileSync(path.join(stranger.folder, 'supabase/config.toml'), 'utf8')).not.toContain('tablehook')
    expect(fs.existsSync(path.join(stranger.folder, 'supabase/tablehook.json'))).toBe(false)
  })
})
