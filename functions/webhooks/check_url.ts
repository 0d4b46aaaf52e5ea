import { z } from 'zod'
import { addressProblem } from './address_check.ts'
import { addressAnswer } from './answers.ts'
import { describeRoute } from './describe.ts'
import { readInput } from './read_input.ts'
import type { AddRoutes } from './routes.ts'

const input = z.strictObject({ url: z.string('Enter a full address, for example https://example.com/webhooks.') })

const description = describeRoute({
  id: 'checkUrl', tag: 'Webhooks', summary: 'Check an address before it is saved', access: 'read', body: input,
  answers: { 200: { about: 'Whether a webhook may have this URL.', schema: addressAnswer } },
})

/** `POST /webhooks/check-url {url}` → `{ok, code?, message?}`: for the form, before anything is saved. */
export const checkUrlRoute: AddRoutes = (app, user, deps) => {
  app.post('/webhooks/check-url', description, user, async (c) => {
    const { url } = await readInput(c, input)
    const problem = await addressProblem(url.trim(), deps)
    return c.json(problem === null ? { ok: true } : { ok: false, ...problem })
  })
}
