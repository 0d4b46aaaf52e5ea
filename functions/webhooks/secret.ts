import { Refusal } from '../core/refusal.ts'
import { newSecretText } from '../core/signature.ts'
import { rollSecretInput } from '../core/webhook_input.ts'
import { endOldSecret, lockSecrets, readSecret, rollSecret, writeAudit } from '../io/secrets.ts'
import { secretAnswer } from './answers.ts'
import { asOurselves, asUser, type Transaction } from './as_user.ts'
import type { User } from './auth.ts'
import { describeRoute } from './describe.ts'
import { RateLimited } from './errors.ts'
import { noSuchWebhook, requireWebhook } from './permission.ts'
import { readInput } from './read_input.ts'
import { idOf, WEBHOOK, type AddRoutes } from './routes.ts'

export const REVEALS_PER_HOUR = 30

const reveal = describeRoute({
  id: 'revealSecret', tag: 'Signing secrets', summary: 'Reveal the signing secret', access: 'secrets', about: `${REVEALS_PER_HOUR} times an hour.`,
  answers: { 200: { about: 'The secret in use, and when the one before it ends.', schema: secretAnswer } },
  refusals: ['forbidden', 'not_found', 'secret_missing', 'rate_limited'],
})
const roll = describeRoute({
  id: 'rollSecret', tag: 'Signing secrets', summary: 'Roll the signing secret', access: 'secrets', body: rollSecretInput,
  about: 'Both sign for so many seconds. Rolling during an overlap ends the oldest secret: there are never more than two.',
  answers: { 200: { about: 'The new secret, and when the old one ends.', schema: secretAnswer } },
  refusals: ['forbidden', 'not_found', 'invalid_secret'],
})
const endOld = describeRoute({
  id: 'endOldSecret', tag: 'Signing secrets', summary: 'End the overlap of a roll now', access: 'secrets',
  answers: { 204: { about: 'Only the newest secret signs.', schema: null } }, refusals: ['forbidden', 'not_found'],
})

/**
 * `GET /webhooks/:id/secret` → `{secret, old_secret_expires_at}` · `POST /webhooks/:id/secret/roll` → the same, for the new one ·
 * `DELETE /webhooks/:id/secret/old` → 204, the overlap ends now. Each leaves a line in the audit log.
 */
export const secretRoutes: AddRoutes = (app, user, deps) => {
  app.get(`${WEBHOOK}/secret`, reveal, user, async (c) => {
    const caller = c.get('user')
    const found = await asUser(deps.pool, caller, async (tx) => {
      const webhook = await requireWebhook(tx, idOf(c), 'read_secret')
      await asOurselves(tx)
      await limitReveals(tx, caller)
      const secret = await readSecret(tx, webhook.id, deps.keyring)
      if (secret === null) throw new Refusal('secret_missing', 'This webhook has no signing secret.')
      await writeAudit(tx, { organizationId: webhook.organization_id, webhookId: webhook.id, actor: caller.id, action: 'secret_revealed' })
      return secret
    })
    return c.json({ secret: found.secret, old_secret_expires_at: found.oldSecretExpiresAt })
  })

  app.post(`${WEBHOOK}/secret/roll`, roll, user, async (c) => {
    const actor = c.get('user').id
    const { secret: own, expire_old_in: overlapSeconds } = await readInput(c, rollSecretInput)
    const secret = own ?? newSecretText(deps.randomBytes(32))
    const oldEndsAt = await asUser(deps.pool, c.get('user'), async (tx) => {
      const webhook = await requireWebhook(tx, idOf(c), 'read_secret')
      await asOurselves(tx)
      if (!await lockSecrets(tx, webhook.id)) throw noSuchWebhook()
      if (own !== undefined && (await readSecret(tx, webhook.id, deps.keyring))?.secret === own) {
        throw new Refusal('invalid_secret', 'This is the secret in use. Choose another one.', 'secret')
      }
      const endsAt = await rollSecret(tx, webhook.id, { secret, overlapSeconds, actor }, deps)
      const details = { expire_old_in: overlapSeconds, own: own !== undefined }
      await writeAudit(tx, { organizationId: webhook.organization_id, webhookId: webhook.id, actor, action: 'secret_rolled', details })
      return endsAt
    })
    return c.json({ secret, old_secret_expires_at: oldEndsAt })
  })

  app.delete(`${WEBHOOK}/secret/old`, endOld, user, async (c) => {
    const actor = c.get('user').id
    await asUser(deps.pool, c.get('user'), async (tx) => {
      const webhook = await requireWebhook(tx, idOf(c), 'read_secret')
      await asOurselves(tx)
      if (!await lockSecrets(tx, webhook.id)) throw noSuchWebhook()
      const ended = await endOldSecret(tx, webhook.id)
      if (ended) await writeAudit(tx, { organizationId: webhook.organization_id, webhookId: webhook.id, actor, action: 'old_secret_ended' })
    })
    return c.body(null, 204)
  })
}

/** Counted from the audit log, which every reveal is written to anyway. The lock keeps two at once from both being the last. */
async function limitReveals(tx: Transaction, { id, key }: User): Promise<void> {
  const actor = key === null ? tx`a.actor = ${id}` : tx`a.actor_key = ${key.id}`
  await tx`select pg_advisory_xact_lock(hashtextextended('webhooks.reveals:' || ${key?.id ?? id}::text, 0))`
  const [limit] = await tx<{ over: boolean; seconds: number }[]>`
    select count(*) >= ${REVEALS_PER_HOUR} as over,
           ceil(extract(epoch from (array_agg(a.at order by a.at desc))[${REVEALS_PER_HOUR}] + interval '1 hour' - clock_timestamp()))::int as seconds
    from webhooks.audit_log a
    where ${actor} and a.action = 'secret_revealed' and a.at > clock_timestamp() - interval '1 hour'`
  if (limit?.over) throw new RateLimited(`You’ve looked at ${REVEALS_PER_HOUR} secrets in an hour. Try again later.`, Math.max(1, limit.seconds))
}
