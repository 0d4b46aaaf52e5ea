import { ChevronRight } from 'lucide-react'
import { memo } from 'react'
import { Link } from 'react-router'
import type { InboxRequest } from '../data/inbox.ts'
import { useZone } from '../ui/clock.ts'
import { cx } from '../ui/cx.ts'
import { size, timeOfDay } from '../ui/time_format.ts'
import { t } from '../words/inbox.ts'
import { Verdict } from './Verdict.tsx'

/** Where focus returns to when the request is closed. */
export const requestLinkId = (requestId: string) => `request-${requestId}`

export const RequestRow = memo(function RequestRow({ request, isOpen }: { request: InboxRequest; isOpen: boolean }) {
  const { id, received_at, method, event_type, body_bytes } = request
  const zone = useZone()
  return (
    <li>
      <Link
        id={requestLinkId(id)}
        to={{ search: `?request=${id}` }}
        preventScrollReset
        aria-current={isOpen ? 'true' : undefined}
        className={cx('flex items-center gap-3 px-4 py-2.5 -outline-offset-2', isOpen ? 'bg-accent' : 'hover:bg-muted')}
      >
        <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-0.5 @2xl:grid @2xl:grid-cols-[4.5rem_4rem_minmax(0,1fr)_10rem_5rem]">
          <time dateTime={received_at} className="text-[0.8125rem] text-muted-foreground">{timeOfDay(received_at, zone, 'second')}</time>
          <span className="font-mono text-xs">{method}</span>
          <span className={cx('min-w-0 truncate font-mono text-[0.8125rem]', event_type === null && 'text-muted-foreground')}><bdi>{event_type ?? t('inbox.no_event')}</bdi></span>
          <Verdict signature={request.signature} />
          <span className="text-[0.8125rem] text-muted-foreground @2xl:text-end">{size(body_bytes)}</span>
        </span>
        <ChevronRight aria-hidden className="size-4 shrink-0 text-muted-foreground rtl:rotate-180" />
      </Link>
    </li>
  )
}, (before, after) => before.request.id === after.request.id && before.isOpen === after.isOpen)
