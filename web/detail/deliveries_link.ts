/** Address of the deliveries of a webhook, filtered: what the filters of that page read. */
export function deliveriesLink(webhookId: string, filters: { status?: string; event?: string; code?: string; from?: string; to?: string } = {}): string {
  const search = new URLSearchParams(filters)
  return `/settings/webhooks/${webhookId}/deliveries${search.size > 0 ? `?${search}` : ''}`
}
