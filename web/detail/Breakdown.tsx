import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Overview, Range } from '../data/overview.ts'
import { cx } from '../ui/cx.ts'
import { answerName, isSuccess } from '../webhooks/answers.ts'
import { t } from '../words/detail.ts'
import { deliveriesLink } from './deliveries_link.ts'

type BreakdownProps = { overview: Overview; webhookId: string; range: Range }
/** `good` and `bad`: shares of the longest bar, 0 to 1. */
type Row = { key: string; name: ReactNode; to: string; good: number; bad: number; cells: ReactNode[] }

const MOST_ROWS = 8

export function ByEvent({ overview: { by_event }, webhookId, range }: BreakdownProps) {
  const most = Math.max(1, ...by_event.map(({ attempts }) => attempts))
  const rows = by_event.map(({ event_type, attempts, succeeded }): Row => {
    const failed = Math.max(0, attempts - succeeded)
    return {
      key: event_type, name: event_type, to: deliveriesLink(webhookId, { event: event_type, from: range }), good: succeeded / most, bad: failed / most,
      cells: [t('common.number', { n: attempts }), <span key="failed" className={failed > 0 ? 'text-danger' : 'text-muted-foreground'}>{percent(failed, attempts)}</span>],
    }
  })
  return <Breakdown title={t('overview.by_event')} headings={[t('common.event'), t('overview.attempts'), t('overview.failed_share')]} rows={rows} mono />
}

export function ByAnswer({ overview: { by_answer }, webhookId, range }: BreakdownProps) {
  const most = Math.max(1, ...by_answer.map(({ attempts }) => attempts))
  const rows = by_answer.map(({ answer, attempts }): Row => ({
    key: answer, name: answerName(answer), to: deliveriesLink(webhookId, { code: answer, from: range }), good: isSuccess(answer) ? attempts / most : 0, bad: isSuccess(answer) ? 0 : attempts / most,
    cells: [t('common.number', { n: attempts })],
  }))
  return <Breakdown title={t('overview.by_answer')} headings={[t('overview.answer'), t('overview.attempts')]} rows={rows} />
}

function Breakdown({ title, headings, rows, mono = false }: { title: string; headings: string[]; rows: Row[]; mono?: boolean }) {
  return (
    <section className="card relative min-w-0 overflow-hidden px-4 pt-3.5 pb-2" aria-label={title}>
      <h2 className="font-semibold">{title}</h2>
      <table className="mt-1.5 w-full table-fixed">
        <thead>
          <tr className="text-[0.8125rem] text-muted-foreground">
            {headings.map((heading, index) => (
              <th key={heading} scope="col" className={cx('h-7 font-normal', index === 0 ? 'text-start' : 'w-16 text-end sm:w-20')}>{heading}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map(({ key, name, to, good, bad, cells }) => (
            <tr key={key} className="border-t border-border">
              <th scope="row" className="h-9 pe-3 text-start font-normal">
                <Link to={to} className={cx('block truncate rounded-sm hover:underline', mono && 'font-mono text-[0.8125rem]')} title={typeof name === 'string' ? name : undefined}>{name}</Link>
                <svg aria-hidden viewBox="0 0 100 2" preserveAspectRatio="none" className="bar mt-0.5 h-[3px] w-full">
                  <rect width={atLeastSeen(good)} height="2" className="fill-success-bar" />
                  <rect x={atLeastSeen(good)} width={atLeastSeen(bad)} height="2" className="fill-danger-bar" />
                </svg>
              </th>
              {cells.map((cell, index) => <td key={index} className="text-end">{cell}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS && <p className="border-t border-border py-2 text-[0.8125rem] text-muted-foreground">{t('overview.other_events', { n: rows.length - MOST_ROWS })}</p>}
    </section>
  )
}

/** In hundredths. What is not nothing is at least one of them. */
const atLeastSeen = (share: number) => (share === 0 ? 0 : Math.max(1, share * 100))

function percent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (part / whole) * 100
  return t('overview.rate', { rate: share > 0 && share < 0.1 ? 0.1 : Math.round(share * 10) / 10 })
}
