import type { ReactNode } from 'react'
import { inboxUrl, type Inbox } from '../data/inbox.ts'
import { Code } from '../ui/Code.tsx'
import { Empty } from '../ui/Empty.tsx'
import { t } from '../words/inbox.ts'

/** Nothing received yet: how to make something come. */
export function WaitingForRequests({ inbox, actions }: { inbox: Inbox; actions: ReactNode }) {
  return (
    <Empty title={t('inbox.waiting_title')} actions={actions}>
      <p>{t('inbox.waiting')}</p>
      <Code className="mt-3 max-w-[min(42rem,calc(100vw-5rem))] text-left" text={`curl -d '{}' ${inboxUrl(inbox)}`} label={t('inbox.curl')} language="text" />
    </Empty>
  )
}
