import { useEffect, useState, type RefObject } from 'react'

/** Whether an element is on the screen, below the bar that covers the top. */
export function useInView(element: RefObject<Element | null>): boolean {
  const [inView, setInView] = useState(true)
  useEffect(() => {
    const target = element.current
    if (target === null) return
    const observer = new IntersectionObserver(([entry]) => { if (entry) setInView(entry.isIntersecting) }, { rootMargin: '-56px 0px 0px 0px' })
    observer.observe(target)
    return () => observer.disconnect()
  }, [element])
  return inView
}
