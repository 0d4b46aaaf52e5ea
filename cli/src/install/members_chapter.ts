// The one chapter that knows the app's own tables, written from what install was told about them.
import { quoteName, quoteTable, quoteText, type Host, type KeyType, type MemberTable, type Organizations } from './host.ts'

/** Webhooks, chapter 2, as SQL for this app. It may run again with other answers, as long as the type of the keys stays. */
export function membersChapter(host: Host): string {
  return `${[head(host), keys(host), members(host), names(host), alertRecipients(host)].join('\n\n')}\n`
}

function head({ organizations, members }: Host): string {
  const tables = [organizations?.table, members.kind === 'table' ? members.table : undefined].filter((table) => table !== undefined).map(quoteTable)
  const known = members.kind === 'functions' ? [...tables, members.mine, members.managed] : tables
  return `-- Webhooks, chapter 2: who belongs to which organization.
--
-- The only place that knows the app's own tables, here ${[...new Set(known)].join(' and ')}.
-- Written by \`npx tablehook install\`. With other answers it writes a chapter that replaces these functions; nothing else changes.`
}

/** Tablehook's own tables name organizations by uuid. These say which uuid a key of the app is, and back. */
const keyFunctions: Record<KeyType, { of: string, ofComment: string, named: string }> = {
  uuid: {
    of: 'return key',
    ofComment: 'The id that an organization has in the tables of Tablehook: its own.',
    named: 'return key::uuid',
  },
  bigint: {
    of: `return ('00000000' || pg_catalog.overlay(pg_catalog.lpad(pg_catalog.to_hex(key), 16, '0'), '80008000', 5, 0))::uuid`,
    ofComment: 'The id that an organization has in the tables of Tablehook: a version 8 uuid that holds its number. 42 is 00000000-0000-8000-8000-00000000002a.',
    named: 'return webhooks.organization_of(key::bigint)',
  },
  text: {
    of: `return pg_catalog.overlay(pg_catalog.overlay(pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(key, 'UTF8')), 'hex'), 32), '8', 13), '8', 17)::uuid`,
    ofComment: 'The id that an organization has in the tables of Tablehook: a version 8 uuid made from the SHA-256 of its key.',
    named: 'return webhooks.organization_of(key)',
  },
}

function keys(host: Host): string {
  const { keyType } = host
  const { of, ofComment, named } = keyFunctions[keyType]
  return `-- Bodies that are bound when they are created need no search_path, and can be inlined: capture asks once per row.
create or replace function webhooks.organization_of(key ${keyType}) returns uuid
language sql immutable parallel safe
${of};
comment on function webhooks.organization_of is
  ${quoteText(ofComment)};

create or replace function webhooks.organization_named(key text) returns uuid
language sql immutable parallel safe
${named};
comment on function webhooks.organization_named is 'organization_of(), for a key that comes as text. An error when it cannot be one.';

create or replace function webhooks.key_of(organization_id uuid) returns ${keyType}
${keyOf(host)}
comment on function webhooks.key_of is 'The app''s own key of an organization: organization_of(), the other way round.';`
}

function keyOf({ keyType, organizations, members }: Host): string {
  if (keyType === 'uuid') return 'language sql immutable parallel safe\nreturn organization_id;'
  if (keyType === 'bigint') {
    return `language sql immutable parallel safe
return ('x' || pg_catalog.substr(organization_id::text, 10, 4) || pg_catalog.right(organization_id::text, 12))::bit(64)::bigint;`
  }
  // A hash has no way back but a look at the keys there are.
  const [table, key] = organizations !== null ? [quoteTable(organizations.table), quoteName(organizations.key)]
    : members.kind === 'table' ? [quoteTable(members.table), quoteName(members.organization)]
      : [`${members.mine} o(key)`, 'key']
  return `language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select o.${key} from ${table}${table.endsWith(')') ? '' : ' o'} where webhooks.organization_of(o.${key}) = key_of.organization_id limit 1
$$;`
}

/** `from` and `where` of a user's memberships. */
function memberships({ table, user, userType, where }: MemberTable, userId: string, join = ''): string {
  return `${quoteTable(table)} m${join} where m.${quoteName(user)} = ${userId}${userType === 'text' ? '::text' : ''}${where === null ? '' : ` and (${where})`}`
}

/** What a member's row must hold for the member to manage webhooks, as ` and …`; empty when all do. */
function manages({ role, managers }: MemberTable): string {
  if (role === null) return ''
  return managers === null ? ` and m.${quoteName(role)}` : ` and m.${quoteName(role)} in (${managers.map(quoteText).join(', ')})`
}

function members({ keyType, members }: Host): string {
  const keyed = members.kind === 'table' ? ofKey(keyType, `m.${quoteName(members.organization)}`) : ofKey(keyType, 'm.key')
  // The app's functions speak of whoever is signed in, and of nobody else.
  const mine = (userId: string) => members.kind === 'table' ? memberships(members, userId) : `${members.mine} m(key) where ${userId} = auth.uid()`
  const managed = (userId: string) => members.kind === 'table' ? memberships(members, userId) + manages(members) : `${members.managed} m(key) where ${userId} = auth.uid()`
  return `create or replace function webhooks.organizations_of(user_id uuid) returns setof uuid
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select ${keyed} from ${mine('organizations_of.user_id')}
$$;
comment on function webhooks.organizations_of is
  'The organizations a user belongs to. Definer: policies ask it, and members need not be able to read the member table.';

create or replace function webhooks.organizations_managed_by(user_id uuid) returns setof uuid
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select ${keyed} from ${managed('organizations_managed_by.user_id')}
$$;
comment on function webhooks.organizations_managed_by is
  'The organizations whose webhooks a user may manage: create, change, test, read secrets and bodies, resend, make API keys.';`
}

function alertRecipients({ members }: Host): string {
  const start = `create or replace function webhooks.alert_recipients(organization_id uuid) returns setof text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
`
  const comment = `comment on function webhooks.alert_recipients is
  'Who is told by e-mail when a webhook of an organization fails: confirmed addresses of those who manage its webhooks, 50 at most.';`
  if (members.kind === 'functions') {
    return `-- The app's functions know the caller's organizations, and not an organization's people: name them here, or nobody gets mail.
${start}  select null::text where false
$$;
${comment}`
  }
  const { table, user, userType, organization, role, managers, where } = members
  const highest = role === null || managers === null ? '' : `bool_or(m.${quoteName(role)} = ${quoteText(managers[0] ?? '')}) desc, `
  return `${start}  select u.email::text
  from ${quoteTable(table)} m join auth.users u on u.id${userType === 'text' ? '::text' : ''} = m.${quoteName(user)}
  where m.${quoteName(organization)} = (select webhooks.key_of(alert_recipients.organization_id))${manages(members)}${where === null ? '' : ` and (${where})`}
    and u.email <> '' and u.email_confirmed_at is not null
  group by u.email order by ${highest}u.email limit 50
$$;
${comment}`
}

/** An organization whose name is empty goes by its key: people must be able to tell theirs apart. */
function nameIn({ key, name }: Organizations): string {
  return name === null ? `o.${quoteName(key)}::text` : `coalesce(nullif(o.${quoteName(name)}::text, ''), o.${quoteName(key)}::text)`
}

function names({ keyType, organizations, members }: Host): string {
  const key = members.kind === 'table' ? `m.${quoteName(members.organization)}` : 'm.key'
  const table = organizations === null ? null : quoteTable(organizations.table)
  const name = organizations === null ? `${key}::text` : nameIn(organizations)
  const join = organizations === null ? '' : ` join ${table} o on o.${quoteName(organizations.key)} = ${key}`
  const from = members.kind === 'table' ? memberships(members, 'listed_organizations.user_id', join)
    : `${members.mine} m(key)${join} where listed_organizations.user_id = auth.uid()`
  const nameOf = organizations === null ? 'select webhooks.key_of(organization_name.organization_id)::text'
    : `select ${name} from ${table} o where o.${quoteName(organizations.key)} = (select webhooks.key_of(organization_name.organization_id))`
  return `create or replace function webhooks.organization_name(organization_id uuid) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  ${nameOf}
$$;
comment on function webhooks.organization_name is 'What people call an organization. An API key, which cannot read the app''s tables, is told whose it is.';

create or replace function webhooks.listed_organizations(user_id uuid) returns table (id uuid, key text, name text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select distinct ${ofKey(keyType, key)}, ${key}::text, ${name}
  from ${from}
$$;
comment on function webhooks.listed_organizations is 'The organizations a user belongs to, with the key and the name that the app knows them by.';`
}

const ofKey = (keyType: KeyType, key: string) => keyType === 'uuid' ? key : `webhooks.organization_of(${key})`
