import type { ReactNode } from 'react'
import { inboxUrl, type Inbox } from '../data/inbox.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Empty } from '../ui/Empty.tsx'
import { t } from '../words/inbox.ts'

/** Nothing received yet: how to make something come. */
export function WaitingForRequests({ inbox, actions }: { inbox: Inbox; actions: ReactNode }) {
  const command = `curl -d '{}' ${inboxUrl(inbox)}`
  return (
    <Empty title={t('inbox.waiting_title')} actions={actions}>
      <p>{t('inbox.waiting')}</p>
      <div className="mt-3 flex items-center gap-1 rounded-lg border border-border bg-muted py-1.5 pe-1.5 ps-3 text-start text-foreground">
        <code className="min-w-0 font-mono text-[0.8125rem] wrap-anywhere">{command}</code>
        <CopyButton text={command} what={t('inbox.curl')} />
      </div>
    </Empty>
  )
}
