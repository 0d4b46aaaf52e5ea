// From flags, schema and answers to what Tablehook must know of the app.
import type { Ask } from './ask.ts'
import type { Given } from './given.ts'
import { quoteTable, showTable, type Host, type KeyType, type MemberTable, type TableName } from './host.ts'
import { EVERY_USER, managingRoles, nameColumn, propose, roleColumn, type Proposal } from './propose.ts'
import type { Reader } from './read_schema.ts'
import { Refused } from './refused.ts'
import { findTable, keyTypeOf, sameTable, USERS, type Column, type Table } from './schema.ts'
import { singular } from './singular.ts'

/** `ask` is null where nobody can be asked: then what is neither given nor found is refused. */
export async function decideHost(given: Given, reader: Reader | null, ask: Ask | null): Promise<Host> {
  if (given.myOrganizations !== undefined && given.managedOrganizations !== undefined) return hostOfFunctions(given, reader)
  return reader === null ? hostAsTold(given, ask) : hostAsFound(given, reader, ask)
}

function hostOfFunctions(given: Given, reader: Reader | null): Host {
  const key = given.organizationKey ?? 'id'
  const table = given.organizations === undefined || reader === null ? null : requireTable(reader, given.organizations, '--organizations')
  const keyType = given.keyType ?? (table === null ? undefined : keyTypeOf(requireColumn(table, key).type))
  if (keyType == null) throw new Refused('Say what the functions answer with: --key-type uuid, bigint or text.')
  return {
    keyType,
    organizations: given.organizations === undefined ? null : { table: given.organizations, key, name: given.organizationName ?? (table === null ? null : nameColumn(table)) },
    members: { kind: 'functions', mine: call(given.myOrganizations!), managed: call(given.managedOrganizations!) },
  }
}

/** `public.my_teams` → `public.my_teams()`. Without a schema it could not be found: the search path is empty. */
function call(name: string): string {
  const called = name.endsWith(')') ? name : `${name}()`
  return /^[\w"$]+\./.test(called) ? called : `public.${called}`
}

async function hostAsFound(given: Given, reader: Reader, ask: Ask | null): Promise<Host> {
  const proposal = await chooseProposal(given, reader, ask)
  const organizations = requireTable(reader, given.organizations ?? proposal.organizations.table, '--organizations')
  const members = requireTable(reader, given.members ?? proposal.members.table, '--members')
  const key = requireColumn(organizations, given.organizationKey ?? proposal.organizations.key)
  const organization = requireColumn(members, given.memberOrganization ?? proposal.members.organization)
  const user = requireColumn(members, given.memberUser ?? proposal.members.user)
  const keyType = keyTypeOf(key.type)
  if (keyType === null) throw new Refused(`${showTable(organizations.table)}.${key.name} is of type ${key.type}. Organizations can be told apart by uuid, whole numbers or text.`)
  if (!organizations.uniqueKeys.some((columns) => columns.length === 1 && columns[0] === key.name)) {
    throw new Refused(`${showTable(organizations.table)}.${key.name} is not unique. Name a column that tells organizations apart: --organization-key.`)
  }
  if (keyTypeOf(organization.type) !== keyType) {
    throw new Refused(`${showTable(members.table)}.${organization.name} is of type ${organization.type}, but ${showTable(organizations.table)}.${key.name} of type ${key.type}.`)
  }
  const userType = keyTypeOf(user.type)
  if (userType !== 'uuid' && userType !== 'text') throw new Refused(`${showTable(members.table)}.${user.name} is of type ${user.type}, and no id of auth.users. Functions of yours can say who belongs where: --my-organizations and --managed-organizations.`)
  if (given.membersWhere !== undefined) await requireCondition(given.membersWhere, members, reader)
  const role = given.memberRole ?? proposal.members.role
  if (role === null) refuseManagersOfNoRole(given, members.table)
  return {
    keyType,
    organizations: { table: organizations.table, key: key.name, name: given.organizationName ?? proposal.organizations.name },
    members: {
      kind: 'table', table: members.table, user: user.name, userType, organization: organization.name, where: given.membersWhere ?? null,
      role, managers: role === null ? null : await decideManagers(given, members, requireColumn(members, role), reader, ask),
    },
  }
}

async function chooseProposal(given: Given, { schema }: Reader, ask: Ask | null): Promise<Proposal> {
  if (given.organizations !== undefined && sameTable(given.organizations, USERS)) return EVERY_USER
  const fits = propose(schema).filter(({ organizations, members }) =>
    (given.organizations === undefined || sameTable(given.organizations, organizations.table)) && (given.members === undefined || sameTable(given.members, members.table))
    && (given.memberUser === undefined || given.memberUser === members.user))
  if (given.organizations !== undefined && given.members !== undefined) return fits[0] ?? completeByName(given.organizations, given.members, given, schema)
  if (ask !== null) return ask.proposal([...fits, ...(given.organizations === undefined && given.members === undefined ? [EVERY_USER] : [])])
  if (fits[0] === undefined) throw new Refused('No table looks like the members of organizations. Name yours: --organizations teams --members team_members. Is everybody on their own, it is --organizations auth.users.')
  return fits[0]
}

/** Two tables that no foreign key ties: their columns are guessed by name, and then looked for. */
function completeByName(organizations: TableName, members: TableName, given: Given, schema: Reader['schema']): Proposal {
  const [tenants, people] = [findTable(schema, organizations), findTable(schema, members)]
  const guess = byName(organizations, members, given)
  return {
    organizations: { ...guess.organizations, name: tenants === null ? null : nameColumn(tenants) },
    members: { ...guess.members, role: people === null ? null : roleColumn(people, [guess.members.user, guess.members.organization]) },
  }
}

function byName(organizations: TableName, members: TableName, given: Given): Proposal {
  return {
    organizations: { table: organizations, key: given.organizationKey ?? 'id', name: given.organizationName ?? null },
    members: { table: members, user: given.memberUser ?? 'user_id', organization: given.memberOrganization ?? `${singular(organizations.name)}_id`, role: given.memberRole ?? null },
  }
}

async function decideManagers(given: Given, members: Table, role: Column, reader: Reader, ask: Ask | null): Promise<string[] | null> {
  if (given.managers !== undefined) return requireRoles(given.managers, members, role)
  if (role.type === 'boolean') return null
  const roles = role.labels ?? await reader.valuesOf(members.table, role.name)
  const likely = managingRoles(roles)
  if (ask !== null) return ask.managers(`${showTable(members.table)}.${role.name}`, roles, likely)
  if (likely.length > 0) return likely
  throw new Refused(`Say which roles manage webhooks: --managers owner,admin. In ${showTable(members.table)}.${role.name} there is ${roles.join(', ') || 'nothing yet'}.`)
}

/** Otherwise every member would manage webhooks, which is not what was said. */
function refuseManagersOfNoRole({ managers }: Given, members: TableName): void {
  if (managers !== undefined) throw new Refused(`--managers is given, but no column of ${showTable(members)} is known to say what a member may do. Name it: --member-role.`)
}

/** A role that nobody can have would leave an organization without managers: nobody could make a webhook. */
function requireRoles(managers: string[], { table }: Table, { name, type, labels }: Column): string[] {
  if (type === 'boolean') throw new Refused(`${showTable(table)}.${name} is a boolean: who has it manages webhooks. Leave --managers out.`)
  const unknown = labels === null ? [] : managers.filter((role) => !labels.includes(role))
  if (unknown.length > 0) throw new Refused(`${showTable(table)}.${name} is never ${unknown.join(' or ')} (--managers). It is one of ${labels!.join(', ')}.`)
  return managers
}

/** Told now, not by a migration that fails when it is pushed. */
async function requireCondition(where: string, { table }: Table, reader: Reader): Promise<void> {
  const problem = await reader.problemOf(`select from ${quoteTable(table)} m where (${where})`)
  if (problem !== null) throw new Refused(`--members-where cannot run: ${problem}. It is SQL over m, a row of ${showTable(table)}: "m.accepted_at is not null".`)
}

/** Nothing was read: what is not given is asked, and what nobody can be asked has a usual value or is refused. */
async function hostAsTold(given: Given, ask: Ask | null): Promise<Host> {
  const organizations = given.organizations ?? await ask?.table('Which table holds your organizations?', 'organizations')
  if (organizations === undefined) throw new Refused('No database was looked at: none answers where supabase start would have it, and --db-url names none. Name one, or say which tables: --organizations teams --members team_members.')
  const isEveryUser = sameTable(organizations, USERS)
  const members = isEveryUser ? USERS : given.members ?? await ask?.table('Which table says who belongs to them?', 'organization_members')
  if (members === undefined) throw new Refused('Say which table holds the members: --members team_members.')
  const guess = isEveryUser ? EVERY_USER : byName(organizations, members, given)
  const column = async (flag: string | undefined, question: string, usual: string) => flag ?? (ask === null || isEveryUser ? usual : await ask.text(question, usual))
  const key = await column(given.organizationKey, `The key column of ${showTable(organizations)}`, guess.organizations.key)
  const keyType: KeyType | undefined = isEveryUser ? 'uuid' : given.keyType ?? await ask?.keyType(`${showTable(organizations)}.${key}`)
  if (keyType === undefined) throw new Refused('Say what the keys of organizations are: --key-type uuid, bigint or text.')
  const user = await column(given.memberUser, `The column of ${showTable(members)} with the user’s id`, guess.members.user)
  const organization = await column(given.memberOrganization, `The column of ${showTable(members)} with the organization’s key`, guess.members.organization)
  const role = isEveryUser ? null : given.memberRole ?? (await ask?.text('The column with the role; empty if all members may manage webhooks', '') || null)
  if (role === null) refuseManagersOfNoRole(given, members)
  const managers = role === null ? null : given.managers ?? await ask?.list('Which roles manage webhooks? Empty if the column is a boolean', 'owner,admin') ?? null
  const table: MemberTable = { kind: 'table', table: members, user, userType: 'uuid', organization, role, managers: managers?.length === 0 ? null : managers, where: given.membersWhere ?? null }
  return { keyType, organizations: { table: organizations, key, name: given.organizationName ?? guess.organizations.name }, members: table }
}

function requireTable({ schema }: Reader, name: TableName, flag: string): Table {
  const table = findTable(schema, name)
  if (table !== null) return table
  const like = schema.filter((one) => one.table.name.toLowerCase() === name.name.toLowerCase()).map((one) => showTable(one.table))
  throw new Refused(`There is no table ${showTable(name)} (${flag}).${like.length > 0 ? ` Is it ${like.join(' or ')}?` : ''}`)
}

function requireColumn(table: Table, name: string): Column {
  const column = table.columns.find((one) => one.name === name)
  if (column === undefined) throw new Refused(`${showTable(table.table)} has no column ${name}. It has ${table.columns.map((one) => one.name).join(', ')}.`)
  return column
}
