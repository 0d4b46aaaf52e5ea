import { getDelivery, pageOfDeliveries, type Cursor, type Delivery, type DeliveryDetail, type DeliveryFilters } from '../data/deliveries.ts'
import { deliveriesCsv } from './csv.ts'

export const MOST_CSV_ROWS = 10_000
/** Fewer, since each payload is a request of its own. */
export const MOST_JSON_ROWS = 1_000
const PAGE = 1_000
const AT_ONCE = 4

type Progress = (done: number) => void

/** Every delivery that the filters find, newest first, up to `most`. Rejects when `signal` stops it. */
async function allRows(webhookId: string, filters: DeliveryFilters, most: number, signal: AbortSignal, onProgress: Progress): Promise<Delivery[]> {
  const rows: Delivery[] = []
  let before: Cursor | null = null
  while (rows.length < most) {
    signal.throwIfAborted()
    const page = await pageOfDeliveries(webhookId, filters, before, Math.min(PAGE, most - rows.length))
    rows.push(...page.rows)
    onProgress(rows.length)
    const last = rows.at(-1)
    if (!page.more || last === undefined) break
    before = { before_created_at: last.created_at, before_id: last.id }
  }
  return rows
}

export async function exportCsv(webhookId: string, filters: DeliveryFilters, signal: AbortSignal, onProgress: Progress): Promise<number> {
  const rows = await allRows(webhookId, filters, MOST_CSV_ROWS, signal, onProgress)
  signal.throwIfAborted()
  download(deliveriesCsv(rows), 'text/csv', 'deliveries.csv')
  return rows.length
}

/** With payloads and attempts, as `webhook_delivery` has them. */
export async function exportJson(webhookId: string, filters: DeliveryFilters, signal: AbortSignal, onProgress: Progress): Promise<number> {
  const rows = await allRows(webhookId, filters, MOST_JSON_ROWS, signal, () => {})
  const details: (DeliveryDetail | null)[] = []
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    signal.throwIfAborted()
    details.push(...await Promise.all(rows.slice(start, start + AT_ONCE).map(({ id }) => getDelivery(id))))
    onProgress(details.length)
  }
  const found = details.filter((detail) => detail !== null)
  download(JSON.stringify(found.map(({ delivery, event, attempts }) => ({ delivery, event, attempts })), null, 2), 'application/json', 'deliveries.json')
  return found.length
}

function download(text: string, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
