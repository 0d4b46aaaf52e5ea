// The chapter that knows the app's tables is written by the same code for the demo and for everybody else.
import { describe, expect, test } from 'vitest'
import { parseTable, quoteTable, showTable, type Host, type MemberTable } from '../../cli/src/install/host.ts'
import { membersChapter } from '../../cli/src/install/members_chapter.ts'

const members: MemberTable = {
  kind: 'table', table: { schema: 'public', name: 'organization_members' }, user: 'user_id', userType: 'uuid', organization: 'organization_id',
  role: 'role', managers: ['owner', 'admin'], where: null,
}
const demo: Host = { keyType: 'uuid', organizations: { table: { schema: 'public', name: 'organizations' }, key: 'id', name: 'name' }, members }

// Changed on purpose? `npx vitest run --project core tests/core/members_chapter.test.ts -u` writes it anew.
test('the chapter of the demo is what install would write for it', () =>
  expect(membersChapter(demo)).toMatchFileSnapshot('../../supabase/migrations/20261121000110_webhooks_members.sql'))

describe('names of tables', () => {
  test.each([
    ['teams', 'public.teams', 'teams'],
    ['app.teams', 'app.teams', 'app.teams'],
    ['Team', 'public."Team"', 'Team'],
    ['auth.users', 'auth.users', 'auth.users'],
    ['"Odd Shop"."Käufe ""x"".y"', '"Odd Shop"."Käufe ""x"".y"', 'Odd Shop."Käufe ""x"".y"'],
    ['order', 'public.order', 'order'],
    ['user.group', '"user".group', 'user.group'],
  ])('%s', (text, quoted, shown) => {
    const table = parseTable(text)!
    expect(quoteTable(table)).toBe(quoted)
    expect(showTable(table)).toBe(shown)
    expect(parseTable(shown)).toEqual(table)
  })

  test.each(['', '.', 'a.', '.a', 'a.b.c', '"a', 'a"b'])('%j is none', (text) => expect(parseTable(text)).toBeNull())
})

describe('what the answers change', () => {
  const chapter = (changes: Partial<MemberTable>, host: Partial<Host> = {}) => membersChapter({ ...demo, ...host, members: { ...members, ...changes } })
  test.each([
    ['a boolean role', { role: 'is admin', managers: null }, 'and m."is admin"\n'],
    ['no role', { role: null }, 'from public.organization_members m where m.user_id = organizations_managed_by.user_id\n$$;'],
    ['a quote in a role', { managers: ["cap'n"] }, "and m.role in ('cap''n')"],
    ['users as text', { userType: 'text' as const }, 'm.user_id = organizations_of.user_id::text\n'],
    ['only some rows', { where: 'm.accepted_at is not null' }, 'm.user_id = organizations_of.user_id and (m.accepted_at is not null)\n'],
  ])('%s', (_, changes, expected) => expect(chapter(changes)).toContain(expected))
})
