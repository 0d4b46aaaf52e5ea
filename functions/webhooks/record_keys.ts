import type { RecordKeys } from '../core/payload/shape_event.ts'
import { readRecordKeys } from '../io/shape_store.ts'
import type { Deps } from './deps.ts'

/** What a thin body is made with: the names of the key, asked for when one is made. */
export function keysFrom({ pool }: Pick<Deps, 'pool'>): RecordKeys {
  return async (eventType) => (await pool.run((sql) => readRecordKeys(sql, [eventType]))).get(eventType) ?? []
}
