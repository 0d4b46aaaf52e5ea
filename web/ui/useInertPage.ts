import { useEffect, useLayoutEffect, useRef } from 'react'

const layers = new Set<object>()

function update(): void {
  document.getElementById('root')?.toggleAttribute('inert', layers.size > 0)
}

/**
 * Nothing behind an open modal layer takes the focus. The layer's own guards send it back a moment later, and whoever presses Tab
 * again in that moment would be behind the layer, where nothing sends it back.
 */
export function useInertPage(open: boolean): void {
  const layer = useRef({})
  // Late, when the layer has seen what had the focus before it; and undone early, so that the focus can return there.
  useEffect(() => {
    if (!open) return
    layers.add(layer.current)
    update()
  }, [open])
  useLayoutEffect(() => {
    const own = layer.current
    return () => {
      layers.delete(own)
      update()
    }
  }, [open])
}
