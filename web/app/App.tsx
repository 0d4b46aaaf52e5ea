import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, StrictMode, Suspense, useState } from 'react'
import { BrowserRouter } from 'react-router'
import { OrganizationProvider } from '../session/organization.tsx'
import { takeQueryClient } from '../session/read_ahead.ts'
import { SessionProvider, useSessionState } from '../session/SessionProvider.tsx'
import { ToastProvider } from '../ui/Toast.tsx'
import { t } from '../words/session.ts'
import { BootFrame } from './BootFrame.tsx'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { AppRoutes } from './routes.tsx'

const SignInPage = lazy(() => import('../session/SignInPage.tsx'))

export function App() {
  return (
    <StrictMode>
      {/* Style elements are forbidden by our content security policy. */}
      <CSPProvider disableStyleElements>
        {/* The address holds what fields show. Changed in a transition it would come late, and a field would take back what was typed meanwhile. */}
        <BrowserRouter useTransitions={false}>
          <ErrorBoundary>
            <SessionProvider><Door /></SessionProvider>
          </ErrorBoundary>
        </BrowserRouter>
      </CSPProvider>
    </StrictMode>
  )
}

/** Signed out: the sign-in page, at whatever address was asked for, so that a deep link survives it. */
function Door() {
  const session = useSessionState()
  if (session.state === 'checking') return <BootFrame label={t('session.checking')} />
  if (session.state === 'signed_out') return <Suspense fallback={null}><SignInPage /></Suspense>
  return <Room key={session.userId} userId={session.userId} />
}

/** Everything that one person sees. Another one, who may come without a sign-out in between, gets a room of their own: nothing that was read for the first, or said to them, is in it. */
function Room({ userId }: { userId: string }) {
  const [queryClient] = useState(() => takeQueryClient(userId))
  return (
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <OrganizationProvider><AppRoutes /></OrganizationProvider>
      </ToastProvider>
    </QueryClientProvider>
  )
}
