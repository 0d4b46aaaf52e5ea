import { Skeleton } from '../ui/Skeleton.tsx'
import { t } from '../words/detail.ts'

/** In the shape of the overview: four tiles, a chart, two tables. */
export function OverviewSkeleton() {
  return (
    <div className="space-y-4">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Skeleton rows={1} rowClass="h-[6.25rem]" label={t('overview.loading')} />
        {[1, 2, 3].map((tile) => <div key={tile} aria-hidden className="skeleton h-[6.25rem]" />)}
      </div>
      <div aria-hidden className="skeleton h-72" />
      <div className="grid gap-4 md:grid-cols-2">
        <div aria-hidden className="skeleton h-64" />
        <div aria-hidden className="skeleton h-64" />
      </div>
    </div>
  )
}
