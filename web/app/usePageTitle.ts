import { useEffect } from 'react'
import { t } from '../words/shell.ts'

/** Names the browser tab after the page. */
export function usePageTitle(page: string): void {
  useEffect(() => {
    document.title = t('shell.page_title', { page })
  }, [page])
}
