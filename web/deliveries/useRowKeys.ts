import { useShortcuts } from '../app/shortcuts.ts'

/** j and k walk through the rows, x selects the one with the focus. While a delivery is open, its panel has j and k. */
export function useRowKeys({ enabled, select }: { enabled: boolean; select: (id: string) => void }): void {
  const focused = () => document.activeElement?.closest<HTMLElement>('[data-delivery]') ?? null
  const step = (by: 1 | -1) => {
    const rows = [...document.querySelectorAll<HTMLElement>('[data-delivery]')]
    const current = focused()
    const next = rows[current === null ? (by === 1 ? 0 : rows.length - 1) : rows.indexOf(current) + by]
    next?.querySelector('a')?.focus({ preventScroll: true })
    next?.scrollIntoView({ block: 'nearest' })
  }
  useShortcuts({
    ...(enabled ? { j: () => step(1), k: () => step(-1) } : {}),
    x: () => {
      const row = focused()
      // A test has no box: it cannot be sent again.
      if (row?.dataset.delivery !== undefined && row.querySelector('[type="checkbox"]') !== null) select(row.dataset.delivery)
    },
  })
}
