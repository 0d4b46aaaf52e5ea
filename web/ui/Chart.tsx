import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { t } from '../words/every_screen.ts'
import { Button } from './Button.tsx'
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
  /** Where a bar, and its row in the table, leads to. */
  linkOf?: (index: number) => string
}

/** Stacked bars, and the same numbers as a table for those who cannot see or do not want bars. */
export function Chart({ title, series, rows, rowHeading, linkOf }: ChartProps) {
  const navigate = useNavigate()
  const [asTable, setAsTable] = useState(false)
  return (
    <section aria-label={title} className="card p-4">
      <div className="-mt-1 -me-2 mb-3 flex flex-wrap items-center gap-x-5 gap-y-1">
        <h2 className="font-semibold">{title}</h2>
        {/* The table has headings. */}
        {!asTable && <Legend series={series} />}
        <Button size="small" variant="quiet" className="ms-auto" onClick={() => setAsTable(!asTable)}>{asTable ? t('common.show_chart') : t('common.show_table')}</Button>
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

const fills = { success: 'fill-success-bar', danger: 'fill-danger-bar', accent: 'fill-primary' }

function Legend({ series }: Pick<ChartProps, 'series'>) {
  return (
    <ul className="flex flex-wrap gap-x-4 text-[0.8125rem] text-muted-foreground max-sm:order-last max-sm:w-full">
      {series.map(({ key, name, tone }) => (
        <li key={key} className="flex items-center gap-1.5">
          <svg aria-hidden viewBox="0 0 10 10" className="bar size-2.5 rounded-xs">
            <rect width="10" height="10" className={fills[tone]} />
            {tone === 'danger' && <path d="M-1 5 5-1M-1 11 11-1M5 11 11 5" className="stroke-danger-soft" strokeWidth="1.6" />}
          </svg>
          {name}
        </li>
      ))}
    </ul>
  )
}

function ChartTable({ title, series, rows, rowHeading, linkOf }: Omit<ChartProps, 'linkOf'> & { linkOf: ChartProps['linkOf'] }) {
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
