// web/database.types.ts is committed (npm run gen:types): this tells when that was forgotten. It asks for names, columns, arguments
// and what may be left out or null, not for every type: the tool that writes them is not needed here.
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())

const forgotten = 'run `npm run gen:types` and commit web/database.types.ts'
const source = ts.createSourceFile('types.ts', readFileSync(new URL('../../web/database.types.ts', import.meta.url), 'utf8'), ts.ScriptTarget.Latest, true)
const database = source.statements.find((one) => ts.isTypeAliasDeclaration(one) && one.name.text === 'Database') as ts.TypeAliasDeclaration

/** The members of the type that these names lead to: none where there is none. */
function membersOf(type: ts.TypeNode | undefined, ...path: string[]): Map<string, ts.PropertySignature> {
  const members = type !== undefined && ts.isTypeLiteralNode(type) ? type.members.filter(ts.isPropertySignature) : []
  const named = new Map(members.map((member) => [(member.name as ts.StringLiteral | ts.Identifier).text, member]))
  const [first, ...rest] = path
  return first === undefined ? named : membersOf(named.get(first)?.type, ...rest)
}
const publicMembers = (...path: string[]) => membersOf(database.type, 'public', ...path)
const nameOf = ([name]: [string, ts.PropertySignature]) => name
const maySkip = ([name, { questionToken }]: [string, ts.PropertySignature]) => `${name}${questionToken ? '?' : ''}`
const mayBeNull = ([name, { type }]: [string, ts.PropertySignature]) => `${name}${type?.getText().includes('null') ? ' or null' : ''}`

test('has every table and view with its columns', async () => {
  const rows = await db.sql<{ name: string; columns: string[] }[]>`
    select c.relname as name,
           -- The tool knows no jsonpath, and looks through a view to the table behind it.
           array_agg(a.attname || case when a.attnotnull or c.relkind = 'v' or a.atttypid = 'jsonpath'::regtype then '' else ' or null' end order by a.attname collate "C") as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
    group by c.relname`
  const inFile = ['Tables', 'Views'].flatMap((kind) => [...publicMembers(kind).keys()].map((name) => [name, [...publicMembers(kind, name, 'Row')].map(kind === 'Views' ? nameOf : mayBeNull).sort()]))
  expect(Object.fromEntries(inFile), forgotten).toEqual(Object.fromEntries(rows.map(({ name, columns }) => [name, columns])))
})

test('has every function that can be called, with its arguments', async () => {
  const rows = await db.sql<{ name: string; args: string[] }[]>`
    select p.proname as name,
           array(select p.proargnames[i] || case when i > p.pronargs - p.pronargdefaults then '?' else '' end
                 from generate_series(1, p.pronargs) i order by p.proargnames[i] collate "C") as args
    from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype`
  const inFile = [...publicMembers('Functions').keys()].map((name) => [name, [...publicMembers('Functions', name, 'Args')].map(maySkip).sort()])
  expect(Object.fromEntries(inFile), forgotten).toEqual(Object.fromEntries(rows.map(({ name, args }) => [name, args])))
})
