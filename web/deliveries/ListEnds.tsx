import { ArrowUp } from 'lucide-react'
import { PAGE_SIZE } from '../data/deliveries.ts'
import { reason } from '../data/errors.ts'
import { Button } from '../ui/Button.tsx'
import { t } from '../words/deliveries.ts'
import { MOST_ROWS } from './useDeliveries.ts'

/** Over the list while it is scrolled: what came meanwhile, and the way there. Nothing moves until it is pressed. */
export function NewDeliveries({ count, isOpen, onShow }: { count: number; isOpen: boolean; onShow: () => void }) {
  return (
    <div className="pointer-events-none sticky top-17 z-20 flex h-0 justify-center">
      <button
        type="button"
        className="pointer-events-auto inline-flex h-8 items-center gap-1.5 rounded-full bg-primary px-3.5 text-[0.8125rem] font-medium text-primary-foreground shadow-pop hover:bg-primary-hover [&_svg]:size-4"
        onClick={onShow}
      >
        <ArrowUp aria-hidden />
        {isOpen ? t('deliveries.new_many', { n: count }) : t('deliveries.new', { n: count })}
      </button>
    </div>
  )
}

type Older = { fetchNextPage: () => unknown; isFetchingNextPage: boolean; isFetchNextPageError: boolean; error: Error | null }

export function OlderDeliveries({ list, canLoad, capped }: { list: Older; canLoad: boolean; capped: boolean }) {
  return (
    <div className="flex min-h-14 flex-col items-center justify-center gap-2 py-3 text-[0.8125rem] text-muted-foreground">
      {canLoad && (
        <Button size="small" aria-busy={list.isFetchingNextPage} onClick={() => { if (!list.isFetchingNextPage) list.fetchNextPage() }}>
          {list.isFetchingNextPage ? t('deliveries.loading_older') : t('deliveries.older', { n: PAGE_SIZE })}
        </Button>
      )}
      {list.isFetchNextPageError && <p role="alert" className="text-danger">{t('deliveries.older_failed', { reason: reason(list.error) })}</p>}
      {!canLoad && <p>{capped ? t('deliveries.capped', { n: MOST_ROWS }) : t('deliveries.end')}</p>}
    </div>
  )
}
