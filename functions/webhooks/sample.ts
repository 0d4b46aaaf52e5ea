import type { Transaction } from './as_user.ts'

/** What the catalog shows for the type, as text that goes into the body as it is. A type without a sample sends `{}`. */
export async function readSample(tx: Transaction, type: string): Promise<{ data: string; previous: string | null; context: string | null }> {
  const [row] = await tx<{ data: string | null; previous: string | null; context: string | null }[]>`
    select (t.sample -> 'data')::text as data, (t.sample -> 'previous')::text as previous, (t.sample -> 'context')::text as context
    from public.webhook_event_types t where t.name = ${type}`
  return { data: row?.data ?? '{}', previous: row?.previous ?? null, context: row?.context ?? null }
}
