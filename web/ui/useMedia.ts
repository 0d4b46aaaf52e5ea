import { useSyncExternalStore } from 'react'

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore((listener) => {
    const list = matchMedia(query)
    list.addEventListener('change', listener)
    return () => list.removeEventListener('change', listener)
  }, () => matchMedia(query).matches)
}

export const FROM_SM = '(min-width: 40rem)'
/** From here on the table of webhooks fits beside the margins; at twice the size a laptop's screen is narrower. */
export const FROM_TABLE = '(min-width: 50rem)'
export const FROM_LG = '(min-width: 64rem)'
