import type { Shape } from '../core/payload/shape.ts'
import { PG, type Database } from './database.ts'
import { openLine } from './line.ts'

export type ShapeStore = {
  /** By id. One that is missing in the answer does not exist. */
  readShapes(ids: readonly string[]): Promise<Map<string, Shape>>
  /** By event type: the columns that tell records apart. None for a type that no table sends. */
  readRecordKeys(eventTypes: readonly string[]): Promise<Map<string, string[]>>
  close(): Promise<void>
}

const ANSWER_MS = 30_000

/** Shapes over a connection of their own, opened by the first that is read: most dispatchers never see one. */
export function openShapeStore(url: string): ShapeStore {
  const line = openLine(url, { name: 'tablehook dispatcher: shapes', limitMs: ANSWER_MS })
  return {
    async readShapes(ids) {
      const rows = await line.run((sql) => sql<{ id: bigint; content: Shape }[]>`select * from webhooks.read_shapes(${sql.array([...ids], PG.int8)})`)
      return new Map(rows.map(({ id, content }) => [String(id), content]))
    },
    readRecordKeys: (eventTypes) => line.run((sql) => readRecordKeys(sql, eventTypes)),
    close: () => line.close(),
  }
}

/** Also used by the API, for previews and tests. */
export async function readRecordKeys(sql: Database, eventTypes: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await sql<{ event_type: string; columns: string[] }[]>`select * from webhooks.record_keys(${sql.array([...eventTypes], PG.text)})`
  return new Map(rows.map(({ event_type, columns }) => [event_type, columns]))
}
