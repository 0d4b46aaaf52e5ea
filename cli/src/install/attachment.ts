// Tables whose writes become events, as they are named on the command line and as SQL.
import { parseTable, quoteTable, quoteText, showTable, type Host, type TableName } from './host.ts'
import { Refused } from './refused.ts'
import { columnOf, findTable, type Schema } from './schema.ts'
import { singular } from './singular.ts'

export type Attachment = { table: TableName, prefix: string, organizationColumn: string, keyColumn: string }

/** `table[:prefix[:organization_column[:key_column]]]`; what is left out is null. */
export type AttachmentGiven = { table: TableName, prefix: string | null, organizationColumn: string | null, keyColumn: string | null }

/** Reads a list such as `invoices:invoice,projects`. */
export function parseAttachments(text: string): AttachmentGiven[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '').map((part) => {
    // A colon in a quoted name is part of it.
    const [name = '', ...others] = part.match(/("(?:[^"]|"")*"|[^:])+/g) ?? []
    const table = parseTable(name)
    if (table === null || others.length > 3) throw new Refused(`“${part}” is no table. Write invoices, or invoices:invoice:team_id:id (the prefix of its events, then two columns).`)
    const [prefix = null, organizationColumn = null, keyColumn = null] = others
    return { table, prefix, organizationColumn, keyColumn }
  })
}

/** Fills in what was left out: from the schema where it was read, else by the names of the members' table. */
export function completeAttachment(given: AttachmentGiven, host: Host, schema: Schema | null): Attachment {
  const table = schema === null ? null : findTable(schema, given.table)
  // Of a table that a later migration makes nothing can be seen; then all must be said.
  if (schema !== null && table === null && (given.organizationColumn === null || given.keyColumn === null)) {
    const like = schema.filter((one) => one.table.name.toLowerCase() === given.table.name.toLowerCase() || defaultPrefix(one.table) === defaultPrefix(given.table)).map((one) => showTable(one.table))
    throw new Refused(`There is no table ${showTable(given.table)} in this database.${like.length > 0 ? ` Is it ${like.join(' or ')}?` : ''} If a migration that has not run here makes it, name its columns: ${showTable(given.table)}:${given.prefix ?? defaultPrefix(given.table)}:<organization column>:<key column>.`)
  }
  const organizationColumn = given.organizationColumn ?? (table === null ? undefined : columnOf(table, host)) ?? (host.members.kind === 'table' ? host.members.organization : null)
  if (organizationColumn === null) throw new Refused(`Say which column of ${showTable(given.table)} names the organization: ${showTable(given.table)}:${defaultPrefix(given.table)}:<column>.`)
  const otherKeys = table?.primaryKey.filter((column) => column !== organizationColumn) ?? []
  const keyColumn = given.keyColumn ?? (otherKeys.length === 1 ? otherKeys[0]! : 'id')
  for (const column of table === null ? [] : [organizationColumn, keyColumn]) {
    if (!table!.columns.some(({ name }) => name === column)) {
      throw new Refused(`${showTable(given.table)} has no column ${column}. Name yours: ${showTable(given.table)}:${given.prefix ?? defaultPrefix(given.table)}:<organization column>:<key column>.`)
    }
  }
  const prefix = given.prefix ?? defaultPrefix(given.table)
  if (!/^[a-z0-9_]+(\.[a-z0-9_]+)*$/.test(prefix)) throw new Refused(`“${prefix}” cannot begin an event type: use lower-case letters, digits and _.`)
  return { table: given.table, prefix, organizationColumn, keyColumn }
}

/** `Team Invoices` → `team_invoice`. */
export function defaultPrefix({ name }: TableName): string {
  const words = name.normalize('NFKD').replace(/\p{M}/gu, '').replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '')
  return singular(words) || 'row'
}

/** The call that makes the table's writes events. */
export function attachSql({ table, prefix, organizationColumn, keyColumn }: Attachment): string {
  const columns = [
    organizationColumn === 'organization_id' ? '' : `, organization_column => ${quoteText(organizationColumn)}`,
    keyColumn === 'id' ? '' : `, key_column => ${quoteText(keyColumn)}`,
  ]
  return `select webhooks.attach(${quoteText(quoteTable(table))}, ${quoteText(prefix)}${columns.join('')});`
}
