import type { BenchDatabase } from './server.ts'

export type Statement = { user: string, calls: number, ms: number, text: string }

/** What pg_stat_statements saw in this database since the last forget(), most time first. Statements inside functions are counted with their caller. */
export async function readStatements({ admin }: BenchDatabase): Promise<Statement[]> {
  const rows = await admin`
    select r.rolname as user, s.calls::int, s.total_exec_time as ms, s.query as text
    from extensions.pg_stat_statements s join pg_roles r on r.oid = s.userid join pg_database d on d.oid = s.dbid
    where d.datname = current_database() and r.rolname <> 'supabase_admin' order by s.total_exec_time desc`
  return rows.map((row) => ({ user: row.user, calls: row.calls, ms: row.ms, text: row.text.replace(/\s+/g, ' ').trim() }))
}

/** Statements sent by dispatchers. */
export function callsOfDispatchers(statements: readonly Statement[]): number {
  return statements.filter(({ user }) => user === 'tablehook_dispatcher').reduce((sum, { calls }) => sum + calls, 0)
}

export async function forgetStatements({ admin }: BenchDatabase): Promise<void> {
  await admin`select extensions.pg_stat_statements_reset()`
}

/** Counts the statements inside functions, too: for --verbose, since counting costs time. */
export async function lookInsideFunctions({ admin, name }: BenchDatabase): Promise<void> {
  await admin`alter database ${admin(name)} set pg_stat_statements.track = 'all'`
}
