import { useQuery } from '@tanstack/react-query'
import type { DeliveryDetail } from '../data/deliveries.ts'
import { queries } from '../data/queries.ts'
import { sentBody } from './sent_request.ts'

export type SentBody =
  | { state: 'known'; body: string }
  /** Nobody may read it here, or it is not kept. */
  | { state: 'hidden' }
  | { state: 'loading' }
  | { state: 'none'; problem: string }
  | { state: 'failed'; error: unknown; retry: () => void }

/** The exact body of a delivery: put together here, or asked of the server where fields were left out or a transformation ran. */
export function useSentBody(detail: DeliveryDetail, signed: boolean): SentBody {
  const { delivery } = detail
  const whole = sentBody(detail, signed)
  const asked = useQuery({ ...queries.deliveryBody(delivery.id), enabled: delivery.is_shaped && whole !== null })
  if (whole === null) return { state: 'hidden' }
  if (!delivery.is_shaped) return { state: 'known', body: whole }
  if (asked.isError) return { state: 'failed', error: asked.error, retry: () => void asked.refetch() }
  if (asked.data === undefined) return { state: 'loading' }
  const { body, problem } = asked.data
  return body === null ? { state: 'none', problem: problem?.message ?? '' } : { state: 'known', body }
}
