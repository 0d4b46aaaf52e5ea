import { replayInput, resendInput } from '../core/webhook_input.ts'
import { PG } from '../io/database.ts'
import { replayAnswer, resendAnswer } from './answers.ts'
import { asUser } from './as_user.ts'
import { describeRoute } from './describe.ts'
import { requireWebhook } from './permission.ts'
import { readInput } from './read_input.ts'
import { idOf, WEBHOOK, type AddRoutes } from './routes.ts'

const resend = describeRoute({
  id: 'resendDeliveries', tag: 'By hand', summary: 'Send deliveries again', access: 'write', body: resendInput,
  about: 'Each starts a new round of its schedule; one that waits for a retry is due now. Delivered ones are skipped unless include_delivered.',
  answers: { 200: { about: 'What was queued, and what was skipped.', schema: resendAnswer } },
  refusals: ['forbidden', 'not_found', 'webhook_off'],
})
const replay = describeRoute({
  id: 'replayDeliveries', tag: 'By hand', summary: 'Send the deliveries of a span again', access: 'write', body: replayInput,
  about: 'Oldest first, in portions. With dry_run it only counts. One at a time for each webhook.',
  answers: { 200: { about: 'How many there are.', schema: replayAnswer } },
  refusals: ['forbidden', 'not_found', 'webhook_off', 'replay_running'],
})

/** `POST /webhooks/:id/resend` and `POST /webhooks/:id/replay`: public.webhook_resend() and webhook_replay() over HTTP. */
export const resendRoutes: AddRoutes = (app, user, { pool }) => {
  app.post(`${WEBHOOK}/resend`, resend, user, async (c) => {
    const { delivery_ids, include_delivered } = await readInput(c, resendInput)
    const answer = await asUser(pool, c.get('user'), async (tx) => {
      const [row] = await tx<{ answer: Record<string, unknown> }[]>`
        select public.webhook_resend(${idOf(c)}, ${tx.array(delivery_ids, PG.uuid)}, ${include_delivered}) as answer`
      return row!.answer
    })
    return c.json(answer)
  })

  app.post(`${WEBHOOK}/replay`, replay, user, async (c) => {
    const { from, to, states, event_types, dry_run } = await readInput(c, replayInput)
    const answer = await asUser(pool, c.get('user'), async (tx) => {
      const webhook = await requireWebhook(tx, idOf(c), 'resend')
      const [row] = await tx<{ answer: Record<string, unknown> }[]>`
        select public.webhook_replay(
          ${webhook.id}, ${from}, coalesce(${to ?? null}::timestamptz, now()), ${tx.array(states, PG.text)},
          ${event_types === undefined ? null : tx.array(event_types, PG.text)}, ${dry_run}) as answer`
      return row!.answer
    })
    return c.json(answer)
  })
}
