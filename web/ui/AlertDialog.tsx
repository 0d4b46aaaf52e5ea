import { AlertDialog as Base } from '@base-ui/react/alert-dialog'
import { useRef, type ReactNode } from 'react'
import { t } from '../words/every_screen.ts'
import { Button } from './Button.tsx'
import { returnFocusTo } from './return_focus.ts'
import { useInertPage } from './useInertPage.ts'

type AlertDialogProps = {
  open: boolean
  onClose: () => void
  title: ReactNode
  children?: ReactNode
  confirm: string
  onConfirm: () => void
  /** The button that leaves everything as it is; it has the focus. */
  cancel?: string
  /** As in `Dialog`. */
  pending?: boolean
  /** Why it cannot be confirmed as things stand. */
  unavailable?: string | null
  /** Why the action did not work. Shown in the dialog, since nothing outside it can be reached. */
  error?: string | null
  danger?: boolean
  /** Id of the element that gets the focus back. */
  returnTo?: string
}

/** Asks before something that cannot be taken back. */
export function AlertDialog({ open, onClose, title, children, confirm, onConfirm, cancel, pending = false, unavailable = null, error = null, danger = false, returnTo }: AlertDialogProps) {
  const cancelButton = useRef<HTMLButtonElement>(null)
  useInertPage(open)
  return (
    <Base.Root open={open} onOpenChange={(next) => { if (!next && !pending) onClose() }}>
      <Base.Portal>
        <Base.Backdrop className="overlay-backdrop fixed inset-0 z-50" />
        <Base.Viewport className="fixed inset-0 z-50 flex items-center justify-center p-4">
          <Base.Popup initialFocus={cancelButton} {...(returnTo === undefined ? {} : { finalFocus: returnFocusTo(returnTo) })} className="overlay-popup max-h-full w-full max-w-md overflow-y-auto rounded-xl border border-border bg-card p-5 shadow-pop outline-none">
            <Base.Title className="text-base leading-6 font-semibold wrap-anywhere">{title}</Base.Title>
            {children && <Base.Description render={<div />} className="mt-1.5 space-y-2 text-muted-foreground">{children}</Base.Description>}
            {error !== null && <p role="alert" className="mt-3 rounded-md bg-danger-soft px-3 py-2 text-danger">{error}</p>}
            <div className="mt-5 flex flex-wrap justify-end gap-2">
              <Base.Close ref={cancelButton} render={<Button aria-disabled={pending}>{cancel ?? t('common.cancel')}</Button>} />
              <Button variant={danger ? 'danger' : 'primary'} aria-busy={pending} unavailable={unavailable} onClick={() => { if (!pending) onConfirm() }}>{confirm}</Button>
            </div>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}
