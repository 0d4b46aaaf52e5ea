import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { BootFrame } from '../app/BootFrame.tsx'
import { NO_CAPABILITIES, type Capabilities, type Organization } from '../data/organizations.ts'
import { queries } from '../data/queries.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Problem } from '../ui/Problem.tsx'
import { t } from '../words/session.ts'
import { lastOrganization, rememberOrganization } from './last_organization.ts'
import { readAhead } from './read_ahead.ts'
import { useSession } from './SessionProvider.tsx'

type Chosen = { organization: Organization; organizations: Organization[]; choose: (id: string) => void }
const Context = createContext<Chosen | null>(null)

/** Loads the person's organizations and remembers which one they look at. */
export function OrganizationProvider({ children }: { children: ReactNode }) {
  const organizations = useQuery(queries.organizations())
  const [chosenId, setChosenId] = useState(lastOrganization)
  const { signOut, userId } = useSession()
  const queryClient = useQueryClient()
  // Before the effect that remembers: what this person looked at last is not yet what is shown. Asks for nothing that was asked for when the page was opened.
  useEffect(() => readAhead(queryClient, userId), [queryClient, userId])

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
    if (shownId !== undefined) rememberOrganization(shownId, userId)
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
