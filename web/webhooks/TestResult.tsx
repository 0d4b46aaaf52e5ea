import { ChevronRight, CircleCheck, CircleX } from 'lucide-react'
import type { ReactNode } from 'react'
import type { TestResult as Result } from '../data/webhooks.ts'
import { Json } from '../ui/Json.tsx'
import { duration } from '../ui/time_format.ts'
import { t } from '../words/test.ts'
import { answerText, cause } from './causes.ts'

/** What a test brought back: the answer, what it means, and everything that was sent and received. */
export function TestResult({ result, timeoutMs }: { result: Result; timeoutMs: number }) {
  const { ok, status_code, error_code, error_detail, headers, body, request } = result
  const why = cause({ status_code, error_code, error_detail, headers, url: request.url, timeout_ms: timeoutMs })
  return (
    <div className="space-y-3">
      <TestVerdict result={result} />
      <p>
        {ok ? t('test.accepted') : why?.sentence}
        {!ok && why?.advice && !why.promisesRetry && <span className="text-muted-foreground"> {why.advice}</span>}
      </p>
      <div className="overflow-hidden rounded-lg border border-border">
        {headers && <Part title={t('test.response_headers')}><HeaderList headers={headers} /></Part>}
        {status_code !== null && (
          <Part title={t('test.response_body')} open={!ok && body !== null && body !== ''}>
            {body ? <Json text={body} label={t('test.response_body')} /> : <p className="text-muted-foreground">{t('test.no_body')}</p>}
          </Part>
        )}
        <Part title={t('test.request')}>
          <p className="mb-2 font-mono text-[0.8125rem] wrap-anywhere" dir="ltr">{`POST ${request.url}`}</p>
          {request.headers && <HeaderList headers={request.headers} />}
          <div className="mt-3"><Json text={request.body} label={t('test.request_body')} /></div>
        </Part>
      </div>
    </div>
  )
}

/** The first line: "401 Unauthorized in 182 ms". */
export function TestVerdict({ result: { ok, status_code, duration_ms } }: { result: Result }) {
  const time = duration(duration_ms ?? 0)
  return (
    <p className="flex items-center gap-2 text-base font-semibold">
      {ok ? <CircleCheck aria-hidden className="size-5 text-success" /> : <CircleX aria-hidden className="size-5 text-danger" />}
      {status_code === null ? t('test.no_answer', { time }) : t('test.answered', { answer: answerText(status_code), time })}
    </p>
  )
}

function Part({ title, open = false, children }: { title: string; open?: boolean; children: ReactNode }) {
  return (
    <details className="group border-b border-border last:border-0" open={open}>
      <summary className="flex list-none items-center gap-2 px-3 py-2 font-medium hover:bg-muted">
        <ChevronRight aria-hidden className="size-4 text-muted-foreground transition-transform group-open:rotate-90" />
        {title}
      </summary>
      <div className="px-3 pt-1 pb-3">{children}</div>
    </details>
  )
}

/** Headers as a list of names and values. */
export function HeaderList({ headers }: { headers: Record<string, string> }) {
  return (
    <dl className="text-[0.8125rem]" dir="ltr">
      {Object.entries(headers).map(([name, value]) => (
        <div key={name} className="grid gap-x-3 border-b border-border py-1 last:border-0 sm:grid-cols-[11rem_minmax(0,1fr)]">
          <dt className="font-mono text-xs leading-5 text-muted-foreground wrap-anywhere">{name}</dt>
          <dd className="font-mono text-xs leading-5 wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
