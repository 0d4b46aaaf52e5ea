import { useCallback, useMemo, useState } from 'react'
import type { Delivery } from '../data/deliveries.ts'

/** Which of the loaded rows are chosen. A row that has left the list is chosen no more. */
export function useSelection(rows: readonly Delivery[]) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const select = useCallback((id: string, on: boolean) => setSelected((before) => {
    const after = new Set(before)
    if (on) after.add(id)
    else after.delete(id)
    return after
  }), [])
  return {
    selected, select,
    // Tests are sent once and never again.
    selectAll: (on: boolean) => setSelected(new Set(on ? rows.filter(({ is_test }) => !is_test).map(({ id }) => id) : [])),
    clear: () => setSelected(new Set()),
    chosen: useMemo(() => rows.filter(({ id }) => selected.has(id)), [rows, selected]),
  }
}
