import { useState } from 'react'
import type { DeliveryDetail } from '../data/deliveries.ts'
import { useLog } from './log_context.ts'

/**
 * Ways to the delivery above and below, as listed. Past the last loaded row the next page is loaded first. One that is not in the
 * list (an old link, other filters) has its neighbors from the server. Null: there is none.
 */
export function useNeighbors(id: string, detail: DeliveryDetail | null | undefined) {
  const { ids, canLoadOlder, loadOlder, goTo } = useLog()
  const [loading, setLoading] = useState(false)
  const index = ids.indexOf(id)
  const above = index === -1 ? (detail?.previous_id ?? null) : (ids[index - 1] ?? null)
  const below = index === -1 ? (detail?.next_id ?? null) : (ids[index + 1] ?? null)
  const mayLoad = below === null && index !== -1 && canLoadOlder

  /** A key that is pressed again before the screen has followed the address counts from the address, and is not lost. */
  function step(by: 1 | -1, otherwise: string) {
    const open = ids.indexOf(window.location.pathname.split('/').at(-1) ?? '')
    goTo(open === -1 ? otherwise : (ids[open + by] ?? otherwise))
  }
  async function loadAndGo() {
    if (loading) return
    setLoading(true)
    const loaded = await loadOlder()
    setLoading(false)
    const next = loaded[loaded.indexOf(id) + 1]
    if (next !== undefined) goTo(next)
  }
  return {
    previous: above === null ? null : () => step(-1, above),
    next: below !== null ? () => step(1, below) : mayLoad ? () => void loadAndGo() : null,
  }
}
