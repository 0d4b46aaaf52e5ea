import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { RotateCw, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { notDone, reason } from '../data/errors.ts'
import { queries } from '../data/queries.ts'
import { stopReplay, type Replay } from '../data/replays.ts'
import { useRefusal } from '../session/permission.ts'
import { Button } from '../ui/Button.tsx'
import { toastError } from '../ui/toasts.ts'
import { t } from '../words/replay.ts'

/** A replay that ended longer ago than this is history. */
const RECENT_MS = 10 * 60_000
const STORED_AS = 'tablehook.replay_seen'

/** The replay that runs, or the one that just ended. It is a job on the server, so it is still here after a reload. */
export function ReplayProgress({ webhookId }: { webhookId: string }) {
  const { data } = useQuery(queries.replays(webhookId))
  const queryClient = useQueryClient()
  const [seen, setSeen] = useState(() => sessionStorage.getItem(STORED_AS))
  const newest = data?.[0]
  const running = newest?.running ?? false

  const wasRunning = useRef(false)
  useEffect(() => {
    // The list shows the outcomes without waiting for the next live update.
    if (wasRunning.current && !running) void queryClient.invalidateQueries({ queryKey: queries.allDeliveries(webhookId) })
    wasRunning.current = running
  }, [running, queryClient, webhookId])

  if (newest === undefined || (!running && (newest.id === seen || newest.total === 0 || isOld(newest)))) return null
  return (
    <ReplayBar
      replay={newest}
      webhookId={webhookId}
      onDismiss={() => {
        sessionStorage.setItem(STORED_AS, newest.id)
        setSeen(newest.id)
      }}
    />
  )
}

const isOld = ({ created_at, stopped_at }: Replay) => Date.now() - Date.parse(stopped_at ?? created_at) > RECENT_MS

function ReplayBar({ replay, webhookId, onDismiss }: { replay: Replay; webhookId: string; onDismiss: () => void }) {
  const { id, total: n, succeeded: delivered, failed, running, stopped_at } = replay
  const queryClient = useQueryClient()
  const refusal = useRefusal()
  const stop = useMutation({
    mutationFn: () => stopReplay(id),
    onError: (error) => toastError(notDone(error, t('replay.not_stopped', { reason: reason(error) }))),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.webhook(webhookId) }),
  })
  const title = running ? t('replay.running_title', { delivered, n }) : stopped_at === null ? t('replay.done', { delivered, n }) : t('replay.stopped', { delivered, n })
  return (
    <section aria-label={t('replay.title')} className="card overflow-hidden">
      <div className="flex items-center gap-3 py-2 pe-2 ps-3.5">
        <RotateCw aria-hidden className="size-4 shrink-0 text-muted-foreground" />
        <p role="status" className="min-w-0 flex-1">
          {title}
          {/* After a stop, those that went back to failed unsent cannot be told from those that failed. */}
          {failed > 0 && stopped_at === null && <span className="text-danger">, {t('replay.running_failed', { n: failed })}</span>}
        </p>
        {running
          ? <Button size="small" aria-label={t('replay.stop_label')} aria-busy={stop.isPending} unavailable={refusal('resend')} onClick={() => { if (!stop.isPending) stop.mutate() }}>{stop.isPending ? t('replay.stopping') : t('replay.stop')}</Button>
          : <Button size="icon_small" variant="quiet" aria-label={t('common.dismiss')} icon={<X aria-hidden />} onClick={onDismiss} />}
      </div>
      <svg aria-hidden viewBox="0 0 100 3" preserveAspectRatio="none" className="bar block h-[3px] w-full">
        <rect width="100" height="3" className="fill-border" />
        <rect width={share(delivered, n)} height="3" className="fill-success-bar" />
        {stopped_at === null && <rect x={share(delivered, n)} width={share(failed, n)} height="3" className="fill-danger-bar" />}
      </svg>
    </section>
  )
}

const share = (part: number, whole: number) => (whole === 0 ? 0 : Math.min(100, (part / whole) * 100))
