import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { resend, type Resent } from '../data/deliveries.ts'
import { queries } from '../data/queries.ts'
import { duration } from '../ui/time_format.ts'
import { t } from '../words/replay.ts'

const DAY_MS = 86_400_000

/** Queues deliveries again, and lets every screen that shows them look again. */
export function useResend(organizationId: string, webhookId: string) {
  const queryClient = useQueryClient()
  const limits = useQuery(queries.limits(organizationId))
  const mutation = useMutation({
    mutationFn: ({ ids, includeDelivered }: { ids: string[]; includeDelivered: boolean }) => resend(webhookId, ids, includeDelivered),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.webhook(webhookId) }),
  })
  /** What became of it: queued, not "successful", since nobody knows that yet. */
  const told = ({ queued, skipped }: Resent): string => {
    const result = queued > 0 ? t('resend.queued', { n: queued }) : t('resend.none_queued')
    const details = [
      ...(skipped.delivered > 0 ? [t('resend.queued_since', { n: skipped.delivered })] : []),
      ...(skipped.sending > 0 ? [t('resend.being_sent', { n: skipped.sending })] : []),
      ...(skipped.not_found > 0 ? [t('resend.too_old', { n: skipped.not_found, days: duration((limits.data?.retention_days ?? 30) * DAY_MS) })] : []),
    ]
    return details.length === 0 ? result : [`${result}.`, ...details].join(' ')
  }
  return { ...mutation, told }
}
