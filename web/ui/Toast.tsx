import { Toast as Base } from '@base-ui/react/toast'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../words/every_screen.ts'
import { Button } from './Button.tsx'

const manager = Base.createToastManager()

/** Says that something worked. Gone after 6 seconds, later while it is hovered or focused. */
export function toastSuccess(title: string, action?: { label: string; onSelect: () => void }): void {
  const id = manager.add({
    title, type: 'success', priority: 'low', timeout: 6_000,
    ...(action ? { actionProps: { children: action.label, onClick: () => { manager.close(id); action.onSelect() } } } : {}),
  })
}

/** Says that the person's own action failed. Stays until it is dismissed. */
export function toastError(title: string): void {
  manager.add({ title, type: 'error', priority: 'high', timeout: 0 })
}

export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider toastManager={manager} limit={3}>
      {children}
      <Base.Portal>
        <Base.Viewport
          aria-label={t('common.notifications')}
          className="fixed end-4 bottom-4 start-4 z-60 flex flex-col items-end gap-2 sm:start-auto sm:w-96"
        >
          <Toasts />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  )
}

function Toasts() {
  const { toasts } = Base.useToastManager()
  return toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      className="overlay-popup w-full rounded-lg border border-border bg-card shadow-pop data-limited:hidden"
    >
      <Base.Content className="flex items-start gap-2.5 py-3 pe-2 ps-3.5">
        {toast.type === 'error'
          ? <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
          : <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />}
        <Base.Title className="min-w-0 flex-1 pt-px text-sm leading-5 wrap-anywhere" render={<p />} />
        {toast.actionProps && <Base.Action render={<Button size="small" className="-my-1" />} />}
        <Base.Close aria-label={t('common.dismiss')} render={<Button variant="quiet" size="icon_small" className="-my-1" icon={<X aria-hidden />} />} />
      </Base.Content>
    </Base.Root>
  ))
}
