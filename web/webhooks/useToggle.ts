import { useMutation, useQueryClient } from '@tanstack/react-query'
import { notDone, reason } from '../data/errors.ts'
import { queries } from '../data/queries.ts'
import { setActive, type ListedWebhook } from '../data/webhooks.ts'
import { toastError, toastSuccess } from '../ui/toasts.ts'
import { t } from '../words/list.ts'

type Toggled = Pick<ListedWebhook, 'id' | 'name' | 'is_active'>

/**
 * Turns a webhook on or off at once, and takes it back when the server refuses. Safe with several in flight: each touches its
 * own row only, toggles of one row go one after another, and the list is read again when the last of all has come back.
 */
export function useToggle(organizationId: string, { id, name, is_active }: Toggled) {
  const queryClient = useQueryClient()
  const list = queries.list(organizationId).queryKey
  const settings = queries.settings(id).queryKey
  const mutationKey = ['toggle', organizationId]

  const shownAs = () => queryClient.getQueryData(list)?.find((row) => row.id === id)?.is_active ?? is_active
  function showAs(isActive: boolean) {
    queryClient.setQueryData(list, (rows) => rows?.map((row) => (row.id === id ? { ...row, is_active: isActive } : row)))
    queryClient.setQueryData(settings, (webhook) => webhook && { ...webhook, is_active: isActive })
  }

  const { mutate, isPending } = useMutation({
    mutationKey,
    scope: { id: `toggle:${id}` },
    mutationFn: ({ isActive }: { isActive: boolean; before: boolean }) => setActive(id, isActive),
    onSuccess: (_, { isActive }) => {
      if (isActive) toastSuccess(t('list.is_on', { name }))
      else toastSuccess(t('list.is_off', { name }), { label: t('common.undo'), onSelect: () => toggle(true) })
    },
    onError: (error, { isActive, before }) => {
      showAs(before)
      toastError(notDone(error, t(isActive ? 'list.not_on' : 'list.not_off', { name, reason: reason(error) }), name))
    },
    onSettled: () => {
      if (queryClient.isMutating({ mutationKey }) > 1) return
      void queryClient.invalidateQueries({ queryKey: list })
      void queryClient.invalidateQueries({ queryKey: queries.webhook(id) })
    },
  })

  // Shown before the mutation begins: one that waits for another of the same row would not show until then.
  function toggle(isActive: boolean) {
    const before = shownAs()
    void queryClient.cancelQueries({ queryKey: list })
    void queryClient.cancelQueries({ queryKey: settings })
    showAs(isActive)
    mutate({ isActive, before })
  }
  return {
    toggle,
    /** To the other side of what is known now, not of what was last rendered: the second click of two comes before that. */
    flip: () => toggle(!shownAs()),
    isPending,
  }
}
