import { Inbox, KeyRound, LogOut, Monitor, Moon, Sun, SquareActivity, Webhook } from 'lucide-react'
import { lazy, Suspense, useRef, useState, useSyncExternalStore, type ReactNode } from 'react'
import { Link, NavLink, Outlet, useLocation } from 'react-router'
import { useOrganization } from '../session/organization.tsx'
import { useSession } from '../session/SessionProvider.tsx'
import { Button } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { Popover } from '../ui/Popover.tsx'
import { Select } from '../ui/Select.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { useCurrentInSight } from '../ui/useCurrentInSight.ts'
import { t } from '../words/shell.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { leave } from './leave.ts'
import { Logo } from './Logo.tsx'
import { useShortcuts } from './shortcuts.ts'
import { useTheme, type Theme } from './theme.ts'
import { useScrollToTop } from './useScrollToTop.ts'

const ShortcutsDialog = lazy(() => import('./ShortcutsDialog.tsx'))

const pages = [
  { to: '/settings/webhooks', name: t('common.webhooks'), icon: <Webhook aria-hidden /> },
  { to: '/settings/webhooks/events', name: t('common.event_catalog'), icon: <SquareActivity aria-hidden /> },
  { to: '/settings/webhooks/inbox', name: t('shell.inbox'), icon: <Inbox aria-hidden /> },
  { to: '/settings/webhooks/keys', name: t('shell.api_keys'), icon: <KeyRound aria-hidden /> },
]

/** The frame of the settings: who you are, which organization, and where in the settings. */
export function Shell() {
  const [help, setHelp] = useState(false)
  useShortcuts({ '?': () => setHelp(true) })
  const online = useSyncExternalStore(watchConnection, () => navigator.onLine)
  const { pathname } = useLocation()
  useScrollToTop()
  return (
    <>
      <a href="#content" className="sr-only rounded-md bg-card px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:start-2 focus:z-50">{t('shell.skip')}</a>
      <header className="sticky top-0 z-30 border-b border-border bg-card">
        <div className="mx-auto flex h-14 max-w-7xl items-center gap-3 px-4 sm:px-6">
          <NavLink to="/settings/webhooks" className="flex items-center gap-2 rounded-md font-semibold tracking-tight">
            <Logo />
            <span className="max-sm:sr-only">{t('shell.product')}</span>
          </NavLink>
          <span aria-hidden className="text-border max-sm:hidden">/</span>
          <OrganizationSwitcher />
          <div className="ms-auto flex items-center gap-1"><AccountMenu /></div>
        </div>
      </header>
      {!online && <p role="status" className="bg-warning-soft px-4 py-1.5 text-center text-[0.8125rem] text-warning">{t('shell.offline')}</p>}
      <div className="mx-auto max-w-7xl px-4 sm:px-6 lg:grid lg:grid-cols-[12.5rem_minmax(0,1fr)] lg:gap-10">
        <SettingsNav />
        <main id="content" tabIndex={-1} className="min-w-0 pt-4 pb-16 outline-none lg:pt-8">
          <ErrorBoundary page={pathname}>
            <Suspense fallback={<Skeleton rows={3} />}><Outlet /></Suspense>
          </ErrorBoundary>
        </main>
      </div>
      {help && <Suspense fallback={null}><ShortcutsDialog onClose={() => setHelp(false)} /></Suspense>}
    </>
  )
}

/** The page of the settings that an address belongs to: a webhook and its deliveries belong to the list, which has no word of its own in the address. */
function sectionOf(pathname: string): string | undefined {
  const [webhooks, ...others] = pages
  return [...others, webhooks!].find(({ to }) => pathname === to || pathname.startsWith(`${to}/`))?.to
}

function SettingsNav() {
  const list = useRef<HTMLUListElement>(null)
  const { pathname } = useLocation()
  const section = sectionOf(pathname)
  // On a phone the row of pages is longer than the screen.
  useCurrentInSight(list, section)
  return (
    <nav aria-label={t('shell.settings')} className="pt-4 lg:sticky lg:top-14 lg:h-fit lg:pt-8">
      <div className="hidden px-2.5 pb-3 lg:block">
        <p className="text-[0.8125rem] text-muted-foreground">{t('shell.settings')}</p>
        <p className="font-semibold">{t('shell.section')}</p>
      </div>
      <ul ref={list} className="flex gap-1 overflow-x-auto max-lg:-mx-1 max-lg:border-b max-lg:border-border max-lg:px-1 max-lg:pb-2 lg:flex-col">
        {pages.map(({ to, name, icon }) => (
          <li key={to} className="shrink-0">
            <Link
              to={to}
              aria-current={to !== section ? undefined : to === pathname ? 'page' : 'true'}
              className={cx(
                'flex items-center gap-2.5 rounded-md px-2.5 py-1.5 font-medium whitespace-nowrap max-sm:px-2 max-sm:[&_svg]:hidden [&_svg]:size-4',
                to === section ? 'bg-accent text-accent-foreground' : 'text-muted-foreground hover:bg-muted hover:text-foreground',
              )}
            >
              {icon}
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function OrganizationSwitcher() {
  const { organization, organizations, choose } = useOrganization()
  if (organizations.length === 1) return <span className="truncate font-medium">{organization.name}</span>
  return (
    <Select
      size="small"
      label={t('shell.organization')}
      value={organization.id}
      onChange={(id) => leave(() => choose(id))}
      options={organizations.map(({ id, name }) => ({ value: id, label: name }))}
      className="border-border!"
    />
  )
}

const themes: { value: Theme; name: string; icon: ReactNode }[] = [
  { value: 'system', name: t('shell.theme_system'), icon: <Monitor aria-hidden /> },
  { value: 'light', name: t('shell.theme_light'), icon: <Sun aria-hidden /> },
  { value: 'dark', name: t('shell.theme_dark'), icon: <Moon aria-hidden /> },
]

function AccountMenu() {
  const { email, signOut } = useSession()
  const [theme, setTheme] = useTheme()
  const label = t('shell.account', { email })
  return (
    <Popover
      label={label}
      align="end"
      className="w-64 p-0"
      trigger={(
        <button type="button" className="flex size-8 items-center justify-center rounded-full bg-accent text-xs font-semibold text-accent-foreground uppercase">
          {email.slice(0, 2)}
          <span className="sr-only normal-case">{label}</span>
        </button>
      )}
    >
      <div className="border-b border-border px-3.5 py-3">
        <p className="text-xs text-muted-foreground">{t('shell.signed_in_as')}</p>
        <p className="truncate font-medium">{email}</p>
      </div>
      <div className="flex items-center justify-between gap-3 border-b border-border px-3.5 py-2.5">
        <span>{t('shell.theme')}</span>
        <div role="group" aria-label={t('shell.theme')} className="flex gap-0.5 rounded-lg bg-muted p-0.5">
          {themes.map(({ value, name, icon }) => (
            <button
              key={value}
              type="button"
              aria-label={name}
              title={name}
              aria-pressed={theme === value}
              className="flex size-7 items-center justify-center rounded-md text-muted-foreground aria-pressed:bg-card aria-pressed:text-foreground aria-pressed:shadow-card [&_svg]:size-4"
              onClick={() => setTheme(value)}
            >
              {icon}
            </button>
          ))}
        </div>
      </div>
      <div className="p-1">
        <Button variant="quiet" className="w-full justify-start! px-2.5! text-foreground!" icon={<LogOut aria-hidden />} onClick={() => leave(() => void signOut())}>{t('shell.sign_out')}</Button>
      </div>
    </Popover>
  )
}

function watchConnection(listener: () => void) {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}
