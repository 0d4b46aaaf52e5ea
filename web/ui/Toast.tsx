import { Toast as Base } from '@base-ui/react/toast'
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../words/every_screen.ts'
import { Button } from './Button.tsx'
import { manager } from './toasts.ts'

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

const icons = { success: <CircleCheck className="text-success" />, error: <CircleAlert className="text-danger" />, reason: <Info className="text-muted-foreground" /> }

function Toasts() {
  const { toasts } = Base.useToastManager()
  return toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      className="overlay-popup w-full rounded-lg border border-border bg-card shadow-pop data-limited:hidden"
    >
      <Base.Content className="flex items-start gap-2.5 py-3 pe-2 ps-3.5">
        <span aria-hidden className="mt-0.5 [&_svg]:size-4">{icons[toast.type as keyof typeof icons]}</span>
        <Base.Title className="min-w-0 flex-1 pt-px text-sm leading-5 wrap-anywhere" render={<p />} />
        {toast.actionProps && <Base.Action render={<Button size="small" className="-my-1" />} />}
        <Base.Close aria-label={t('common.dismiss')} render={<Button variant="quiet" size="icon_small" className="-my-1" icon={<X aria-hidden />} />} />
      </Base.Content>
    </Base.Root>
  ))
}
