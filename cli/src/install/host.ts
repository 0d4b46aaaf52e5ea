// What Tablehook must know of the app that it is installed into. Everything else about that app is none of its business.

/** A name as Postgres keeps it: neither quoted nor folded. */
export type TableName = { schema: string, name: string }

/** How the app tells its organizations apart. Whole numbers of any width count as bigint, texts of any kind as text. */
export type KeyType = 'uuid' | 'bigint' | 'text'
export const KEY_TYPES: readonly KeyType[] = ['uuid', 'bigint', 'text']

export type Organizations = {
  table: TableName
  key: string
  /** The column that people know an organization by; null: they see its key. */
  name: string | null
}

export type MemberTable = {
  kind: 'table'
  table: TableName
  user: string
  /** Whether the column holds the user's id as a uuid or as text. */
  userType: 'uuid' | 'text'
  organization: string
  /** Null: whoever is a member manages. */
  role: string | null
  /** The roles that manage webhooks, the highest first. Null: the role is a boolean. */
  managers: string[] | null
  /** SQL over `m`, a row of the table: only rows for which it holds are members, such as `m.accepted_at is not null`. */
  where: string | null
}

/** Functions of the app that answer with the keys of the caller's organizations, as SQL: `public.my_teams()`. */
export type MemberFunctions = { kind: 'functions', mine: string, managed: string }

export type Host = {
  keyType: KeyType
  /** Null: the app has no table of them. */
  organizations: Organizations | null
  members: MemberTable | MemberFunctions
}

/** A table as SQL names it, quoted where that is needed. */
export function quoteTable({ schema, name }: TableName): string {
  const plainSchemas = ['public', 'auth', 'app']
  return `${plainSchemas.includes(schema) ? schema : quoteAlways(schema)}.${quoteName(name)}`
}

/** A column or a table behind a dot, where even a keyword may stand unquoted. */
export function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteAlways(name)
}

export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`
const quoteAlways = (name: string) => `"${name.replaceAll('"', '""')}"`

/** Reads `teams`, `app.teams` or `"Odd.Schema"."Teams"`. Case counts, as it does in the catalog. Null when it is no name. */
export function parseTable(text: string): TableName | null {
  const parts = [...text.trim().matchAll(/("(?:[^"]|"")+"|[^".]+)(\.|$)/gy)]
  if (parts.length === 0 || parts.length > 2 || parts.map(([whole]) => whole).join('') !== text.trim() || parts.at(-1)![2] !== '') return null
  const names = parts.map(([, part = '']) => part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part)
  return names.length === 2 ? { schema: names[0]!, name: names[1]! } : { schema: 'public', name: names[0]! }
}

/** How people read a table's name: without `public`. */
export function showTable({ schema, name }: TableName): string {
  const shown = (part: string) => /[".]/.test(part) ? quoteAlways(part) : part
  return schema === 'public' ? shown(name) : `${shown(schema)}.${shown(name)}`
}
