// API keys over HTTP: made, listed and revoked by admins who are signed in. No key gets in here.
import { newApiKey } from '../core/api_key.ts'
import { createKeyInput } from '../core/api_key_input.ts'
import { Refusal } from '../core/refusal.ts'
import { PG } from '../io/database.ts'
import { apiKeysAnswer, createdKeyAnswer } from './answers.ts'
import { asOurselves, asUser } from './as_user.ts'
import { describeRoute } from './describe.ts'
import { organizationQuery } from './organization_query.ts'
import { requireOrganization } from './permission.ts'
import { readInput } from './read_input.ts'
import { readQuery } from './read_query.ts'
import { idOf, type AddRoutes } from './routes.ts'

const create = describeRoute({
  id: 'createApiKey', tag: 'API keys', summary: 'Make an API key', access: 'user', body: createKeyInput,
  about: 'The key is shown here in full, and never again. `read` is in every key.',
  answers: { 201: { about: 'What is kept of the key, and the key itself.', schema: createdKeyAnswer } },
  refusals: ['not_found', 'name_taken', 'too_many_api_keys'],
})
const list = describeRoute({
  id: 'listApiKeys', tag: 'API keys', summary: 'List the API keys', access: 'user', query: organizationQuery,
  answers: { 200: { about: 'Live keys first, the newest first; then revoked ones.', schema: apiKeysAnswer } },
  refusals: ['not_found'],
})
const revoke = describeRoute({
  id: 'revokeApiKey', tag: 'API keys', summary: 'Revoke an API key', access: 'user',
  about: 'At once and for good. Revoking it again changes nothing.',
  answers: { 204: { about: 'Nobody is let in with it from now on.', schema: null } },
  refusals: ['not_found'],
})

const KEYS = '/webhooks/keys'
const noSuchKey = () => new Refusal('not_found', 'This API key doesn’t exist.')

/** `POST /webhooks/keys` → 201 `{key, token}` · `GET /webhooks/keys?organization_id=` → `{keys}` · `DELETE /webhooks/keys/:id` → 204. */
export const apiKeyRoutes: AddRoutes = (app, user, { pool, randomBytes, now }) => {
  app.post(KEYS, create, user, async (c) => {
    const caller = c.get('user')
    const { organization_id, name, scopes, expires_at } = await readInput(c, createKeyInput)
    if (expires_at !== null && Date.parse(expires_at) <= now().getTime()) throw new Refusal('invalid_input', 'Choose a time in the future.', 'expires_at')
    const { token, prefix, hash } = newApiKey(randomBytes(32))
    const key = await asUser(pool, caller, async (tx) => {
      const id = await requireOrganization(tx, organization_id, 'manage_keys')
      await asOurselves(tx)
      const [made] = await tx<{ key: Record<string, unknown> }[]>`
        select to_jsonb(k) as key from webhooks.make_api_key(${id}, ${name}, ${prefix}, ${hash}, ${tx.array(scopes, PG.text)}, ${expires_at}, ${caller.id}) k`
      return made!.key
    })
    return c.json({ key, token }, 201)
  })

  app.get(KEYS, list, user, async (c) => {
    const { organization_id: named } = readQuery(c, organizationQuery.required())
    const keys = await asUser(pool, c.get('user'), async (tx) => {
      const id = await requireOrganization(tx, named, 'manage_keys')
      const rows = await tx<{ key: Record<string, unknown> }[]>`
        select to_jsonb(k) as key from public.webhook_api_keys k
        where k.organization_id = ${id} order by k.revoked_at is not null, k.created_at desc, k.id`
      return rows.map(({ key }) => key)
    })
    return c.json({ keys })
  })

  app.delete(`${KEYS}/:id`, revoke, user, async (c) => {
    const id = idOf(c, noSuchKey)
    await asUser(pool, c.get('user'), (tx) => tx`select public.webhook_api_key_revoke(${id})`)
    return c.body(null, 204)
  })
}
