import { useRef, useState, type KeyboardEvent } from 'react'
import { Link } from 'react-router'
import { inLanguage } from '../words/locale.ts'
import type { ChartProps, ChartRow, ChartSeries } from './Chart.tsx'
import { cx } from './cx.ts'
import { niceTicks } from './nice_ticks.ts'

const fills = { success: 'bg-success-bar', danger: 'bg-danger-striped' }
const number = inLanguage((language) => new Intl.NumberFormat(language))
const short = inLanguage((language) => new Intl.NumberFormat(language, { notation: 'compact' }))

/**
 * Stacked bars as plain elements: nothing is measured, so they are there with the page, and fit any width. Failures are striped, besides
 * their color. A bar leads where its row does; the arrow keys go from bar to bar, so that all of them are one stop of the Tab key.
 */
export function BarChart({ title, series, rows, linkOf }: Pick<ChartProps, 'title' | 'series' | 'rows' | 'linkOf'>) {
  const list = useRef<HTMLOListElement>(null)
  const [shown, setShown] = useState<number | null>(null)
  const sums = rows.map(({ values }) => series.reduce((sum, { key }) => sum + (values[key] ?? 0), 0))
  const ticks = niceTicks(Math.max(0, ...sums))
  const top = ticks.at(-1)!
  const linked = sums.flatMap((sum, index) => (sum > 0 ? [index] : []))
  const [last, setLast] = useState<number | null>(null)
  const stop = last !== null && linked.includes(last) ? last : linked.at(-1)

  function move(event: KeyboardEvent) {
    if (event.key === 'Escape') setShown(null)
    const at = linked.indexOf(stop ?? -1)
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: linked.length - 1 }[event.key]
    const index = to === undefined ? undefined : linked[to]
    if (index === undefined) return
    event.preventDefault()
    list.current?.children[index]?.querySelector('a')?.focus()
  }

  return (
    <div className="@container grid h-56 grid-cols-[auto_minmax(0,1fr)] grid-rows-[minmax(0,1fr)_1.5rem] gap-x-2 pt-2 text-xs text-muted-foreground">
      <div aria-hidden className="flex flex-col-reverse justify-between text-end">
        {ticks.map((tick) => <span key={tick} className="flex h-0 items-center justify-end">{short().format(tick)}</span>)}
      </div>
      <div className="relative">
        <div aria-hidden className="absolute inset-0 flex flex-col justify-between">
          {ticks.map((tick) => <span key={tick} className="h-0 border-t border-border" />)}
        </div>
        <ol ref={list} aria-label={title} className="relative flex h-full" onKeyDown={move} onPointerLeave={() => setShown(null)} onBlur={() => setShown(null)}>
          {rows.map((row, index) => (
            // Not by its label: when clocks are set back, two hours have the same.
            <li key={index} className="relative flex-1" onPointerEnter={() => setShown(index)}>
              {sums[index]! > 0 && (
                <Link
                  to={linkOf(index)}
                  tabIndex={index === stop ? 0 : -1}
                  aria-label={[row.label, ...series.map(({ key, name }) => `${name} ${number().format(row.values[key] ?? 0)}`)].join(', ')}
                  className="flex h-full flex-col-reverse items-center rounded-sm -outline-offset-2 hover:bg-muted"
                  onFocus={() => { setLast(index); setShown(index) }}
                >
                  {series.map(({ key, tone }) => (row.values[key] ?? 0) > 0 && (
                    // One failure among thousands is seen, too.
                    <span key={key} className={cx('bar min-h-0.5 w-3/4 max-w-7 shrink-0', fills[tone])} style={{ height: `${(row.values[key]! / top) * 100}%` }} />
                  ))}
                </Link>
              )}
              {index === shown && <Numbers row={row} series={series} side={index < rows.length / 2 ? 'left-full' : 'right-full'} />}
            </li>
          ))}
        </ol>
      </div>
      <div aria-hidden className="col-start-2 flex items-end">
        {rows.map(({ label }, index) => (
          <span key={index} className={cx('relative h-4 flex-1', whenWide(rows.length - 1 - index, rows.length))}>
            <span className="absolute left-1/2 -translate-x-1/2 whitespace-nowrap">{label}</span>
          </span>
        ))}
      </div>
    </div>
  )
}

/** Which bars have room for their label beneath them: counted from the newest, which always has one. */
function whenWide(fromEnd: number, count: number): string {
  const [narrow, wide] = count > 12 ? [6, 3] : [2, 1]
  return fromEnd % narrow === 0 ? '' : fromEnd % wide === 0 ? 'invisible @xl:visible' : 'invisible'
}

/** What one bar stands for, beside it. Its link says the same to screen readers. */
function Numbers({ row: { label, values }, series, side }: { row: ChartRow; series: readonly ChartSeries[]; side: 'left-full' | 'right-full' }) {
  return (
    <div aria-hidden className={cx('card pointer-events-none absolute top-0 z-10 px-3 py-2 text-[0.8125rem] whitespace-nowrap text-foreground shadow-pop', side)}>
      <p className="font-medium">{label}</p>
      {series.map(({ key, name, tone }) => (
        <p key={key} className="flex items-center gap-2">
          <span className={cx('bar size-2.5 rounded-xs', fills[tone])} />
          <span className="flex-1">{name}</span>
          <span>{number().format(values[key] ?? 0)}</span>
        </p>
      ))}
    </div>
  )
}
