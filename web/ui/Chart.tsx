import { useState } from 'react'
import { Link } from 'react-router'
import { t } from '../words/every_screen.ts'
import { BarChart } from './BarChart.tsx'
import { Button } from './Button.tsx'

export type ChartSeries = { key: string; name: string; tone: 'success' | 'danger' }
export type ChartRow = { label: string; values: Record<string, number> }

export type ChartProps = {
  title: string
  series: readonly ChartSeries[]
  rows: readonly ChartRow[]
  /** Heading of the first column of the table. */
  rowHeading: string
  /** Where a bar, and its row in the table, leads to. */
  linkOf: (index: number) => string
}

/** Stacked bars, and the same numbers as a table for those who cannot see or do not want bars. */
export function Chart(chart: ChartProps) {
  const [asTable, setAsTable] = useState(false)
  return (
    <section aria-label={chart.title} className="card p-4">
      <div className="mb-3 flex items-center justify-between gap-3">
        <h2 className="font-semibold">{chart.title}</h2>
        <Button size="small" variant="quiet" onClick={() => setAsTable(!asTable)}>{asTable ? t('common.show_chart') : t('common.show_table')}</Button>
      </div>
      {asTable ? <ChartTable {...chart} /> : <BarChart {...chart} />}
    </section>
  )
}

function ChartTable({ title, series, rows, rowHeading, linkOf }: ChartProps) {
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
                {series.some(({ key }) => values[key]) ? <Link to={linkOf(index)} className="link">{label}</Link> : label}
              </th>
              {series.map(({ key }) => <td key={key} className="py-1.5 ps-3 text-end">{values[key] ?? 0}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
