import type { Client, Webhook } from '@tablehook/client'
import { CommandError, EXIT } from './exit_codes.ts'

/** The webhook of that id or name. A name may be written in other case where that is clear. */
export async function findWebhook(client: Client, wanted: string, signal: AbortSignal): Promise<Webhook> {
  const all = await client.webhooks.list({ signal })
  const exact = all.find(({ id, name }) => id === wanted || name === wanted)
  const loose = all.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase())
  const found = exact ?? (loose.length === 1 ? loose[0] : undefined)
  if (found === undefined) throw new CommandError(EXIT.usage, `There is no webhook “${wanted}”. ${listed(all)}`)
  return found
}

/** The names of webhooks, for a sentence that asks to choose one. */
export function listed(webhooks: readonly Webhook[]): string {
  if (webhooks.length === 0) return 'The organization has none yet.'
  const shown = webhooks.slice(0, 10).map(({ name }) => `“${name}”`).join(', ')
  return `There ${webhooks.length === 1 ? 'is' : 'are'} ${shown}${webhooks.length > 10 ? ` and ${webhooks.length - 10} more` : ''}.`
}

/** Whether a webhook hears an event type. */
export function hears({ events }: Pick<Webhook, 'events'>, type: string): boolean {
  return events.includes('*') || events.includes(type)
}
