import { useEffect, type RefObject } from 'react'

/**
 * Scrolls a list to the item that is current, when that is another one and out of sight. An observer knows once the screen is laid
 * out; to ask at once would have all of it laid out first, which takes a slow phone 0.2 s.
 */
export function useCurrentInSight(list: RefObject<HTMLElement | null>, current: unknown): void {
  useEffect(() => {
    const item = list.current?.querySelector('[aria-current]')
    if (!item) return
    const observer = new IntersectionObserver(([entry]) => {
      if (entry && entry.intersectionRatio < 1) void item.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      observer.disconnect()
    }, { root: list.current })
    observer.observe(item)
    return () => observer.disconnect()
  }, [list, current])
}
