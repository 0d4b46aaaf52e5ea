import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { askBeforeLeaving } from '../app/leave.ts'
import { useBackGuard } from '../app/useBackGuard.ts'
import { AlertDialog } from '../ui/AlertDialog.tsx'
import { t } from '../words/settings.ts'

/** A dialog that opens over the page changes the address after the ?, and loses nothing. */
const thisPage = () => location.pathname

/** Asks before a link, Back, another organization, a reload or a closed tab throws away what was typed. */
export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const [leaving, setLeaving] = useState<{ go: () => void } | null>(null)
  const navigate = useNavigate()
  const back = useBackGuard(dirty, thisPage)

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
      setLeaving({ go: () => void navigate(`${pathname}${search}${hash}`) })
    }
    document.addEventListener('click', onClick, { capture: true })
    const unask = askBeforeLeaving((go) => setLeaving({ go }))
    return () => {
      document.removeEventListener('click', onClick, { capture: true })
      unask()
    }
  }, [dirty, navigate])

  return (
    <AlertDialog
      open={leaving !== null || back.isHeld}
      danger
      title={t('settings.leave_title')}
      cancel={t('settings.keep_editing')}
      confirm={t('settings.discard')}
      onClose={() => {
        setLeaving(null)
        back.stay()
      }}
      onConfirm={() => {
        if (leaving === null) back.leave()
        else leaving.go()
      }}
    >
      <p>{t('settings.leave')}</p>
    </AlertDialog>
  )
}
