import { useEffect, useLayoutEffect, useRef } from 'react'

/** Escape, unless a layer above is open: that one closes first. Works in fields too, and when single-letter shortcuts are off. */
export function useEscape(onEscape: () => void): void {
  const latest = useRef(onEscape)
  useLayoutEffect(() => { latest.current = onEscape })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && document.querySelector('[role="dialog"], [role="alertdialog"]') === null) latest.current()
    }
    // Before the layers themselves, or the one that closes now would be gone when we look.
    document.addEventListener('keydown', onKey, { capture: true })
    return () => document.removeEventListener('keydown', onKey, { capture: true })
  }, [])
}
