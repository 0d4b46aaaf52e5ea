// Guesses, from foreign keys and names, which tables are the organizations and their members. People confirm them.
import type { Organizations, TableName } from './host.ts'
import { findTable, keyTypeOf, sameTable, USERS, type Column, type Reference, type Schema, type Table } from './schema.ts'

export type Proposal = {
  organizations: Organizations
  members: { table: TableName, user: string, organization: string, role: string | null }
}

const TENANT = /org|team|work_?space|account|compan|tenant|group|club|project|customer/i
const MEMBERS = /member|user|role|access|seat|people|staff|profile/i
const ROLE = /^((member|user|team|org|organization|workspace|account)_?)?(role|access|access_level|permission|level|type|kind|position)$/i
const BOOLEAN_ROLE = /^(is_?)?(admin|owner|manager|captain|lead|leader)$/i
const NAMES = ['name', 'title', 'display_name', 'label', 'company', 'slug', 'email']
const LEAST_SCORE = 2

/** Likely pairs of tables, the likeliest first. */
export function propose(schema: Schema): Proposal[] {
  const found = schema.flatMap((table) => memberships(schema, table))
  return found.filter(({ score }) => score >= LEAST_SCORE).sort((a, b) => b.score - a.score).map(({ proposal }) => proposal)
}

/** For an app without organizations: everybody is one. */
export const EVERY_USER: Proposal = { organizations: { table: USERS, key: 'id', name: 'email' }, members: { table: USERS, user: 'id', organization: 'id', role: null } }

function memberships(schema: Schema, table: Table): { proposal: Proposal, score: number }[] {
  if (sameTable(table.table, USERS)) return []
  const users = table.references.filter((reference) => leadsToUser(schema, reference))
  const tenants = table.references.filter((reference) => !sameTable(reference.table, table.table) && !leadsToUser(schema, reference))
  return users.flatMap((user) => tenants.flatMap((tenant) => {
    const organizations = findTable(schema, tenant.table)
    const key = organizations?.columns.find(({ name }) => name === tenant.target)
    if (organizations === null || key === undefined || keyTypeOf(key.type) === null) return []
    const role = roleColumn(table, [user.column, tenant.column])
    const proposal = {
      organizations: { table: tenant.table, key: tenant.target, name: nameColumn(organizations) },
      members: { table: table.table, user: user.column, organization: tenant.column, role },
    }
    return [{ proposal, score: score(table, user.column, tenant, role) }]
  }))
}

function score(table: Table, user: string, tenant: Reference, role: string | null): number {
  const isPair = table.uniqueKeys.some((key) => [...key].sort().join() === [user, tenant.column].sort().join())
  const isUser = table.primaryKey.length === 1 && table.primaryKey[0] === user
  return (isPair ? 3 : 0) + (isUser ? 1 : 0) + (role === null ? 0 : 1) + (MEMBERS.test(table.table.name) ? 1 : 0) + (TENANT.test(tenant.table.name) ? 1 : 0)
}

/** To auth.users, or to a table whose key is the user's: profiles. */
function leadsToUser(schema: Schema, { table, target }: Reference): boolean {
  if (sameTable(table, USERS)) return true
  return findTable(schema, table)?.references.some((next) => next.column === target && sameTable(next.table, USERS)) === true
}

/** The column that says what a member may do. */
export function roleColumn({ columns }: Table, keys: string[]): string | null {
  const others = columns.filter(({ name }) => !keys.includes(name))
  const isText = ({ type, labels }: Column) => labels !== null || keyTypeOf(type) === 'text' || keyTypeOf(type) === 'bigint'
  const role = others.find((column) => ROLE.test(column.name) && isText(column)) ?? others.find(({ name, type }) => BOOLEAN_ROLE.test(name) && type === 'boolean')
  return role?.name ?? null
}

/** Those of the roles that sound as if they managed something, the highest first. */
export function managingRoles(roles: string[]): string[] {
  const ranks = [/own|found|captain|^super|^root/i, /admin|chief|head|principal/i, /manag|lead/i]
  return ranks.flatMap((rank) => roles.filter((role) => rank.test(role))).filter((role, at, all) => all.indexOf(role) === at)
}

/** The column that people know a row by. */
export function nameColumn({ columns }: Table): string | null {
  return NAMES.find((name) => columns.some((column) => column.name === name && keyTypeOf(column.type) === 'text')) ?? null
}
