import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { BootFrame } from '../app/BootFrame.tsx'
import { NO_CAPABILITIES, type Capabilities, type Organization } from '../data/organizations.ts'
import { queries } from '../data/queries.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Problem } from '../ui/Problem.tsx'
import { t } from '../words/session.ts'
import { useSession } from './SessionProvider.tsx'

const STORED_AS = 'tablehook.organization'
/** Whose choice it was: another person may not even see that organization. */
const STORED_FOR = 'tablehook.organization.user'

type Chosen = { organization: Organization; organizations: Organization[]; choose: (id: string) => void }
const Context = createContext<Chosen | null>(null)

/** Loads the person's organizations and remembers which one they look at. */
export function OrganizationProvider({ children }: { children: ReactNode }) {
  const organizations = useQuery(queries.organizations())
  const [chosenId, setChosenId] = useState(() => localStorage.getItem(STORED_AS))
  const { signOut, userId } = useSession()
  usePrefetch(localStorage.getItem(STORED_FOR) === userId ? chosenId : null)

  const value = useMemo<Chosen | null>(() => {
    const all = organizations.data ?? []
    const organization = all.find(({ id }) => id === chosenId) ?? all[0]
    if (organization === undefined) return null
    return {
      organization, organizations: all,
      choose: setChosenId,
    }
  }, [organizations.data, chosenId])
  const shownId = value?.organization.id
  useEffect(() => {
    if (shownId === undefined) return
    localStorage.setItem(STORED_AS, shownId)
    localStorage.setItem(STORED_FOR, userId)
  }, [shownId, userId])

  if (value !== null) return <Context value={value}>{children}</Context>
  if (organizations.isPending) return <BootFrame />
  return (
    <main className="mx-auto max-w-2xl p-6">
      {organizations.isError && <Problem title={t('session.not_loaded')} error={organizations.error} onRetry={() => void organizations.refetch()} />}
      {organizations.isSuccess && (
        <Empty isPage title={t('session.no_organization_title')} actions={<Button onClick={() => void signOut()}>{t('session.sign_out')}</Button>}>
          {t('session.no_organization')}
        </Empty>
      )}
    </main>
  )
}

/** Every screen needs these. The organization is most likely the one of last time, so they need not wait for the list of all. */
function usePrefetch(organizationId: string | null) {
  const queryClient = useQueryClient()
  useEffect(() => {
    if (organizationId === null) return
    void queryClient.prefetchQuery(queries.capabilities(organizationId))
    void queryClient.prefetchQuery(queries.list(organizationId))
    const webhookId = /^\/settings\/webhooks\/([0-9a-f-]{36})/.exec(location.pathname)?.[1]
    if (webhookId !== undefined) void queryClient.prefetchQuery(queries.settings(webhookId))
  // Only at the start.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
}

/** The organization on the screen. */
export function useOrganization(): Chosen {
  const chosen = useContext(Context)
  if (chosen === null) throw new Error('useOrganization() outside of OrganizationProvider')
  return chosen
}

/** What the person may do in an organization. Until it is known, nothing: `known` tells the two apart. */
export function useCapabilities(organizationId: string): Capabilities & { known: boolean } {
  const { data } = useQuery(queries.capabilities(organizationId))
  return { ...(data ?? NO_CAPABILITIES), known: data !== undefined }
}
