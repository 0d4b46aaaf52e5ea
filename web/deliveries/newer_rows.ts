// Live updates: how the newest page, read again, becomes part of the list that is on the screen.
import type { Cursor, Delivery, DeliveryPage } from '../data/deliveries.ts'
import { PAGE_SIZE } from '../data/deliveries.ts'

export type Pages = { pages: DeliveryPage[]; pageParams: (Cursor | null)[] }

/** As the server sorts. Its timestamps are text of one zone, so that text order is time order, down to the microsecond. */
function isNewer(a: Pick<Delivery, 'created_at' | 'id'>, b: Pick<Delivery, 'created_at' | 'id'>): boolean {
  return a.created_at === b.created_at ? a.id > b.id : a.created_at > b.created_at
}

/** Rows of the newest page that stand above everything loaded. */
export function newRows(loaded: readonly Delivery[], newest: DeliveryPage): Delivery[] {
  const first = loaded[0]
  return first === undefined ? newest.rows : newest.rows.filter((row) => isNewer(row, first))
}

/**
 * The loaded rows, brought up to date by the newest page. Rows that no longer match have left it, and leave the list.
 * `insert` false: nothing may move above the reader, so what is new stays out. When so much is new that the two do not
 * touch, the list starts over with the newest page, or there would be a hole in it.
 */
export function withNewest(loaded: readonly Delivery[], newest: DeliveryPage, insert: boolean): Delivery[] {
  const known = new Map(loaded.map((row) => [row.id, row]))
  const last = newest.rows.at(-1)
  const touches = !newest.more || loaded.length === 0 || newest.rows.some(({ id }) => known.has(id))
  if (!touches) return insert ? newest.rows : [...loaded]
  const older = newest.more && last !== undefined ? loaded.filter((row) => isNewer(last, row)) : []
  const current = insert || loaded.length === 0 ? newest.rows : newest.rows.filter(({ id }) => known.has(id))
  return [...current.map((row) => keep(known.get(row.id), row)), ...older]
}

/** The same object for the same row, so that a memoized row is not drawn again. */
function keep(before: Delivery | undefined, row: Delivery): Delivery {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(row) ? before : row
}

/** The rows as pages again, so that a refetch asks for as much as is on the screen. */
export function inPages(rows: readonly Delivery[], more: boolean): Pages {
  const pages: DeliveryPage[] = []
  const pageParams: (Cursor | null)[] = []
  for (let start = 0; start === 0 || start < rows.length; start += PAGE_SIZE) {
    const before = rows[start - 1]
    pageParams.push(before === undefined ? null : { before_created_at: before.created_at, before_id: before.id })
    pages.push({ rows: rows.slice(start, start + PAGE_SIZE), more: start + PAGE_SIZE < rows.length || more })
  }
  return { pages, pageParams }
}
