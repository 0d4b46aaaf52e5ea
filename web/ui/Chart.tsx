import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { t } from '../words/every_screen.ts'
import { Button } from './Button.tsx'
import { cx } from './cx.ts'
import { lazyPart } from './lazy_part.tsx'

// The chart library is larger than all our screens together: it is fetched only where a chart is shown.
const BarChart = lazyPart(() => import('./BarChart.tsx'), <div className="skeleton h-full" />)

export type ChartSeries = { key: string; name: string; tone: 'success' | 'danger' | 'accent' }
export type ChartRow = { label: string; values: Record<string, number> }

type ChartProps = {
  title: string
  series: readonly ChartSeries[]
  rows: readonly ChartRow[]
  /** Heading of the first column of the table. */
  rowHeading: string
  className?: string
  /** Where a bar, and its row in the table, leads to. */
  linkOf?: (index: number) => string
}

/** Stacked bars, and the same numbers as a table for those who cannot see or do not want bars. */
export function Chart({ title, series, rows, rowHeading, className, linkOf }: ChartProps) {
  const navigate = useNavigate()
  const [asTable, setAsTable] = useState(false)
  return (
    <section aria-label={title} className={cx('card p-4', className)}>
      <div className="mb-3 flex items-center justify-between gap-3">
        <h2 className="font-semibold">{title}</h2>
        <Button size="small" variant="quiet" onClick={() => setAsTable(!asTable)}>{asTable ? t('common.show_chart') : t('common.show_table')}</Button>
      </div>
      {asTable
        ? <ChartTable title={title} series={series} rows={rows} rowHeading={rowHeading} linkOf={linkOf} />
        : (
            <div className="h-56">
              <BarChart title={title} series={series} rows={rows} {...(linkOf ? { onSelect: (_: ChartRow, index: number) => void navigate(linkOf(index)) } : {})} />
            </div>
          )}
    </section>
  )
}

function ChartTable({ title, series, rows, rowHeading, linkOf }: Omit<ChartProps, 'className' | 'linkOf'> & { linkOf: ChartProps['linkOf'] }) {
  return (
    <div className="relative max-h-72 overflow-auto" tabIndex={0} role="group" aria-label={title}>
      <table className="w-full text-start text-[0.8125rem]">
        <thead>
          <tr className="border-b border-border text-muted-foreground">
            <th scope="col" className="py-1.5 pe-3 font-medium">{rowHeading}</th>
            {series.map(({ key, name }) => <th key={key} scope="col" className="py-1.5 ps-3 text-end font-medium">{name}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, values }, index) => (
            // Not by its label: when clocks are set back, two hours have the same.
            <tr key={index} className="border-b border-border last:border-0">
              <th scope="row" className="py-1.5 pe-3 font-normal">
                {linkOf && series.some(({ key }) => values[key]) ? <Link to={linkOf(index)} className="link">{label}</Link> : label}
              </th>
              {series.map(({ key }) => <td key={key} className="py-1.5 ps-3 text-end">{values[key] ?? 0}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
