import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { PAGE_SIZE, pageOfDeliveries, type DeliveryFilters } from '../data/deliveries.ts'
import { queries } from '../data/queries.ts'
import { inPages, newRows, withNewest } from './newer_rows.ts'

/** More rows than this make the page slow, and nobody reads them: narrowing the dates is the better tool. */
export const MOST_ROWS = 500
const LIVE_EVERY_MS = 5_000
/** Rows kept up to date by the live poll. */
const MOST_LIVE = 200

/**
 * The loaded deliveries, newest first. While `live`, the newest are read every 5 seconds (not while the tab is hidden): known rows
 * change in place; new ones come in at the top when `atTop`, or wait in `fresh` until `showNew` is called.
 */
export function useDeliveries(webhookId: string, filters: DeliveryFilters, { live, atTop }: { live: boolean; atTop: boolean }) {
  const queryClient = useQueryClient()
  const options = useMemo(() => queries.deliveries(webhookId, filters), [webhookId, filters])
  const list = useInfiniteQuery(options)
  const pages = list.data?.pages
  const rows = useMemo(() => pages?.flatMap((page) => page.rows) ?? [], [pages])

  const pollSize = Math.min(MOST_LIVE, Math.max(PAGE_SIZE, Math.ceil(rows.length / PAGE_SIZE) * PAGE_SIZE))
  const newest = useQuery({
    queryKey: [...options.queryKey, 'newest'],
    queryFn: () => pageOfDeliveries(webhookId, filters, null, pollSize),
    enabled: live && list.isSuccess,
    refetchInterval: LIVE_EVERY_MS,
    retry: false,
    structuralSharing: false,
    gcTime: 0,
  })

  const take = useCallback((insert: boolean) => {
    const page = newest.data
    if (page === undefined) return
    queryClient.setQueryData(options.queryKey, (before) => {
      if (before === undefined) return before
      const loaded = before.pages.flatMap((each) => each.rows)
      const merged = withNewest(loaded, page, insert)
      const unchanged = merged.length === loaded.length && merged.every((row, index) => row === loaded[index])
      if (unchanged) return before
      const startedOver = insert && page.more && merged.length === page.rows.length && merged.at(-1)?.id === page.rows.at(-1)?.id
      return inPages(merged, startedOver || (before.pages.at(-1)?.more ?? false))
    })
  }, [newest.data, options.queryKey, queryClient])

  const insertAtOnce = useRef(atTop)
  useEffect(() => { insertAtOnce.current = atTop }, [atTop])
  useEffect(() => take(insertAtOnce.current), [take])

  const fresh = useMemo(() => (newest.data === undefined ? [] : newRows(rows, newest.data)), [rows, newest.data])
  return {
    list, rows, fresh,
    /** So many that more may be behind them. */
    freshIsOpen: fresh.length > 0 && fresh.length === newest.data?.rows.length && newest.data.more,
    showNew: useCallback(() => take(true), [take]),
    isLiveLost: live && newest.isError,
    capped: rows.length >= MOST_ROWS,
    canLoadOlder: list.hasNextPage && rows.length < MOST_ROWS,
  }
}
