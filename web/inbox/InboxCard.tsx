import { Plus } from 'lucide-react'
import { inboxUrl, type Inbox } from '../data/inbox.ts'
import { useRefusal } from '../session/permission.ts'
import { useOrganization } from '../session/organization.tsx'
import { Button, ButtonLink } from '../ui/Button.tsx'
import { useZone } from '../ui/clock.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { exactTime } from '../ui/time_format.ts'
import { t } from '../words/inbox.ts'
import { AnswerForm } from './AnswerForm.tsx'

/** The address itself: to copy, to use, and how it answers. */
export function InboxCard({ inbox }: { inbox: Inbox }) {
  const { organization } = useOrganization()
  const refusal = useRefusal()
  const zone = useZone()
  const url = inboxUrl(inbox)
  const mayNotCreate = refusal('create')
  return (
    <section aria-label={t('inbox.title')} className="card divide-y divide-border">
      <div className="p-4">
        <div className="flex flex-wrap items-center gap-2">
          <div className="flex min-w-0 flex-1 basis-72 items-center gap-2 rounded-lg border border-border bg-muted py-1.5 pe-1.5 ps-3">
            <code className="min-w-0 flex-1 truncate font-mono text-[0.8125rem]" title={url}>{url}</code>
            <CopyButton wide text={url} what={t('inbox.address')} />
          </div>
          {mayNotCreate === null
            ? <ButtonLink variant="primary" icon={<Plus aria-hidden />} to={`/settings/webhooks?panel=create&url=${encodeURIComponent(url)}`}>{t('inbox.use')}</ButtonLink>
            : <Button icon={<Plus aria-hidden />} unavailable={mayNotCreate}>{t('inbox.use')}</Button>}
        </div>
        <p className="mt-2 text-[0.8125rem] text-muted-foreground">
          {t('inbox.terms', { organization: organization.name })} {t('inbox.expires', { time: exactTime(inbox.expires_at, zone) })}
        </p>
      </div>
      <AnswerForm inbox={inbox} />
    </section>
  )
}
