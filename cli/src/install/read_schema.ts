// Reads the app's tables from a database. Only the catalog, and the values of one column that says what role a member has.
import postgres from 'postgres'
import { connectionFault, requireDatabaseUrl } from './connection_fault.ts'
import { quoteName, quoteTable, type TableName } from './host.ts'
import { parseConfig, type Project } from './project.ts'
import { Refused } from './refused.ts'
import type { Schema, Table } from './schema.ts'

export type Reader = {
  schema: Schema
  /** What is in a column, 30 values at most. */
  valuesOf: (table: TableName, column: string) => Promise<string[]>
  /** The major version of Postgres. */
  version: number
  /** Why Postgres could not run a query; null when it could. It is only read, never run. */
  problemOf: (query: string) => Promise<string | null>
  /** Whether Tablehook's schema is there already. */
  hasTablehook: boolean
  /** What is there without it, under a name that Tablehook needs. */
  inTheWay: string[]
  close: () => Promise<void>
}

const CONNECT_SECONDS = 3
/** Schemas that are no part of the app. */
const OF_SUPABASE = [
  'information_schema', 'auth', 'storage', 'realtime', 'extensions', 'graphql', 'graphql_public', 'vault', 'net', 'cron', 'pgsodium', 'pgsodium_masks', 'pgmq',
  'supabase_migrations', 'supabase_functions', 'webhooks',
]

/** Where `supabase start` keeps the database of this project. */
export function localDatabase({ config }: Project): string {
  return `postgresql://postgres:postgres@127.0.0.1:${parseConfig(config).db?.port ?? 54322}/postgres`
}

/** Connects and reads. Throws Refused when the database does not answer. */
export async function readSchema(url: string): Promise<Reader> {
  requireDatabaseUrl(url)
  // As psql does: encrypted where the server can.
  const ssl = /[?&]sslmode=/.test(url) ? {} : { ssl: 'prefer' as const }
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: CONNECT_SECONDS, prepare: false, ...ssl })
  try {
    const schema = await readTables(sql)
    const [found] = await sql<{ version: number, is_there: boolean, in_the_way: string[] }[]>`
      select current_setting('server_version_num')::int / 10000 as version, to_regclass('webhooks.settings') is not null as is_there, array(
        select 'schema webhooks' where to_regnamespace('webhooks') is not null
        union all
        select 'public.' || c.relname from pg_class c where c.relnamespace = 'public'::regnamespace
          and c.relname in ('webhook_configurations', 'webhook_logs', 'webhook_deliveries', 'webhook_event_types', 'webhook_api_keys')) as in_the_way`
    return {
      schema,
      version: found!.version,
      hasTablehook: found!.is_there,
      inTheWay: found!.is_there ? [] : found!.in_the_way,
      valuesOf: async (table, column) => (await sql.unsafe(
        `select distinct m.${quoteName(column)}::text as value from ${quoteTable(table)} m where m.${quoteName(column)} is not null order by 1 limit 30`)).map((row) => row.value as string),
      problemOf: (query) => sql.unsafe(query).describe().then(() => null, (error: Error) => error.message),
      close: () => sql.end({ timeout: 1 }),
    }
  } catch (error) {
    await sql.end({ timeout: 0 })
    throw new Refused(connectionFault(error, url) ?? `The database at ${withoutPassword(url)} cannot be read: ${(error as Error).message || (error as { code?: string }).code}.`)
  }
}

function withoutPassword(url: string): string {
  return url.replace(/(\/\/[^:/@]*):[^@]*@/, '$1:…@')
}

async function readTables(sql: postgres.Sql): Promise<Schema> {
  const rows = await sql`
    with keys as (
      select i.indrelid as relation, i.indisprimary as is_primary, jsonb_agg(a.attname order by a.attnum) as columns
      from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
      where i.indisunique and i.indpred is null and i.indexprs is null
      group by i.indexrelid, i.indrelid, i.indisprimary)
    select jsonb_build_object(
      'table', jsonb_build_object('schema', n.nspname, 'name', c.relname),
      'columns', coalesce((
        select jsonb_agg(jsonb_build_object(
          'name', a.attname, 'type', format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null),
          'labels', coalesce(
            (select jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = coalesce(nullif(t.typbasetype, 0), t.oid)),
            -- check (role in ('owner', 'admin')), as Postgres writes it down.
            (select jsonb_agg(replace(listed[1], '''''', '''')) from pg_constraint x, regexp_matches(pg_get_constraintdef(x.oid), '''((?:[^'']|'''')*)''::', 'g') listed
              where x.conrelid = c.oid and x.contype = 'c' and x.conkey = array[a.attnum] and pg_get_constraintdef(x.oid) ~ ' = ANY \\('))) order by a.attnum)
        from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]'),
      'primaryKey', coalesce((select k.columns from keys k where k.relation = c.oid and k.is_primary), '[]'),
      'uniqueKeys', coalesce((select jsonb_agg(k.columns) from keys k where k.relation = c.oid), '[]'),
      'references', coalesce((
        select jsonb_agg(jsonb_build_object('column', a.attname, 'target', b.attname, 'table', jsonb_build_object('schema', fn.nspname, 'name', f.relname)) order by a.attnum)
        from pg_constraint x
        join pg_class f on f.oid = x.confrelid join pg_namespace fn on fn.oid = f.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum = x.conkey[1] join pg_attribute b on b.attrelid = f.oid and b.attnum = x.confkey[1]
        where x.conrelid = c.oid and x.contype = 'f' and cardinality(x.conkey) = 1), '[]')) as found
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition
      and (n.nspname = 'auth' and c.relname = 'users' or n.nspname !~ '^(pg_|_)' and n.nspname <> all (${OF_SUPABASE}))
      and not (n.nspname = 'public' and c.relname ~ '^webhook_')
    order by n.nspname = 'auth', n.nspname, c.relname`
  return rows.map((row) => row.found as Table)
}
