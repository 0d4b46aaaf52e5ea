import { ChevronRight } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { Limits } from '../data/organizations.ts'
import { lazyPart } from '../ui/lazy_part.tsx'
import { duration } from '../ui/time_format.ts'
import { t } from '../words/help.ts'

// Protocol, not language.
const BODY = '{"id", "event", "timestamp", "data"}'
const ID_HEADER = 'webhook-id'

const Snippets = lazyPart(() => import('../snippets/Snippets.tsx'), <div className="skeleton h-64" />)

/** Collapsed help below the list. Its numbers come from the server, so that it cannot promise what is not so. */
export default function HowWebhooksWork({ limits }: { limits: Limits | undefined }) {
  const [open, setOpen] = useState(false)
  const schedule = limits?.retry_schedules.standard ?? []
  const window = schedule.reduce((sum, seconds) => sum + seconds, 0)
  return (
    <details className="group card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex list-none items-center gap-2 rounded-[10px] px-4 py-3 font-medium">
        <ChevronRight aria-hidden className="size-4 text-muted-foreground transition-transform group-open:rotate-90" />
        <h2>{t('help.title')}</h2>
      </summary>
      <div className="grid gap-x-10 gap-y-6 border-t border-border px-5 py-5 lg:grid-cols-2">
        <Answer question={t('help.sent')}>
          {t.rich('help.sent_text', { code: <code className="font-mono text-[0.8125rem] wrap-anywhere">{BODY}</code> })}
          <HeaderTable />
        </Answer>
        <div className="space-y-6">
          <Answer question={t('help.answer')}>{t('help.answer_text', { timeout: duration(limits?.timeout_ms_default ?? 5_000) })}</Answer>
          {limits && (
            <Answer question={t('help.failure')}>
              {t('help.failure_text', { n: schedule.length + 1, window: duration(window * 1_000), days: duration(limits.turn_off_after_days * 86_400_000) })}
            </Answer>
          )}
          <Answer question={t('help.order')}>{t.rich('help.order_text', { code: <code className="font-mono text-[0.8125rem]">{ID_HEADER}</code> })}</Answer>
        </div>
        <div className="min-w-0 lg:col-span-2">
          <Answer question={t('help.signature')}>{t('help.signature_text')}</Answer>
          <div className="mt-3">{open && <Snippets />}</div>
        </div>
      </div>
    </details>
  )
}

function Answer({ question, children }: { question: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="font-semibold">{question}</h3>
      <div className="mt-1 text-muted-foreground">{children}</div>
    </section>
  )
}

function HeaderTable() {
  const headers = [
    ['webhook-id', t('help.header_id')],
    ['webhook-timestamp', t('help.header_timestamp')],
    ['webhook-signature', t('help.header_signature')],
    ['x-webhook-event', t('help.header_event')],
    ['x-webhook-attempt', t('help.header_attempt')],
  ] as const
  return (
    <table className="mt-3 w-full text-[0.8125rem]">
      <tbody>
        {headers.map(([name, meaning]) => (
          <tr key={name} className="border-t border-border align-top">
            <th scope="row" className="py-1.5 pe-4 text-start font-mono text-xs leading-5 font-normal whitespace-nowrap text-foreground">{name}</th>
            <td className="py-1.5">{meaning}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
