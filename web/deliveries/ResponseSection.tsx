import type { Attempt } from '../data/deliveries.ts'
import { Json } from '../ui/Json.tsx'
import { size } from '../ui/time_format.ts'
import { t } from '../words/delivery.ts'
import { HeaderList } from './HeaderList.tsx'

/** We stop reading an answer here, so that its true length past it is unknown. */
const READ_UP_TO = 64 * 1024

/** What the receiver answered to one attempt, as text: never rendered as HTML. */
export function ResponseSection({ attempt }: { attempt: Attempt }) {
  const { attempt: n, status_code, response_headers, response_body: body } = attempt
  return (
    <section aria-labelledby="response-heading" className="space-y-2 px-4 py-3.5">
      <h3 id="response-heading" className="font-semibold">{t('delivery.response_of', { n })}</h3>
      {status_code === null
        ? <p className="text-muted-foreground">{t('delivery.no_response')}</p>
        : <HeaderList headers={Object.entries(response_headers ?? {}).map(([name, value]) => ({ name, value }))} />}
      {body ? <Json text={body} label={t('delivery.response_body')} /> : status_code !== null && <p className="text-muted-foreground">{t('delivery.empty_response')}</p>}
      <Cut attempt={attempt} />
    </section>
  )
}

function Cut({ attempt: { response_body: body, response_bytes: total } }: { attempt: Attempt }) {
  if (!body || total === null) return null
  const shown = new TextEncoder().encode(body).length
  if (total <= shown) return null
  return (
    <p className="text-[0.8125rem] text-muted-foreground">
      {total >= READ_UP_TO ? t('delivery.cut_open', { shown: size(shown), total: size(total) }) : t('delivery.cut', { shown: size(shown), total: size(total) })}
    </p>
  )
}
