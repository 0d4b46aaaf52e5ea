// The app's tables, as far as an installation asks about them.
import type { Host, KeyType, TableName } from './host.ts'

export type Column = {
  name: string
  /** Name of the type, of a domain's base type; `integer`, `character varying`, `team_role`. */
  type: string
  /** What it may hold, where an enum or a check lists it; else null. */
  labels: string[] | null
}
/** A foreign key of one column. */
export type Reference = { column: string, table: TableName, target: string }
export type Table = { table: TableName, columns: Column[], primaryKey: string[], uniqueKeys: string[][], references: Reference[] }
export type Schema = Table[]

export const USERS: TableName = { schema: 'auth', name: 'users' }
export const sameTable = (a: TableName, b: TableName): boolean => a.schema === b.schema && a.name === b.name
export const findTable = (schema: Schema, name: TableName): Table | null => schema.find(({ table }) => sameTable(table, name)) ?? null

/** How keys of this type are kept; null when they cannot be. */
export function keyTypeOf(type: string): KeyType | null {
  if (type === 'uuid') return 'uuid'
  if (['smallint', 'integer', 'bigint'].includes(type)) return 'bigint'
  return ['text', 'character varying', 'character', 'citext', 'extensions.citext'].includes(type) ? 'text' : null
}

/** The column by which the table's rows belong to organizations. */
export function columnOf(table: Table, { organizations, members }: Host): string | undefined {
  const known = organizations === null ? undefined : table.references.find((reference) => sameTable(reference.table, organizations.table))?.column
  return known ?? (members.kind === 'table' ? table.columns.find(({ name }) => name === members.organization)?.name : undefined)
}
