import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Eraser, Send, Trash2 } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { notDone, reason } from '../data/errors.ts'
import { clearInbox, deleteInbox, inboxUrl, type Inbox } from '../data/inbox.ts'
import { queries } from '../data/queries.ts'
import { useCapabilities, useOrganization } from '../session/organization.tsx'
import { useRefusal } from '../session/permission.ts'
import { AlertDialog } from '../ui/AlertDialog.tsx'
import { Button } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Switch } from '../ui/Switch.tsx'
import { toastSuccess } from '../ui/toasts.ts'
import { useAnnouncement } from '../ui/useAnnouncement.tsx'
import { t } from '../words/inbox.ts'
import { RequestDetail } from './RequestDetail.tsx'
import { requestLinkId, RequestRow } from './RequestRow.tsx'
import { WaitingForRequests } from './WaitingForRequests.tsx'

const TestDialog = lazy(() => import('../webhooks/TestDialog.tsx'))

const LIVE_EVERY_MS = 2_000
const MOST_KEPT = 100

/** What the address got, newest first, and the open request beside it. */
export function Requests({ inbox }: { inbox: Inbox }) {
  const { organization } = useOrganization()
  const can = useCapabilities(organization.id)
  const [search, setSearch] = useSearchParams()
  const openId = search.get('request')
  const [live, setLive] = useState(true)
  const [asking, setAsking] = useState<'clear' | 'delete' | 'test' | null>(null)
  const refusal = useRefusal()
  const url = inboxUrl(inbox)
  const sender = useQuery(queries.list(organization.id)).data?.find((webhook) => webhook.url === url)
  const requests = useQuery({ ...queries.inboxRequests(inbox.id), refetchInterval: live ? LIVE_EVERY_MS : false })
  const { data } = requests
  const news = useNews(data?.map(({ id }) => id))
  const opened = useMemo(() => data?.find(({ id }) => id === openId) ?? null, [data, openId])
  const close = useCallback(() => setSearch((before) => {
    const after = new URLSearchParams(before)
    after.delete('request')
    return after
  }), [setSearch])
  useFocusReturn(openId)
  const notDeletable = can.known && !can.manage ? t('inbox.only_admins', { organization: organization.name }) : null
  const test = sender && (
    <Button size="small" id="inbox-test" icon={<Send aria-hidden />} onClick={() => setAsking('test')} unavailable={refusal('test')}>{t('common.test_event')}</Button>
  )
  return (
    <section aria-labelledby="requests-heading" className="space-y-3">
      <div className={cx('flex flex-wrap items-center justify-between gap-x-4 gap-y-2', openId !== null && 'max-lg:hidden')}>
        <h2 id="requests-heading" className="text-base font-semibold">{t('inbox.requests')}</h2>
        <div className="flex flex-wrap items-center gap-2">
          {live && requests.isError && data !== undefined && <span role="status" className="text-[0.8125rem] text-warning">{t('inbox.live_lost')}</span>}
          <label className="me-1 flex items-center gap-2">
            <Switch checked={live} onChange={setLive} label={t('inbox.live')} />
            <span aria-hidden>{t('inbox.live')}</span>
          </label>
          {data !== undefined && data.length > 0 && test}
          <Button size="small" id="clear-inbox" icon={<Eraser aria-hidden />} aria-disabled={!data?.length} onClick={() => { if (data?.length) setAsking('clear') }}>{t('common.clear')}</Button>
          <Button size="small" id="delete-inbox" variant="danger_quiet" icon={<Trash2 aria-hidden />} unavailable={notDeletable} onClick={() => setAsking('delete')}>{t('inbox.delete')}</Button>
        </div>
      </div>
      <p role="status" className="sr-only">{news}</p>
      {requests.isPending
        ? <Skeleton rows={4} rowClass="h-12" />
        : data === undefined
          ? <Problem title={t('inbox.requests_not_loaded')} error={requests.error} onRetry={() => void requests.refetch()} />
          : data.length === 0
            ? <WaitingForRequests inbox={inbox} actions={test} />
            : (
                <div className={cx(openId !== null && 'lg:grid lg:grid-cols-[minmax(0,1fr)_minmax(0,28rem)] lg:items-start lg:gap-4')}>
                  <div className={cx('min-w-0', openId !== null && 'max-lg:hidden')}>
                    <ul className="card @container divide-y divide-border overflow-clip">
                      {data.map((request) => <RequestRow key={request.id} request={request} isOpen={request.id === openId} />)}
                    </ul>
                    {data.length >= MOST_KEPT && <p className="pt-3 text-center text-[0.8125rem] text-muted-foreground">{t('inbox.full')}</p>}
                  </div>
                  {openId !== null && (
                    <aside aria-label={t('inbox.request')} className="card min-w-0 lg:sticky lg:top-[4.5rem] lg:max-h-[calc(100dvh-5.5rem)] lg:scroll-pt-16 lg:overflow-y-auto">
                      <RequestDetail key={openId} request={opened} inbox={inbox} onClose={close} />
                    </aside>
                  )}
                </div>
              )}
      <Suspense fallback={null}>{asking === 'test' && sender && <TestDialog webhook={sender} onClose={() => setAsking(null)} returnTo="inbox-test" />}</Suspense>
      {(asking === 'clear' || asking === 'delete') && <Ask what={asking} inbox={inbox} count={data?.length ?? 0} onClose={() => setAsking(null)} />}
    </section>
  )
}

function Ask({ what, inbox, count, onClose }: { what: 'clear' | 'delete'; inbox: Inbox; count: number; onClose: () => void }) {
  const { organization } = useOrganization()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const isDelete = what === 'delete'
  const act = useMutation({
    mutationFn: () => (isDelete ? deleteInbox(inbox.id) : clearInbox(inbox.id)),
    onSuccess: async () => {
      onClose()
      if (isDelete) {
        toastSuccess(t('inbox.deleted'))
        void navigate('/settings/webhooks/inbox', { replace: true })
      } else {
        queryClient.setQueryData(queries.inboxRequests(inbox.id).queryKey, [])
      }
      await queryClient.invalidateQueries({ queryKey: queries.inboxes(organization.id).queryKey })
    },
  })
  const failed = (error: unknown) => notDone(error, t(isDelete ? 'inbox.not_deleted' : 'inbox.not_cleared', { reason: reason(error) }))
  return (
    <AlertDialog
      open
      danger
      title={isDelete ? t('inbox.delete_title') : t('inbox.clear_title')}
      confirm={isDelete ? t('inbox.delete_confirm') : t('common.clear')}
      pending={act.isPending}
      error={act.isError ? failed(act.error) : null}
      onClose={onClose}
      onConfirm={() => act.mutate()}
      returnTo={`${what}-inbox`}
    >
      <p>{isDelete ? t('inbox.delete_text') : t('inbox.clear_text', { n: count })}</p>
    </AlertDialog>
  )
}

/** For the live region: how many came since it last spoke. What is there at the start is no news. */
function useNews(ids: readonly string[] | undefined): ReactNode {
  const known = useRef<Set<string> | null>(null)
  const [news, say] = useAnnouncement()
  useEffect(() => {
    if (ids === undefined) return
    const added = known.current === null ? 0 : ids.filter((id) => !known.current!.has(id)).length
    known.current = new Set(ids)
    if (added > 0) say(t('inbox.new', { n: added }))
  }, [ids, say])
  return news
}

function useFocusReturn(openId: string | null) {
  const before = useRef(openId)
  useEffect(() => {
    const closed = before.current
    before.current = openId
    if (closed !== null && openId === null) document.getElementById(requestLinkId(closed))?.focus()
  }, [openId])
}
