import { ChevronLeft, SquareTerminal, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { inboxUrl, type Inbox, type InboxRequest } from '../data/inbox.ts'
import { HeaderList } from '../deliveries/HeaderList.tsx'
import { curlCommand } from '../deliveries/sent_request.ts'
import { useEscape } from '../deliveries/useEscape.ts'
import { Button } from '../ui/Button.tsx'
import { CopyAction } from '../ui/CopyAction.tsx'
import { Json } from '../ui/Json.tsx'
import { Time } from '../ui/Time.tsx'
import { duration, size } from '../ui/time_format.ts'
import { FROM_LG } from '../ui/useMedia.ts'
import { t } from '../words/inbox.ts'
import { Verdict } from './Verdict.tsx'

type RequestDetailProps = { request: InboxRequest | null; inbox: Inbox; onClose: () => void }

/** One received request, as text. Null: it is not kept any more. */
export function RequestDetail({ request, inbox, onClose }: RequestDetailProps) {
  useEscape(onClose)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
    if (!matchMedia(FROM_LG).matches) scrollTo({ top: 0 })
  }, [])
  return (
    <article>
      <header className="sticky top-0 z-10 flex items-center gap-1 border-b border-border bg-card py-2.5 pe-2 ps-4 max-lg:rounded-t-[10px]">
        <Button size="icon" variant="quiet" className="-ms-2 lg:hidden" aria-label={t('inbox.back')} icon={<ChevronLeft aria-hidden />} onClick={onClose} />
        <h2 ref={heading} tabIndex={-1} className="min-w-0 flex-1 truncate font-mono text-[0.9375rem] font-semibold outline-none">
          {request === null ? t('inbox.request') : <bdi>{request.event_type ?? request.method}</bdi>}
        </h2>
        <Button size="icon" variant="quiet" className="max-lg:hidden" aria-label={t('inbox.close')} icon={<X aria-hidden />} onClick={onClose} />
      </header>
      {request === null
        ? <p className="px-6 py-12 text-center text-muted-foreground">{t('inbox.request_gone')}</p>
        : <Content request={request} inbox={inbox} />}
    </article>
  )
}

function Content({ request, inbox }: { request: InboxRequest; inbox: Inbox }) {
  const { body, body_bytes } = request
  const shown = body === null ? 0 : new TextEncoder().encode(body).length
  return (
    <div className="space-y-3 p-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Verdict signature={request.signature} />
        <span className="text-[0.8125rem] text-muted-foreground"><Time at={request.received_at} /></span>
      </div>
      <p>{verdictText(request)}</p>
      <CopyCurl request={request} inbox={inbox} />
      <HeaderList headers={Object.entries(request.headers).map(([name, value]) => ({ name, value }))} />
      {body ? <Json text={body} label={t('inbox.request_body')} /> : <p className="text-muted-foreground">{t('inbox.no_body')}</p>}
      {body !== null && body_bytes > shown && <p className="text-[0.8125rem] text-muted-foreground">{t('inbox.cut', { shown: size(shown), total: size(body_bytes) })}</p>}
    </div>
  )
}

function verdictText({ signature, webhook_name: name, age_seconds: age }: InboxRequest): string {
  if (signature !== 'valid') return t(`inbox.${signature}`)
  return age === null ? t('inbox.valid_for_now', { name: name ?? '' }) : t('inbox.valid_for', { name: name ?? '', age: duration(Math.max(0, age) * 1_000) })
}

// The sender's own business: a command that repeats them would not work or not be repeatable.
const NOT_REPEATED = new Set(['host', 'content-length', 'accept-encoding', 'connection', 'transfer-encoding'])

function CopyCurl({ request, inbox }: { request: InboxRequest; inbox: Inbox }) {
  const headers = () => Object.entries(request.headers).filter(([name]) => !NOT_REPEATED.has(name)).map(([name, value]) => ({ name, value }))
  return <CopyAction label={t('inbox.copy_curl')} icon={<SquareTerminal aria-hidden />} text={() => curlCommand(inboxUrl(inbox), headers(), request.body ?? '')} />
}
