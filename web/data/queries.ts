// Every query: key, function and type together, from broad to narrow. Invalidate `webhooks(organization)` and nothing is forgotten.
import { infiniteQueryOptions, MutationCache, QueryClient, queryOptions } from '@tanstack/react-query'
import * as apiKeys from './api_keys.ts'
import * as catalog from './catalog.ts'
import * as deliveries from './deliveries.ts'
import { ApiError } from './errors.ts'
import * as inbox from './inbox.ts'
import * as organizations from './organizations.ts'
import * as overview from './overview.ts'
import * as payload from './payload.ts'
import * as replays from './replays.ts'
import * as secrets from './secrets.ts'
import * as webhooks from './webhooks.ts'

const minute = 60_000

export const queries = {
  organizations: () => queryOptions({ queryKey: ['organizations'] as const, queryFn: organizations.listOrganizations, staleTime: 5 * minute }),

  organization: (organizationId: string) => ['organization', organizationId] as const,
  capabilities: (organizationId: string) =>
    queryOptions({
      queryKey: [...queries.organization(organizationId), 'capabilities'] as const,
      queryFn: () => organizations.getCapabilities(organizationId),
      // Whoever comes back to the page after a while may have been given another role.
      staleTime: minute,
    }),
  limits: (organizationId: string) =>
    queryOptions({ queryKey: [...queries.organization(organizationId), 'limits'] as const, queryFn: () => organizations.getLimits(organizationId), staleTime: minute }),

  list: (organizationId: string) =>
    queryOptions({
      queryKey: [...queries.organization(organizationId), 'webhooks'] as const,
      queryFn: async ({ client }) => {
        const rows = await webhooks.listWebhooks(organizationId)
        // To those who no longer belong here the server says the same as to those who have none.
        if (rows.length === 0) await client.fetchQuery({ ...queries.capabilities(organizationId), staleTime: 10_000 })
        return rows
      },
      refetchInterval: 30_000,
    }),

  webhook: (webhookId: string) => ['webhook', webhookId] as const,
  settings: (webhookId: string) =>
    queryOptions({ queryKey: [...queries.webhook(webhookId), 'settings'] as const, queryFn: () => webhooks.getWebhook(webhookId) }),
  overview: (webhookId: string, range: overview.Range) =>
    queryOptions({
      queryKey: [...queries.webhook(webhookId), 'overview', range] as const,
      queryFn: () => overview.getOverview(webhookId, range),
      refetchInterval: 30_000,
      placeholderData: (before) => before,
    }),
  secretState: (webhookId: string) =>
    queryOptions({ queryKey: [...queries.webhook(webhookId), 'secret_state'] as const, queryFn: () => secrets.getSecretState(webhookId) }),

  allDeliveries: (webhookId: string) => [...queries.webhook(webhookId), 'deliveries'] as const,
  deliveries: (webhookId: string, filters: deliveries.DeliveryFilters) =>
    infiniteQueryOptions({
      queryKey: [...queries.allDeliveries(webhookId), filters] as const,
      queryFn: ({ pageParam }) => deliveries.pageOfDeliveries(webhookId, filters, pageParam),
      initialPageParam: null as deliveries.Cursor | null,
      getNextPageParam: ({ rows, more }) => {
        const last = rows.at(-1)
        return more && last ? { before_created_at: last.created_at, before_id: last.id } : undefined
      },
    }),
  /** Asked again by itself while an attempt is under way, and when the next one is due. */
  delivery: (webhookId: string, deliveryId: string) =>
    queryOptions({
      queryKey: [...queries.webhook(webhookId), 'delivery', deliveryId] as const,
      queryFn: () => deliveries.getDelivery(deliveryId),
      refetchInterval: ({ state: { data } }) => (data ? untilNews(data.delivery) : false),
    }),
  /** Never asked again: the bytes of a delivery do not change. */
  deliveryBody: (deliveryId: string) =>
    queryOptions({ queryKey: ['delivery_body', deliveryId] as const, queryFn: () => payload.getDeliveryBody(deliveryId), staleTime: Infinity }),
  replays: (webhookId: string) =>
    queryOptions({
      queryKey: [...queries.webhook(webhookId), 'replays'] as const,
      queryFn: () => replays.listReplays(webhookId),
      refetchInterval: ({ state: { data } }) => (data?.some(({ running }) => running) ? 2_000 : false),
    }),

  eventTypes: () => queryOptions({ queryKey: ['event_types'] as const, queryFn: catalog.listEventTypes, staleTime: 5 * minute }),

  apiKeys: (organizationId: string) =>
    queryOptions({ queryKey: [...queries.organization(organizationId), 'api_keys'] as const, queryFn: () => apiKeys.listApiKeys(organizationId) }),

  eventTypeVersions: (name: string) => queryOptions({ queryKey: ['event_types', name, 'versions'] as const, queryFn: () => catalog.listVersions(name), staleTime: 5 * minute }),

  inboxes: (organizationId: string) =>
    queryOptions({ queryKey: [...queries.organization(organizationId), 'inboxes'] as const, queryFn: () => inbox.listInboxes(organizationId) }),
  inboxRequests: (inboxId: string) =>
    queryOptions({ queryKey: ['inbox', inboxId, 'requests'] as const, queryFn: () => inbox.listInboxRequests(inboxId, null) }),
}

/** Milliseconds until a delivery may have changed by itself: an outcome is a second or two off. False: it stays as it is. */
function untilNews({ state, next_attempt_at }: deliveries.Delivery): number | false {
  if (state === 'sending') return 2_000
  if (state !== 'pending' || next_attempt_at === null) return false
  return Math.max(2_000, Date.parse(next_attempt_at) - Date.now() + 1_000)
}

export function newQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    // A refusal may be news of one's role.
    mutationCache: new MutationCache({ onError: (error) => lookAgainAtRole(client, error) }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // A refusal stays a refusal; a lost connection or a busy server is worth one more try.
        retry: (failures, error) => failures < 1 && error instanceof ApiError && ['offline', 'connection_lost', 'internal', 'unavailable'].includes(error.code),
        // Our own error state says what is wrong; a paused query would be an endless skeleton.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
  return client
}

/** After an error of a change, for those that are no mutations: when it was a refusal, what the screens offer is asked for again. */
export function lookAgainAtRole(client: QueryClient, error: unknown): void {
  if (error instanceof ApiError && error.code === 'forbidden') void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes('capabilities') })
}
