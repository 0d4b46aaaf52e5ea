import { oneOf, text } from '../app/url_state.ts'
import type { Direction, EventType } from '../data/catalog.ts'
import type { ListedWebhook } from '../data/webhooks.ts'
import { WEBHOOK_STATUSES, webhookStatus, type WebhookStatus } from './webhook_status.ts'

export const DIRECTIONS = ['inbound', 'outbound'] as const

/** How the filters of the list stand in the address. */
export const filterParameters = {
  q: text(),
  status: oneOf<WebhookStatus | 'all'>(['all', ...WEBHOOK_STATUSES], 'all'),
  direction: oneOf<Direction | 'all'>(['all', ...DIRECTIONS], 'all'),
  event: text(),
}
export type ListFilters = { q: string; status: WebhookStatus | 'all'; direction: Direction | 'all'; event: string }
export const NO_FILTERS: ListFilters = { q: '', status: 'all', direction: 'all', event: '' }

/** Those that fit every filter. A webhook for all events fits each event and each direction. */
export function filterWebhooks(webhooks: readonly ListedWebhook[], { q, status, direction, event }: ListFilters, types: readonly EventType[]): ListedWebhook[] {
  const listens = types.some(({ name }) => name === event) ? event : '' // an event that is in no catalog is no filter
  const wanted = q.trim().toLowerCase()
  const directionOf = new Map(types.map((type) => [type.name, type.direction]))
  return webhooks.filter((webhook) => {
    const all = webhook.events.includes('*')
    return (wanted === '' || webhook.name.toLowerCase().includes(wanted) || webhook.url.toLowerCase().includes(wanted))
      && (status === 'all' || webhookStatus(webhook) === status)
      && (direction === 'all' || all || webhook.events.some((name) => directionOf.get(name) === direction))
      && (listens === '' || all || webhook.events.includes(listens))
  })
}

/** "In", "Out" or both, of the events a webhook listens to; null when none of them is in the catalog. */
export function directionsOf(events: readonly string[], types: readonly EventType[]): Direction | 'both' | null {
  const found = new Set(types.filter(({ name }) => events.includes('*') || events.includes(name)).map(({ direction }) => direction))
  return found.size > 1 ? 'both' : ([...found][0] ?? null)
}
