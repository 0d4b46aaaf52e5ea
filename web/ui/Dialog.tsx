import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useRef, type ComponentProps, type ReactNode, type RefObject } from 'react'
import { t } from '../words/every_screen.ts'
import { Button } from './Button.tsx'
import { cx } from './cx.ts'
import { useInertPage } from './useInertPage.ts'

type DialogProps = {
  open: boolean
  /** Asked to close: by Escape, by the X, or (when `dismissable`) by a press outside. */
  onClose: () => void
  /** What was confirmed is under way. It can't be taken back, and its outcome, be it a secret or why it did not work, is told in here: so the dialog stays. */
  pending?: boolean
  title: ReactNode
  description?: ReactNode
  children: ReactNode
  /** Buttons at the bottom, the main one last. They stay in view while the body scrolls, where there is room. */
  footer?: ReactNode
  width?: 'small' | 'normal' | 'wide'
  /** False for forms: a press beside the dialog must not lose what was typed. */
  dismissable?: boolean
  /** What it shows is shown once: an Escape too many must not take it away. */
  staysOnEscape?: boolean
  /** By default the first control of the body. */
  initialFocus?: RefObject<HTMLElement | null>
  finalFocus?: ComponentProps<typeof Base.Popup>['finalFocus']
  onClosed?: () => void
}

const CONTROL = ':is(input, select, textarea, button, a[href], [tabindex="0"]):not([tabindex="-1"], [aria-hidden], :disabled)'
const widths = { small: 'sm:max-w-md', normal: 'sm:max-w-2xl', wide: 'sm:max-w-4xl' }

/** A modal dialog; full screen below 640 px, and scrolled as a whole on a screen that head and foot alone would fill. Results of an action inside it are shown inside it. */
export function Dialog({ open, onClose, pending = false, title, description, children, footer, width = 'normal', dismissable = true, staysOnEscape = false, initialFocus, finalFocus, onClosed }: DialogProps) {
  const body = useRef<HTMLDivElement>(null)
  useInertPage(open)
  return (
    <Base.Root
      open={open}
      onOpenChange={(next, { reason }) => { if (!next && !pending && !(staysOnEscape && reason === 'escape-key')) onClose() }}
      onOpenChangeComplete={(isOpen) => { if (!isOpen) onClosed?.() }}
      disablePointerDismissal={!dismissable}
    >
      <Base.Portal>
        <Base.Backdrop className="overlay-backdrop fixed inset-0 z-40" />
        <Base.Viewport className="fixed inset-0 z-40 flex items-stretch justify-center sm:items-start sm:px-4 sm:pt-[6vh] sm:pb-6">
          <Base.Popup
            className={cx('overlay-popup flex max-h-dvh w-full flex-col bg-card shadow-pop outline-none sm:max-h-[88vh] sm:rounded-xl sm:border sm:border-border short:overflow-y-auto', widths[width])}
            initialFocus={initialFocus ?? ((how) => (how === 'touch' ? null : body.current?.querySelector<HTMLElement>(CONTROL) ?? null))}
            {...(finalFocus ? { finalFocus } : {})}
          >
            <header className="flex items-start gap-3 border-b border-border px-5 pt-4 pb-3.5">
              <div className="min-w-0 flex-1">
                <Base.Title className="text-base leading-6 font-semibold wrap-anywhere">{title}</Base.Title>
                {description && <Base.Description className="mt-0.5 text-muted-foreground">{description}</Base.Description>}
              </div>
              <Base.Close render={<Button variant="quiet" size="icon" className="-mt-1 -me-2" aria-label={t('common.close')} icon={<X aria-hidden />} />} />
            </header>
            <div ref={body} className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 py-4 short:flex-none short:overflow-visible">{children}</div>
            {footer && <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-border px-5 py-3">{footer}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}

/** Closes the dialog it is in, as Escape does. */
export function CancelButton({ pending }: { pending: boolean }) {
  return <Base.Close render={<Button aria-disabled={pending}>{t('common.cancel')}</Button>} />
}
