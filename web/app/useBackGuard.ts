import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'react-router'
import { guardBack } from './back.ts'

export type BackGuard = {
  /** Back or Forward was pressed, and waits for an answer. */
  isHeld: boolean
  stay: () => void
  leave: () => void
}

/**
 * Holds back the browser's Back and Forward while there is something to lose, and asks before a reload or a closed tab.
 * @param placeNow what of the address must not change; by default all but the part after #
 */
export function useBackGuard(dirty: boolean, placeNow: () => string = addressNow): BackGuard {
  const [heldSteps, setHeldSteps] = useState<number | null>(null)
  const leaving = useRef(false)
  const { key } = useLocation()

  useEffect(() => {
    if (!dirty) return
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault()
    const here = numberOf(history.state), place = placeNow()
    let returning = false
    // The address has changed already when this is called: it is changed back, and the router hears of neither.
    const onPop = (event: PopStateEvent) => {
      const isHere = placeNow() === place
      if (leaving.current || (isHere && !returning)) {
        leaving.current = false
        return
      }
      event.stopImmediatePropagation()
      returning = !isHere
      if (isHere) return
      const steps = numberOf(event.state) - here || -1
      setHeldSteps(steps)
      history.go(-steps)
    }
    addEventListener('beforeunload', onUnload)
    const unguard = guardBack(onPop)
    return () => {
      removeEventListener('beforeunload', onUnload)
      unguard()
    }
  }, [dirty, key, placeNow])

  return {
    isHeld: heldSteps !== null,
    stay: () => setHeldSteps(null),
    leave: () => {
      if (heldSteps === null) return
      leaving.current = true
      setHeldSteps(null)
      history.go(heldSteps)
    },
  }
}

/** The router numbers its entries of the history. */
function numberOf(state: unknown): number {
  return (state as { idx?: number } | null)?.idx ?? 0
}

/** Without the part after #, which leads to another place of the same page. */
function addressNow(): string {
  return location.pathname + location.search
}
