import { useEffect } from 'react'
import { useLocation, useNavigationType } from 'react-router'

/** `/settings/webhooks/:id/deliveries`: what follows opens beside the page and leaves it where it is. */
const PARTS = 5

/** A new page begins at its top. Back and Forward are left to the browser, and a part after # to the page. */
export function useScrollToTop(): void {
  const { pathname, hash } = useLocation()
  const type = useNavigationType()
  const page = pathname.split('/').slice(0, PARTS).join('/')
  useEffect(() => {
    if (type !== 'POP' && hash === '') scrollTo({ top: 0 })
  // Only when the page is another.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [page])
}
