import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { Attempt, DeliveryDetail } from '../data/deliveries.ts'
import { queries } from '../data/queries.ts'
import { rolledAt } from '../detail/rolled_at.ts'
import { useRefusal } from '../session/permission.ts'
import { Json } from '../ui/Json.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { duration } from '../ui/time_format.ts'
import { t } from '../words/delivery.ts'
import { HeaderList } from './HeaderList.tsx'
import { useLog } from './log_context.ts'
import { sentHeaders } from './sent_request.ts'
import { useSentBody, type SentBody } from './useSentBody.ts'

const DAY_MS = 86_400_000
const METHOD = 'POST'

/** What we sent: address, headers, body, signature. Before the first attempt: what we will send. */
export function RequestSection({ detail, attempt }: { detail: DeliveryDetail; attempt: Attempt | null }) {
  const { webhook } = useLog()
  const signed = webhook.secret_hint !== null
  const body = useSentBody(detail, signed)
  return (
    <section aria-labelledby="request-heading" className="space-y-2 px-4 py-3.5">
      <h3 id="request-heading" className="font-semibold">{t('delivery.request')}</h3>
      <p className="font-mono text-xs wrap-anywhere"><span className="text-muted-foreground">{METHOD}</span> {detail.webhook?.url ?? webhook.url}</p>
      {attempt !== null && (
        <HeaderList
          headers={sentHeaders(detail, attempt, signed, webhook.header_names)}
          note={signed || webhook.header_names.length > 0 ? t('delivery.header_note') : null}
        />
      )}
      {body.state === 'hidden' ? <NoBody mayRead={detail.can_read_payload} /> : <Body sent={body} />}
      {attempt !== null && <Signature signed={signed} sentAt={attempt.created_at} />}
    </section>
  )
}

function Body({ sent }: { sent: Exclude<SentBody, { state: 'hidden' }> }) {
  switch (sent.state) {
    case 'known': return <Json text={sent.body} label={t('delivery.request_body')} />
    case 'loading': return <Skeleton rows={1} rowClass="h-32" label={t('delivery.body_loading')} />
    case 'none': return <p className="rounded-lg bg-muted px-3 py-2.5 text-muted-foreground wrap-anywhere">{t('delivery.body_none', { problem: sent.problem })}</p>
    case 'failed': return <Problem title={t('delivery.body_not_loaded')} error={sent.error} onRetry={sent.retry} />
  }
}

function NoBody({ mayRead }: { mayRead: boolean }) {
  const { webhook } = useLog()
  const refusal = useRefusal()
  const limits = useQuery(queries.limits(webhook.organization_id))
  const why = mayRead
    ? limits.data && t('delivery.no_body', { days: duration(limits.data.retention_days * DAY_MS) })
    : refusal('read_payload')
  return <p className="rounded-lg bg-muted px-3 py-2.5 text-muted-foreground">{why}</p>
}

function Signature({ signed, sentAt }: { signed: boolean; sentAt: string }) {
  const { webhook } = useLog()
  const secret = useQuery(queries.secretState(webhook.id))
  const rolled = secret.data ? rolledAt(secret.data, webhook) : null
  const text = !signed ? t('delivery.not_signed') : rolled !== null && Date.parse(sentAt) < Date.parse(rolled) ? t('delivery.signed_old') : t('delivery.signed_current')
  return (
    <p className="flex flex-wrap gap-x-3 text-[0.8125rem]">
      <span className="text-muted-foreground">{t('delivery.signature')}</span>
      <span>{text}</span>
      <Link className="link" to={`/settings/webhooks/${webhook.id}/settings#secret`}>{t('delivery.check')}</Link>
    </p>
  )
}
