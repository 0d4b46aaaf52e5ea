import { useMutation, useQueryClient } from '@tanstack/react-query'
import { cancel } from '../data/deliveries.ts'
import { queries } from '../data/queries.ts'

/** Takes one delivery out of the queue, and lets every screen that shows it look again. */
export function useCancel(webhookId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (deliveryId: string) => cancel(webhookId, [deliveryId]),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.webhook(webhookId) }),
  })
}
