// What every screen begins with, asked for before it is drawn.
import type { QueryClient } from '@tanstack/react-query'
import { newQueryClient, queries } from '../data/queries.ts'
import { setVisitor, supabase } from '../data/supabase.ts'
import { lastOrganizationOf } from './last_organization.ts'

export type User = { id: string; email: string }

let first: { user: User; queryClient: QueryClient } | null = null

/** Reads for whoever is signed in when the page is opened, while what draws it is still on its way. */
export async function readForFirstUser(): Promise<void> {
  const { data: { session } } = await supabase().auth.getSession()
  if (session === null) return
  setVisitor(session.user.id)
  first = { user: userOf(session), queryClient: newQueryClient() }
  readAhead(first.queryClient, session.user.id)
}

/** Who was signed in when the page was opened. Undefined until it is known, and for nobody. */
export const firstUser = (): User | undefined => first?.user

/** A client of this person's own: with what was read for them when the page was opened, once, else empty. */
export function takeQueryClient(userId: string): QueryClient {
  const taken = first
  first = null
  return taken?.user.id === userId ? taken.queryClient : newQueryClient()
}

/** The organization is most likely the one of last time, so that nothing of it need wait for the list of all. */
export function readAhead(queryClient: QueryClient, userId: string): void {
  void queryClient.prefetchQuery(queries.organizations())
  const organizationId = lastOrganizationOf(userId)
  if (organizationId === null) return
  void queryClient.prefetchQuery(queries.capabilities(organizationId))
  void queryClient.prefetchQuery(queries.list(organizationId))
  const webhookId = /^\/settings\/webhooks\/([0-9a-f-]{36})/.exec(location.pathname)?.[1]
  if (webhookId !== undefined) void queryClient.prefetchQuery(queries.settings(webhookId))
}

export function userOf({ user }: { user: { id: string; email?: string | undefined } }): User {
  return { id: user.id, email: user.email ?? '' }
}
