// The pure parts of `npx tablehook install`: what it reads from flags and schemas, and how it names and writes.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Ask } from '../../cli/src/install/ask.ts'
import { attachSql, completeAttachment, defaultPrefix, parseAttachments } from '../../cli/src/install/attachment.ts'
import { readParts } from '../../cli/src/install/carried.ts'
import { addSections, removeSections } from '../../cli/src/install/config_sections.ts'
import { decideHost } from '../../cli/src/install/decide_host.ts'
import { readGiven, type Flags } from '../../cli/src/install/given.ts'
import type { Host } from '../../cli/src/install/host.ts'
import { install } from '../../cli/src/install/install.ts'
import { sha256, type Manifest } from '../../cli/src/install/manifest.ts'
import { chapterAsMigration, migrationNames } from '../../cli/src/install/migration_file.ts'
import { changedByHand } from '../../cli/src/install/plan.ts'
import { managingRoles, propose } from '../../cli/src/install/propose.ts'
import type { Project } from '../../cli/src/install/project.ts'
import type { Reader } from '../../cli/src/install/read_schema.ts'
import type { Schema, Table } from '../../cli/src/install/schema.ts'
import { publicObjects } from '../../cli/src/install/uninstall.ts'

const project = (migrations: string[]): Project => ({ root: '/app', config: '', migrations, ref: null })
const now = new Date('2026-03-01T10:20:30.900Z')

describe('migrations are named', () => {
  test.each<[string, string[], string[]]>([
    ['by the time', [], ['20260301102030', '20260301102031']],
    ['after those that are there', ['20260301102030_a.sql', '20251231000000_b.sql'], ['20260301102031', '20260301102032']],
    ['after one from the future, over the end of a day', ['20291231235959_a.sql'], ['20300101000000', '20300101000001']],
    ['after one whose stamp is no time', ['20260399999999_a.sql', 'notes.sql'], ['20260611044040', '20260611044041']],
  ])('%s', (_, there, expected) => {
    const name = migrationNames(project(there), now)
    expect([name('x'), name('x')]).toEqual(expected.map((stamp) => `supabase/migrations/${stamp}_tablehook_x.sql`))
  })
})

test('a database that is too old is refused, by what it says or by what config.toml says of it', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tablehook-'))
  try {
    fs.mkdirSync(path.join(folder, 'supabase'))
    fs.writeFileSync(path.join(folder, 'supabase/config.toml'), '[db]\nport = 1\nmajor_version = 14\n')
    const workplace = { folder, parts: readParts, ask: null, now: () => now, say: () => {} }
    await expect(install({ yes: true, organizations: 'teams', members: 'members', keyType: 'uuid' }, workplace)).rejects.toThrow('Your database is Postgres 14, and Tablehook needs 15 or later.')
    expect(fs.readdirSync(path.join(folder, 'supabase'))).toEqual(['config.toml'])
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
})

describe('what would be half an installation', () => {
  const flags = { yes: true, organizations: 'teams', members: 'members', managers: 'owner', keyType: 'uuid', organizationKey: 'id', organizationName: 'name', memberUser: 'user_id', memberOrganization: 'team_id', memberRole: 'role' } as const
  /** In a project of its own: what install says, and the files that are there then. */
  async function installIn(there: Record<string, string>): Promise<{ said: string, files: string[] }> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tablehook-'))
    try {
      const config = Object.keys(there).some((file) => file.startsWith('supabase/config.toml')) ? {} : { 'supabase/config.toml': '[db]\nport = 1\nmajor_version = 17\n' }
      for (const [file, text] of Object.entries({ ...config, ...there })) {
        fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
        fs.writeFileSync(path.join(folder, file), text)
      }
      const said = await install(flags, { folder, parts: readParts, ask: null, now: () => now, say: () => {} }).then(() => 'done', (error: Error) => error.message)
      return { said, files: fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => fs.statSync(path.join(folder, file)).isFile()).sort() }
    } finally {
      fs.rmSync(folder, { recursive: true })
    }
  }

  test('is taken back when a file cannot be written', async () => {
    // A file stands where the folder of the functions goes: the migrations are written by then.
    const { said, files } = await installIn({ 'supabase/functions/_tablehook': '' })
    expect(said).toMatch(/^supabase\/functions\/_tablehook\/\S+ cannot be written \((EEXIST|ENOTDIR)\)\. Nothing has changed/)
    expect(files).toEqual(['supabase/config.toml', 'supabase/functions/_tablehook'])
  })

  test.each<[string, Record<string, string>, string]>([
    ['the migrations', { 'supabase/migrations': '' }, 'supabase/migrations is a file where a folder belongs. Give it another name, or delete it, and run the command again.'],
    ['the functions', { 'supabase/functions': '' }, 'supabase/functions is a file where a folder belongs. Give it another name, or delete it, and run the command again.'],
    ['config.toml, as a folder', { 'supabase/config.toml/x': '' }, 'supabase/config.toml cannot be read (EISDIR). Make it readable, and run the command again.'],
  ])('is not begun where something stands in the way: %s', async (_, there, expected) => {
    expect((await installIn(there)).said).toBe(expected)
  })

  test.each([['is damaged', '{}'], ['is a list', '[]'], ['is nothing', 'null']])('is not built upon: a manifest that %s', async (_, manifest) => {
    expect((await installIn({ 'supabase/tablehook.json': manifest })).said).toBe('supabase/tablehook.json cannot be read: it does not say what was installed. Bring it back from your version control.')
  })

  test('is not made of a whole one whose manifest is lost; after an uninstall there is none', async () => {
    const first = { 'supabase/migrations/20260101000000_tablehook_100_schema.sql': '', 'supabase/migrations/20260101000001_tablehook_110_members.sql': '' }
    expect((await installIn(first)).said).toContain('supabase/tablehook.json is missing')
    expect((await installIn({ ...first, 'supabase/migrations/20260102000000_tablehook_uninstall.sql': '' })).said).toBe('done')
  })
})

test('a file that git gave the line ends of Windows was not changed by hand', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tablehook-'))
  try {
    const file = path.join(root, 'supabase/functions/_tablehook/core/one.ts')
    fs.mkdirSync(path.dirname(file), { recursive: true })
    const changed = (text: string) => {
      fs.writeFileSync(file, text)
      return changedByHand({ ...project([]), root }, { functions: { 'core/one.ts': sha256('a\nb\n') } } as unknown as Manifest)
    }
    expect(changed('a\r\nb\r\n')).toEqual([])
    expect(changed('a\r\nc\r\n')).toEqual(['supabase/functions/_tablehook/core/one.ts'])
  } finally {
    fs.rmSync(root, { recursive: true })
  }
})

test('every chapter but the first suspends the default privileges, and every one restores them', () => {
  const { chapters } = readParts()
  expect(chapters.length).toBeGreaterThan(20)
  expect(chapters.map(({ name }) => name)).not.toContain('110_members')
  for (const chapter of chapters) {
    const calls = (name: string) => chapterAsMigration(chapter, '1.0.0').split(`\nselect webhooks.${name}_default_privileges();\n`).length - 1
    expect([chapter.name, calls('suspend'), calls('restore')]).toEqual([chapter.name, 1, 1])
  }
})

describe('tables to attach', () => {
  const host: Host = {
    keyType: 'bigint', organizations: { table: { schema: 'public', name: 'teams' }, key: 'id', name: null },
    members: { kind: 'table', table: { schema: 'public', name: 'm' }, user: 'user_id', userType: 'uuid', organization: 'team_id', role: null, managers: null, where: null },
  }
  test.each<[string, string]>([
    ['invoices', "select webhooks.attach('public.invoices', 'invoice', organization_column => 'team_id');"],
    ['invoices:bill.sent:organization_id', "select webhooks.attach('public.invoices', 'bill.sent');"],
    ['"Odd:Shop"."It\'s":it:The Team:The Key', `select webhooks.attach('"Odd:Shop"."It''s"', 'it', organization_column => 'The Team', key_column => 'The Key');`],
  ])('%s', (text, sql) => expect(parseAttachments(text).map((one) => attachSql(completeAttachment(one, host, null)))).toEqual([sql]))

  test('a table that is not in the database is refused, unless all is said about it', () => {
    const looked: Schema = [{ table: { schema: 'public', name: 'invoices' }, columns: [{ name: 'id', type: 'uuid', labels: null }, { name: 'team_id', type: 'bigint', labels: null }], primaryKey: ['id'], uniqueKeys: [['id']], references: [] }]
    const complete = (text: string) => parseAttachments(text).map((one) => attachSql(completeAttachment(one, host, looked)))
    expect(() => complete('invoice')).toThrow(/^There is no table invoice in this database\. Is it invoices\?/)
    expect(() => complete('nope')).toThrow(/name its columns: nope:nope:<organization column>:<key column>\.$/)
    expect(complete('later:later:team_id:id')).toEqual(["select webhooks.attach('public.later', 'later', organization_column => 'team_id');"])
    expect(complete('invoices')).toHaveLength(1)
  })

  test.each([['Invoices', 'invoice'], ['TeamMembers', 'team_member'], ['Käufe %', 'kaufe'], ['статьи', 'row'], ['news', 'new'],
    ['ledger_entries', 'ledger_entry'], ['Companies', 'company'], ['ties', 'tie'], ['addresses', 'address'], ['batches', 'batch'], ['boxes', 'box'], ['houses', 'house'], ['order_status', 'order_status']])('the events of %s begin with %s', (name, prefix) =>
    expect(defaultPrefix({ schema: 'public', name })).toBe(prefix))

  test.each(['a:b:c:d:e', 'a.b.c', 'invoices:Über'])('%s is refused', (text) => expect(() => parseAttachments(text).map((one) => completeAttachment(one, host, null))).toThrow())
})

describe('config.toml', () => {
  const config = '[functions.hello] # mine\nverify_jwt = true\n'
  test('gets two sections, once, and loses them again', () => {
    const added = addSections(config, ['hello', '_shared'])
    expect(added.startsWith(config)).toBe(true)
    expect(added.match(/^\[functions\.(webhooks|dispatcher)\]$/gm)).toHaveLength(2)
    expect(addSections(added, ['hello'])).toBe(added)
    expect(removeSections(added)).toBe(config)
  })
  test('keeps its line ends, and loses the sections again whatever line ends git gave them', () => {
    const ofWindows = config.replaceAll('\n', '\r\n')
    const added = addSections(ofWindows, [])
    expect(added.startsWith(ofWindows)).toBe(true)
    expect(added).not.toMatch(/[^\r]\n/)
    expect(removeSections(added)).toBe(ofWindows)
    expect(removeSections(addSections(config, []).replaceAll('\n', '\r\n'))).toBe(ofWindows)
    expect(removeSections(added.replaceAll('\r\n', '\n'))).toBe(config)
  })
  test.each<[string, string, string[]]>([
    ['in the file', '[functions]\nwebhooks = { verify_jwt = true }\n', []],
    ['as a folder', '', ['dispatcher']],
  ])('with a function of the same name %s is refused', (_, text, folders) => expect(() => addSections(text, folders)).toThrow(/has a function named/))
})

const column = (name: string, type = 'uuid', labels: string[] | null = null) => ({ name, type, labels })
const users: Table = { table: { schema: 'auth', name: 'users' }, columns: [column('id')], primaryKey: ['id'], uniqueKeys: [['id']], references: [] }
const table = (name: string, columns: Table['columns'], references: [string, string][], keys: string[][] = [['id']]): Table => ({
  table: { schema: 'public', name }, columns, primaryKey: keys[0] ?? [], uniqueKeys: keys,
  references: references.map(([from, to]) => ({ column: from, target: 'id', table: to === 'users' ? users.table : { schema: 'public', name: to } })),
})
const schema: Schema = [
  table('projects', [column('id'), column('workspace_id', 'integer'), column('created_by')], [['workspace_id', 'workspaces'], ['created_by', 'users']]),
  table('comments', [column('id'), column('author'), column('project_id'), column('type', 'text')], [['author', 'users'], ['project_id', 'projects']]),
  table('seats', [column('workspace_id', 'integer'), column('profile_id'), column('level', 'text')], [['workspace_id', 'workspaces'], ['profile_id', 'profiles']], [['workspace_id', 'profile_id']]),
  table('profiles', [column('id'), column('nickname', 'text')], [['id', 'users']]),
  table('workspaces', [column('id', 'integer'), column('title', 'text')], []),
  users,
]
const reader: Reader = { schema, valuesOf: async () => ['viewer', 'editor', 'administrator'], problemOf: async () => null, version: 17, hasTablehook: false, inTheWay: [], close: async () => {} }

const withLevel = (type: string, labels: string[] | null): Schema => schema.map((one) => one.table.name !== 'seats' ? one : { ...one, columns: one.columns.map((each) => each.name === 'level' ? column('level', type, labels) : each) })

describe('the members’ table is found', () => {
  test('by what ties users to organizations, through profiles too', () => {
    expect(propose(schema)[0]).toEqual({
      organizations: { table: { schema: 'public', name: 'workspaces' }, key: 'id', name: 'title' },
      members: { table: { schema: 'public', name: 'seats' }, user: 'profile_id', organization: 'workspace_id', role: 'level' },
    })
  })
  test('and the roles that manage, by their names', () => {
    expect(managingRoles(['member', 'Admin', 'owner', 'billing_manager', 'guest'])).toEqual(['owner', 'Admin', 'billing_manager'])
  })
  test('so that nothing need be said', async () => {
    expect(await decideHost({}, reader, null)).toMatchObject({ keyType: 'bigint', members: { user: 'profile_id', managers: ['administrator'] } })
  })
})

describe('what is said wrongly is refused, with what to do', () => {
  test.each<[string, Flags, Reader | null, RegExp]>([
    ['a table that is not there', { organizations: 'Workspaces', members: 'seats' }, reader, /no table Workspaces.*Is it workspaces\?/],
    ['a column that is not there', { memberRole: 'rank' }, reader, /seats has no column rank. It has workspace_id, profile_id, level/],
    ['a key that is not unique', { organizations: 'projects', members: 'comments', organizationKey: 'created_by' }, reader, /not unique/],
    ['roles that cannot be guessed', {}, { ...reader, valuesOf: async () => ['a', 'b'] }, /--managers owner,admin. In seats.level there is a, b/],
    ['a role that the column cannot hold', { managers: 'owner,boss' }, { ...reader, schema: withLevel('text', ['owner', 'guest']) }, /seats\.level is never boss.*one of owner, guest/],
    ['roles, where a boolean says who manages', { memberRole: 'level', managers: 'owner' }, { ...reader, schema: withLevel('boolean', null) }, /is a boolean.*Leave --managers out/],
    ['roles, where no column is known to hold them', { managers: 'owner' }, { ...reader, schema: withLevel('boolean', null) }, /no column of seats is known.*--member-role/],
    ['roles without their column, where nothing can be looked at', { organizations: 'teams', members: 'team_members', keyType: 'uuid', managers: 'owner' }, null, /no column of team_members is known.*--member-role/],
    ['a condition that Postgres cannot run', { membersWhere: 'm.acepted_at is not null' }, { ...reader, problemOf: async () => 'column m.acepted_at does not exist' }, /--members-where cannot run: column m\.acepted_at does not exist\./],
    ['tables that look like nothing', {}, { ...reader, schema: [users] }, /--organizations auth.users/],
    ['nothing, where nothing can be looked at', {}, null, /--db-url names none.*--organizations teams --members team_members/],
    ['no type of keys', { organizations: 'teams', members: 'team_members' }, null, /--key-type uuid, bigint or text/],
    ['one function of two', { myOrganizations: 'mine' }, null, /go together/],
  ])('%s', async (_, flags, look, message) => {
    await expect((async () => decideHost(readGiven(flags), look, null))()).rejects.toThrow(message)
  })
})

test('at a terminal everything is asked that was not said', async () => {
  const asked: string[] = []
  const answers: Record<string, string> = { 'The key column of teams': 'slug', 'The column with the role; empty if all members may manage webhooks': 'is_boss' }
  const ask = {
    table: async (question: string) => { asked.push(question); return { schema: 'public', name: question.includes('holds') ? 'teams' : 'people' } },
    text: async (question: string, usual: string) => { asked.push(question); return answers[question] ?? usual },
    list: async (question: string) => { asked.push(question); return [] },
    keyType: async () => 'text',
  } as unknown as Ask
  expect(await decideHost({}, null, ask)).toEqual({
    keyType: 'text', organizations: { table: { schema: 'public', name: 'teams' }, key: 'slug', name: null },
    members: { kind: 'table', table: { schema: 'public', name: 'people' }, user: 'user_id', userType: 'uuid', organization: 'team_id', role: 'is_boss', managers: null, where: null },
  })
  expect(asked).toHaveLength(7)
})

test('uninstall drops what the chapters make in public, by signature', () => {
  expect(publicObjects(`
create table public.a (id int);
create view public.v as select 1;
create function public.f(one uuid, two text[] default '{a,b}', three numeric(4, 2) default null
) returns jsonb
create function public.g() returns void
create function webhooks.h() returns void
`)).toEqual(['view if exists public.v cascade', 'table if exists public.a cascade', 'function if exists public.f(uuid, text[], numeric(4, 2))', 'function if exists public.g()'])
})
