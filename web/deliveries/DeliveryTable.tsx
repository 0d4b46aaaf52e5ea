import { PAGE_SIZE, type Delivery } from '../data/deliveries.ts'
import { Checkbox } from '../ui/Checkbox.tsx'
import { cx } from '../ui/cx.ts'
import { t } from '../words/deliveries.ts'
import { columnOrder, DeliveryRow, rowLayout } from './DeliveryRow.tsx'

type DeliveryTableProps = {
  rows: readonly Delivery[]
  linkTo: (id: string) => string
  openId: string | undefined
  selected: ReadonlySet<string>
  onSelect: (id: string, selected: boolean) => void
  onSelectAll: (selected: boolean) => void
  isActive: boolean
}

/** The log. A table for assistive technology whatever its width; laid out by how wide it is, not how wide the window is. */
export function DeliveryTable({ rows, linkTo, openId, selected, onSelect, onSelectAll, isActive }: DeliveryTableProps) {
  const selectable = rows.filter(({ is_test }) => !is_test)
  const some = selectable.some(({ id }) => selected.has(id))
  const all = some && selectable.every(({ id }) => selected.has(id))
  return (
    <div className="card @container relative overflow-clip">
      <div role="table" aria-label={t('deliveries.title')}>
        <div role="rowgroup" className="border-b border-border">
          <div role="row" className={cx('flex h-10 items-center gap-2 px-3 text-[0.8125rem] text-muted-foreground', rowLayout)}>
            <div role="columnheader" className={cx('flex items-center', columnOrder.select)}>
              {/* Tests are sent once and never again: a log of nothing else has nothing to choose. */}
              <Checkbox disabled={selectable.length === 0} checked={all ? 'all' : some ? 'some' : 'none'} onChange={onSelectAll} label={t('deliveries.select_all')} />
              <span aria-hidden className="ms-2 @3xl:hidden">{t('deliveries.select_all')}</span>
            </div>
            <Heading className={columnOrder.event}>{t('common.event')}</Heading>
            <Heading className={columnOrder.sent}>{t('deliveries.column_sent')}</Heading>
            <Heading className={columnOrder.status}>{t('deliveries.status')}</Heading>
            <Heading className={columnOrder.answer}>{t('deliveries.answer')}</Heading>
            <Heading className={columnOrder.time}>{t('deliveries.column_time')}</Heading>
            <Heading className={columnOrder.attempts}>{t('deliveries.column_attempts')}</Heading>
          </div>
        </div>
        <div role="rowgroup">
          {rows.map((delivery, index) => (
            <DeliveryRow
              key={delivery.id}
              delivery={delivery}
              to={linkTo(delivery.id)}
              isOpen={delivery.id === openId}
              selected={selected.has(delivery.id)}
              onSelect={onSelect}
              isActive={isActive}
              isFar={index >= PAGE_SIZE}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

function Heading({ children, className }: { children: string; className: string }) {
  return <div role="columnheader" className={cx('@max-3xl:sr-only', className)}>{children}</div>
}
