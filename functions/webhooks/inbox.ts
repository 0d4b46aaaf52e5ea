// The built-in inbox's public address: takes anything from anybody, keeps a bounded part of it, answers as it was told.
import type { Context, Hono } from 'hono'
import type { ContentfulStatusCode, StatusCode } from 'hono/utils/http-status'
import { SECRET_HEADERS } from '../core/formats/index.ts'
import { Refusal } from '../core/refusal.ts'
import { open } from '../core/seal.ts'
import type { Deps, Env } from './deps.ts'
import { describeRoute } from './describe.ts'
import { judgeSignature, type Verdict } from './inbox_signature.ts'
import { readBounded } from './inbox_body.ts'
import { eventTypeOf, headersOfSender } from './inbox_request.ts'

/** What is stored of a body, and what is read at most. A signature can only be checked on a body that was read whole. */
const KEPT_CHARACTERS = 256 * 1024
const READ_BYTES = 1024 * 1024

type Inbox = { inbox_id: string; answer_status: number; answer_delay_ms: number; answer_body: string; webhook_ids: string[]; sealed_secrets: string[] }

const description = describeRoute({
  id: 'inbox', tag: 'Test addresses', summary: 'Send anything to a test address', access: 'anyone',
  about: 'Public, any method. Keeps the newest 100 requests for 24 hours, and answers as it was told: with one of these statuses.',
  answers: Object.fromEntries([200, 204, 301, 400, 401, 404, 410, 429, 500, 503].map((status) => [status, { about: 'If it was told to.', schema: null, type: '*/*' }])),
  refusals: ['not_found'],
})

/** `ANY /webhooks/in/:token`. */
export function inboxRoute(app: Hono<Env>, deps: Deps): void {
  app.all('/webhooks/in/:token', description, async (c) => {
    const inbox = await findInbox(deps, c.req.param('token'))
    const arrivedAt = deps.now()
    const headers = withoutSecrets(headersOfSender(c.req.raw.headers))
    const body = await readBounded(c.req.raw.body, READ_BYTES)
    const signers = inbox.webhook_ids.map((webhookId, at) => ({ webhookId, secret: open(deps.keyring, inbox.sealed_secrets[at]!, webhookId) }))
    const verdict = judgeSignature({ headers, body: body.whole ? body.text : null, signers, arrivedAt })
    await keep(deps, inbox.inbox_id, c.req.method, headers, body, verdict)
    if (inbox.answer_delay_ms > 0) await deps.wait(inbox.answer_delay_ms)
    return answer(c, inbox)
  })
}

async function findInbox({ pool }: Deps, token: string): Promise<Inbox> {
  const [inbox] = /^[\w-]{32,64}$/.test(token) ? await pool.run((sql) => sql<Inbox[]>`select * from webhooks.find_inbox(${token})`) : []
  if (inbox === undefined) throw new Refusal('not_found', 'This test address doesn’t exist. It may have expired.')
  return inbox
}

async function keep({ pool }: Deps, inboxId: string, method: string, headers: Record<string, string>, body: { text: string; bytes: number }, verdict: Verdict): Promise<void> {
  // Postgres keeps no NUL in a text.
  const text = body.text.slice(0, KEPT_CHARACTERS).replaceAll('\u0000', '\ufffd')
  await pool.run((sql) => sql`
    select webhooks.keep_inbox_request(
      ${inboxId}, ${method.slice(0, 20)}, ${sql.json(headers)}, ${text}, ${body.bytes}, ${eventTypeOf(headers, body.text)},
      ${verdict.signature}, ${verdict.webhookId}, ${verdict.ageSeconds})`)
}

/** Members read what an inbox got, and may not know the secret. */
function withoutSecrets(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, SECRET_HEADERS.includes(name) ? '••••••' : value]))
}

function answer(c: Context<Env>, { answer_status: status, answer_body: body }: Inbox): Response {
  // Relative, since the function does not know the address it was called by.
  if (status === 301) c.header('location', c.req.param('token'))
  if (status === 204) return c.body(null, 204 satisfies StatusCode)
  c.header('content-type', /^\s*[{[]/.test(body) ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8')
  return c.body(body, status as ContentfulStatusCode)
}
