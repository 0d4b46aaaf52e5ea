// The demo's webhooks: made through the real API, so their secrets are sealed, and pointed at the built-in inbox, so that no
// request ever leaves this machine. Their history is written by history.sql. Local only, once per data folder.
import fs from 'node:fs'
import path from 'node:path'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import postgres from 'postgres'
import WebSocket from 'ws'
import { acme, demoPassword } from '../demo_users.ts'
import type { SystemStatus } from '../state.ts'

type DemoWebhook = { name: string; description: string; events: string[]; answer: number; is_active?: boolean }

// One for each state that a webhook can be in. Globex has none: its list is the empty one.
const demoWebhooks: DemoWebhook[] = [
  { name: 'CRM sync', description: 'Keeps the data warehouse up to date.', answer: 200,
    events: ['contact.created', 'contact.updated', 'deal.created', 'deal.stage.changed', 'message.received'] },
  { name: 'Analytics', description: 'Everything, for the dashboards.', answer: 200, events: ['*'] },
  { name: 'Slack alerts', description: 'Tells the team about new messages.', answer: 500, events: ['message.received', 'conversation.assigned'] },
  { name: 'Zapier', description: 'An old automation.', answer: 410, events: ['deal.created', 'deal.updated', 'deal.stage.changed'] },
  { name: 'Staging', description: 'Copies to the staging system, off between releases.', answer: 200, events: ['contact.created'], is_active: false },
]

/**
 * Makes them unless they are there; says whether it did. `unfinished` is a file that exists while it works: found at the next start,
 * it tells that this one was killed halfway, and what it had made is made anew. The dispatcher must not run yet, or it would send what the history
 * only pretends is waiting.
 */
export async function makeDemoWebhooks(status: SystemStatus, adminUrl: string, unfinished: string): Promise<boolean> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    if (fs.existsSync(unfinished)) {
      await sql`delete from public.webhook_configurations where organization_id = ${acme}`
      await sql`delete from webhooks.inboxes where organization_id = ${acme}`
      await sql`delete from webhooks.audit_log where organization_id = ${acme}`
    }
    const [any] = await sql`select from webhooks.audit_log limit 1`
    const [organization] = await sql`select from public.organizations where id = ${acme}`
    if (any !== undefined || organization === undefined) return false // already made, or a database without the seed
    fs.writeFileSync(unfinished, '')
    const admin = await signIn(status)
    const addresses = new Map<number, string>()
    for (const answer of new Set(demoWebhooks.map((webhook) => webhook.answer))) addresses.set(answer, await openInbox(admin, status, answer))
    for (const webhook of demoWebhooks) await create(admin, webhook, addresses.get(webhook.answer)!)
    // Test addresses end after a day; the demo's stay, or its webhooks would fail tomorrow.
    await sql`update webhooks.inboxes set expires_at = now() + interval '10 years' where organization_id = ${acme}`
    await sql.begin((tx) => tx.unsafe(fs.readFileSync(path.join(import.meta.dirname, 'history.sql'), 'utf8')).simple())
    fs.rmSync(unfinished)
    return true
  } finally {
    await sql.end()
  }
}

async function signIn({ API_URL, PUBLISHABLE_KEY }: SystemStatus): Promise<SupabaseClient> {
  const client = createClient(API_URL, PUBLISHABLE_KEY, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: WebSocket as never },
  })
  const { error } = await client.auth.signInWithPassword({ email: 'admin@acme.test', password: demoPassword })
  if (error) throw error
  return client
}

async function openInbox(admin: SupabaseClient, { API_URL }: SystemStatus, answer: number): Promise<string> {
  const opened = await admin.rpc('webhook_inbox_open', { organization_id: acme })
  if (opened.error) throw opened.error
  const inbox = opened.data as { id: string; token: string }
  const set = await admin.rpc('webhook_inbox_set', { inbox_id: inbox.id, answer_status: answer })
  if (set.error) throw set.error
  return `${API_URL}/functions/v1/webhooks/in/${inbox.token}`
}

async function create(admin: SupabaseClient, { answer: _, ...webhook }: DemoWebhook, url: string): Promise<void> {
  const { error } = await admin.functions.invoke('webhooks', { method: 'POST', body: { organization_id: acme, url, ...webhook } })
  if (error) throw new Error(`The demo webhook "${webhook.name}" was refused: ${await (error as { context?: Response }).context?.text()}`)
}
