// Exports are opened in spreadsheets, which run cells that begin like a formula.
import { deliveryStatus, type Delivery } from '../data/deliveries.ts'

const columns = ['created_at', 'status', 'event_type', 'event_id', 'delivery_id', 'status_code', 'error_code', 'duration_ms', 'attempts', 'is_test', 'last_attempt_at', 'next_attempt_at'] as const

/** One cell: quoted where it must be; a beginning that a spreadsheet would run gets an apostrophe in front. */
export function csvCell(value: string | number | boolean | null): string {
  if (value === null) return ''
  const text = typeof value === 'string' && /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The deliveries as CSV (RFC 4180), with a line of column names, which are those of the API. */
export function deliveriesCsv(rows: readonly Delivery[]): string {
  const lines = rows.map((row) => {
    const cells: Record<(typeof columns)[number], string | number | boolean | null> = {
      created_at: row.created_at, status: deliveryStatus(row), event_type: row.event_type, event_id: row.event_id, delivery_id: row.id,
      status_code: row.last_status_code, error_code: row.last_error_code, duration_ms: row.last_duration_ms, attempts: row.attempt_count,
      is_test: row.is_test, last_attempt_at: row.last_attempt_at, next_attempt_at: row.next_attempt_at,
    }
    return columns.map((column) => csvCell(cells[column])).join(',')
  })
  return [columns.join(','), ...lines, ''].join('\r\n')
}
