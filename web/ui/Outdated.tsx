import { TriangleAlert } from 'lucide-react'
import { t } from '../words/every_screen.ts'
import { Button } from './Button.tsx'
import { TimeText } from './Time.tsx'

type OutdatedProps = { query: { isRefetchError: boolean; isFetching: boolean; dataUpdatedAt: number; refetch: () => unknown } }

/** Over what could not be loaded again: it stays on the screen, and says of when it is. */
export function Outdated({ query: { isRefetchError, isFetching, dataUpdatedAt, refetch } }: OutdatedProps) {
  if (!isRefetchError) return null
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem] text-warning">
      <TriangleAlert aria-hidden className="size-4 shrink-0" />
      <p role="status">{t.rich('common.outdated', { time: <TimeText at={new Date(dataUpdatedAt)} /> })}</p>
      <Button size="small" variant="quiet" aria-busy={isFetching} onClick={() => { if (!isFetching) refetch() }}>{t('common.try_again')}</Button>
    </div>
  )
}
