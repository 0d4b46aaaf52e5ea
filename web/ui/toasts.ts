// What is said in a corner of the screen, from wherever it is known. Toast.tsx draws it.
import { Toast } from '@base-ui/react/toast'

export const manager = Toast.createToastManager()

const PASSING_MS = 6_000

/** Says that something worked. Gone after 6 seconds, later while it is hovered or focused. */
export function toastSuccess(title: string, action?: { label: string; onSelect: () => void }): void {
  const id = manager.add({
    title, type: 'success', priority: 'low', timeout: PASSING_MS,
    ...(action ? { actionProps: { children: action.label, onClick: () => { manager.close(id); action.onSelect() } } } : {}),
  })
}

/** Says that the person's own action failed. Stays until it is dismissed. */
export function toastError(title: string): void {
  manager.add({ title, type: 'error', priority: 'high', timeout: 0 })
}

/** Says why what was pressed does nothing. One at a time, however often it is pressed. */
export function toastReason(title: string): void {
  manager.add({ id: 'reason', title, type: 'reason', priority: 'low', timeout: PASSING_MS })
}
