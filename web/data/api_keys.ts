import * as z from 'zod/mini'
import type { CreateKeyRequest, Scope } from '../../functions/core/api_key_input.ts'
import { ask, read } from './request.ts'
import { config, supabase } from './supabase.ts'

const apiKey = z.object({
  id: z.string(),
  name: z.string(),
  /** The beginning of the key. */
  prefix: z.string(),
  scopes: z.array(z.string()),
  created_at: z.string(),
  last_used_at: z.nullable(z.string()),
  expires_at: z.nullable(z.string()),
})
export type ApiKey = z.output<typeof apiKey>
export type { Scope }

/** The keys that are not revoked, newest first. For members it is empty: they may not see them. */
export function listApiKeys(organizationId: string): Promise<ApiKey[]> {
  return read(z.array(apiKey), supabase().rest.from('webhook_api_keys').select(Object.keys(apiKey.shape).join()).eq('organization_id', organizationId).is('revoked_at', null).order('created_at', { ascending: false }))
}

/** Answers with the key itself, which nothing shows again: it is never cached. */
export async function createApiKey(wanted: CreateKeyRequest): Promise<string> {
  return (await ask(z.object({ token: z.string() }), 'POST', '/keys', wanted)).token
}

export async function revokeApiKey(id: string): Promise<void> {
  await ask(z.unknown(), 'DELETE', `/keys/${id}`)
}

/** Where programs call, and where the API describes itself. */
export const apiUrl = (path = '') => `${config().apiUrl}/functions/v1/webhooks${path}`
