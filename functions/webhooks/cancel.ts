import { cancelInput } from '../core/webhook_input.ts'
import { PG } from '../io/database.ts'
import { cancelAnswer } from './answers.ts'
import { asUser } from './as_user.ts'
import { describeRoute } from './describe.ts'
import { readInput } from './read_input.ts'
import { idOf, WEBHOOK, type AddRoutes } from './routes.ts'

const cancel = describeRoute({
  id: 'cancelDeliveries', tag: 'By hand', summary: 'Cancel waiting deliveries', access: 'write', body: cancelInput,
  about: 'Those that wait for their first attempt or for a retry. Of an ordered webhook, the next event of the same record goes then. A resend takes it back.',
  answers: { 200: { about: 'What was cancelled, and what was skipped.', schema: cancelAnswer } },
  refusals: ['forbidden', 'not_found'],
})

/** `POST /webhooks/:id/cancel`: public.webhook_cancel() over HTTP. */
export const cancelRoute: AddRoutes = (app, user, { pool }) => {
  app.post(`${WEBHOOK}/cancel`, cancel, user, async (c) => {
    const { delivery_ids } = await readInput(c, cancelInput)
    const answer = await asUser(pool, c.get('user'), async (tx) => {
      const [row] = await tx<{ answer: Record<string, unknown> }[]>`select public.webhook_cancel(${idOf(c)}, ${tx.array(delivery_ids, PG.uuid)}) as answer`
      return row!.answer
    })
    return c.json(answer)
  })
}
