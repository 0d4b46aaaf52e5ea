import { Refusal } from '../core/refusal.ts'
import type { Pool } from '../io/pool.ts'

/**
 * Refuses a filter that Postgres cannot read, that could take long, or that fails when it is run. A filter is tried on an empty
 * event: a mistake inside the path is no match there, but a variable, which nothing ever sets, is an error.
 */
export async function requireFilter(pool: Pool, filter: string): Promise<void> {
  const [problem] = await pool.run((sql) => sql<{ message: string | null }[]>`select message from pg_input_error_info(${filter}, 'jsonpath')`)
  if (problem?.message != null) throw new Refusal('invalid_filter', `The filter can’t be read: ${problem.message}.`, 'filter')
  const [cost] = await pool.run((sql) => sql<{ problem: string | null }[]>`select webhooks.filter_problem(${filter}::text::jsonpath) as problem`)
  if (cost?.problem != null) throw new Refusal('invalid_filter', `The filter would take too long: ${cost.problem}.`, 'filter')
  try {
    await pool.run((sql) => sql`select jsonb_path_query_first_tz('{"new": {}, "old": {}, "changed": []}', ${filter}::text::jsonpath, '{}', true)`)
  } catch (error) {
    if (!(error instanceof Error) || !('severity' in error)) throw error
    throw new Refusal('invalid_filter', `The filter can’t be run: ${error.message}.`, 'filter')
  }
}
