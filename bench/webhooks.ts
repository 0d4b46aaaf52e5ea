// Rows that the measurements need: organizations, webhooks, contacts.
import { randomBytes, randomUUID } from 'node:crypto'
import { parseKeyring, seal } from '../functions/core/seal.ts'
import type { BenchDatabase } from './server.ts'

export const SECRET_KEY = `v1:${randomBytes(32).toString('base64')}`
const keyring = parseKeyring(SECRET_KEY)

/** A new organization with one webhook per URL, each signed with a secret of its own. */
export async function addOrganization({ sql }: BenchDatabase, urls: readonly string[], values: Record<string, unknown> = {}): Promise<string> {
  const organization = randomUUID()
  await sql`insert into public.organizations (id, name) values (${organization}, 'Bench')`
  for (const url of urls) {
    const row = { organization_id: organization, name: randomUUID(), url, events: ['contact.created'], ...values }
    const [webhook] = await sql`insert into public.webhook_configurations ${sql(row as unknown as Record<string, never>)} returning id`
    const id = webhook!.id as string
    const secret = `whsec_${randomBytes(32).toString('base64')}`
    await sql`insert into webhooks.secrets (webhook_id, sealed) values (${id}, ${seal(keyring, secret, id, randomBytes(12))})`
  }
  return organization
}

/** So many contacts, hence events, spread evenly over the organizations: one statement, one commit. */
export async function addContacts({ sql }: BenchDatabase, count: number, ...organizations: string[]): Promise<void> {
  await sql`
    insert into public.contacts (organization_id, first_name, last_name, email)
    select (${organizations}::uuid[])[1 + i % ${organizations.length}], 'Ada', 'Lovelace', 'ada' || i || '@example.com'
    from generate_series(1, ${count}::int) i`
}

/** Resolves when nothing waits any more. */
export async function settled({ sql }: BenchDatabase): Promise<void> {
  for (;;) {
    const [open] = await sql`select exists (select from webhooks.deliveries where due_at is not null) as yes`
    if (!open!.yes) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
