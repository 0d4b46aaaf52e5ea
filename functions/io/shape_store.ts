import type { Shape } from '../core/payload/shape.ts'
import { PG } from './database.ts'
import { openLine } from './line.ts'

export type ShapeStore = {
  /** By id. One that is missing in the answer does not exist. */
  readShapes(ids: readonly string[]): Promise<Map<string, Shape>>
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
    close: () => line.close(),
  }
}
