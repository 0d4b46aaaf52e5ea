import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Inbox as InboxIcon, Plus } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { usePageTitle } from '../app/usePageTitle.ts'
import { notDone, reason } from '../data/errors.ts'
import { openInbox, type Inbox } from '../data/inbox.ts'
import { queries } from '../data/queries.ts'
import { useCapabilities, useOrganization } from '../session/organization.tsx'
import { Button } from '../ui/Button.tsx'
import { useNow, useZone } from '../ui/clock.ts'
import { cx } from '../ui/cx.ts'
import { Empty } from '../ui/Empty.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Select } from '../ui/Select.tsx'
import { exactTime } from '../ui/time_format.ts'
import { Skeleton } from '../ui/Skeleton.tsx'
import { toastError } from '../ui/toasts.ts'
import { t } from '../words/inbox.ts'
import { InboxCard } from './InboxCard.tsx'
import { Requests } from './Requests.tsx'

const PATH = '/settings/webhooks/inbox'
const hasExpired = ({ expires_at }: Inbox, now: Date) => Date.parse(expires_at) <= now.getTime()

/** The built-in test address: what it got, and how it answers. */
export default function InboxPage() {
  usePageTitle(t('inbox.title'))
  const { organization } = useOrganization()
  const { inboxId } = useParams()
  // On a small screen an open request has the page to itself.
  const unlessRequest = useSearchParams()[0].has('request') && 'max-lg:hidden'
  const inboxes = useQuery(queries.inboxes(organization.id))
  const opening = useOpenInbox()
  useLeaveWith(organization.id)
  return (
    <div className="space-y-4">
      <header className={cx('flex flex-wrap items-start justify-between gap-x-6 gap-y-3', unlessRequest)}>
        <div className="min-w-0">
          <h1 className="text-xl leading-7 font-semibold tracking-tight">{t('inbox.title')}</h1>
          <p className="mt-0.5 max-w-prose text-muted-foreground">{t('inbox.lead')}</p>
        </div>
        {inboxes.data !== undefined && inboxes.data.length > 0 && (
          <div className="flex min-w-0 flex-wrap items-center gap-2">
            {inboxes.data.length > 1 && <Choice inboxes={inboxes.data} chosen={find(inboxes.data, inboxId)?.id ?? ''} />}
            <Button icon={<Plus aria-hidden />} aria-busy={opening.isPending} onClick={opening.open} unavailable={opening.refusal}>{t('inbox.get_another')}</Button>
          </div>
        )}
      </header>
      {inboxes.isPending
        ? <Skeleton label={t('inbox.loading')} />
        : inboxes.data === undefined
          ? <Problem title={t('inbox.not_loaded')} error={inboxes.error} onRetry={() => void inboxes.refetch()} />
          : inboxes.data.length === 0 && inboxId === undefined
            ? <First opening={opening} />
            : <Chosen inbox={find(inboxes.data, inboxId)} opening={opening} />}
    </div>
  )
}

/** The one that is asked for; without asking, the newest. */
function find(inboxes: readonly Inbox[], id: string | undefined): Inbox | undefined {
  return id === undefined ? inboxes.at(-1) : inboxes.find((inbox) => inbox.id === id)
}

/** Another organization has other addresses: the one in the address bar is not missing, it is somewhere else. */
function useLeaveWith(organizationId: string) {
  const navigate = useNavigate()
  const shown = useRef(organizationId)
  useEffect(() => {
    if (shown.current === organizationId) return
    shown.current = organizationId
    void navigate(PATH, { replace: true })
  }, [organizationId, navigate])
}

type Opening = ReturnType<typeof useOpenInbox>

function useOpenInbox() {
  const { organization } = useOrganization()
  const can = useCapabilities(organization.id)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { mutate, isPending } = useMutation({
    mutationFn: () => openInbox(organization.id),
    onSuccess: (inbox) => {
      queryClient.setQueryData(queries.inboxes(organization.id).queryKey, (before) => [...(before ?? []), inbox])
      void navigate(`${PATH}/${inbox.id}`)
    },
    onError: (error) => toastError(notDone(error, t('inbox.not_opened', { reason: reason(error) }))),
  })
  return {
    isPending,
    open: () => { if (!isPending) mutate() },
    refusal: can.known && !can.manage ? t('inbox.only_admins', { organization: organization.name }) : null,
  }
}

function First({ opening }: { opening: Opening }) {
  const { organization } = useOrganization()
  return (
    <Empty
      icon={<InboxIcon />}
      title={t('inbox.first_title')}
      actions={<Button variant="primary" aria-busy={opening.isPending} onClick={opening.open} unavailable={opening.refusal}>{opening.isPending ? t('inbox.getting') : t('inbox.get')}</Button>}
    >
      <p>{t('inbox.terms', { organization: organization.name })}</p>
      {opening.refusal !== null && <p aria-hidden className="mt-2 text-foreground">{opening.refusal}</p>}
    </Empty>
  )
}

function Chosen({ inbox, opening }: { inbox: Inbox | undefined; opening: Opening }) {
  const now = useNow()
  const isOpen = useSearchParams()[0].has('request')
  const getNew = <Button variant="primary" aria-busy={opening.isPending} onClick={opening.open} unavailable={opening.refusal}>{t('inbox.get_new')}</Button>
  if (inbox === undefined) return <Empty title={t('inbox.gone_title')} actions={getNew}>{t('inbox.gone')}</Empty>
  if (hasExpired(inbox, now)) return <Empty title={t('inbox.expired_title')} actions={getNew} />
  return (
    <>
      <div className={cx(isOpen && 'max-lg:hidden')}><InboxCard key={inbox.id} inbox={inbox} /></div>
      <Requests key={`requests-${inbox.id}`} inbox={inbox} />
    </>
  )
}

function Choice({ inboxes, chosen }: { inboxes: readonly Inbox[]; chosen: string }) {
  const navigate = useNavigate()
  const now = useNow()
  const zone = useZone()
  return (
    <Select
      label={t('inbox.choose')}
      prefixed
      value={chosen}
      onChange={(id) => void navigate(`${PATH}/${id}`)}
      options={inboxes.map((inbox) => ({
        value: inbox.id,
        label: hasExpired(inbox, now) ? t('inbox.option_expired', { end: inbox.token.slice(-4) }) : t('inbox.option', { end: inbox.token.slice(-4), time: exactTime(inbox.created_at, zone) }),
      }))}
    />
  )
}
