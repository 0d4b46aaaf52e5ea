import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { useBackGuard } from '../app/useBackGuard.ts'
import { AlertDialog } from '../ui/AlertDialog.tsx'
import { t } from '../words/settings.ts'

/** Asks before a link, Back, a reload or a closed tab throws away what was typed. */
export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const [leavingTo, setLeavingTo] = useState<string | null>(null)
  const navigate = useNavigate()
  const back = useBackGuard(dirty)

  useEffect(() => {
    if (!dirty) return
    // Before the router hears of the click: it follows every link that nobody has stopped.
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
      if (link === null || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || link.target === '_blank') return
      const { origin, pathname, search, hash } = new URL(link.href)
      if (origin !== location.origin || pathname === location.pathname) return
      event.preventDefault()
      event.stopPropagation()
      setLeavingTo(`${pathname}${search}${hash}`)
    }
    document.addEventListener('click', onClick, { capture: true })
    return () => document.removeEventListener('click', onClick, { capture: true })
  }, [dirty])

  return (
    <AlertDialog
      open={leavingTo !== null || back.isHeld}
      danger
      title={t('settings.leave_title')}
      cancel={t('settings.keep_editing')}
      confirm={t('settings.discard')}
      onClose={() => {
        setLeavingTo(null)
        back.stay()
      }}
      onConfirm={() => {
        if (leavingTo === null) back.leave()
        else void navigate(leavingTo)
      }}
    >
      <p>{t('settings.leave')}</p>
    </AlertDialog>
  )
}
