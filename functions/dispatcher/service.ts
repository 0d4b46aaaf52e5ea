import { createHash, timingSafeEqual } from 'node:crypto'
import { Refusal, refusalBody } from '../core/refusal.ts'
import { faultOf } from '../io/log.ts'
import type { QueueHealth } from '../io/queue_health.ts'
import { mailBatch, type MailParts } from './alerts.ts'
import { createDispatcher, type Parts } from './dispatch.ts'
import { judgeQueue, queueAnswer } from './health.ts'

/** Hosted functions may run for 150 s; what is left is for requests under way and for mail. */
const DRAIN_MS = 100_000

export type Service = {
  secrets: readonly string[]
  parts: () => Promise<Parts>
  /** Null where no mail server is set. */
  mail: (() => Promise<Omit<MailParts, 'store' | 'log'>>) | null
  readQueue: () => Promise<QueueHealth>
  /** How long a delivery may wait for a dispatcher, in seconds. */
  maxAgeSeconds: number
}

/** Answers `POST /dispatcher` (drains, and says `{claimed, succeeded, retried, failed}`) and `GET /dispatcher/health`, to holders of the service secret. */
export async function answerService(request: Request, service: Service): Promise<Response> {
  const isHealth = new URL(request.url).pathname.endsWith('/health')
  if (request.method !== (isHealth ? 'GET' : 'POST')) return refuse(new Refusal('method_not_allowed', `Use ${isHealth ? 'GET' : 'POST'}.`))
  const given = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? request.headers.get('apikey') ?? ''
  if (!service.secrets.some((secret) => sameText(secret, given))) {
    return refuse(new Refusal('unauthorized', 'Only the service may wake the dispatcher. Send its secret as a bearer token.'))
  }
  return isHealth ? sayHealth(service) : drain(service)
}

async function drain({ parts, mail }: Service): Promise<Response> {
  const all = await parts()
  try {
    await all.store.sweep()
    const counts = await createDispatcher(all).drain(DRAIN_MS)
    if (mail !== null) await mailOnce(mail, all)
    return Response.json(counts)
  } finally {
    await Promise.all([all.sender.close(), all.store.close()])
  }
}

/** One claim's worth: the time is short, and the sweep wakes us again for the rest. The drain has succeeded, whatever comes of the mail. */
async function mailOnce(open: NonNullable<Service['mail']>, { store, log }: Pick<Parts, 'store' | 'log'>): Promise<void> {
  try {
    const { mailer, webUrl } = await open()
    await mailBatch({ store, mailer, webUrl, log }).finally(() => mailer.close())
  } catch (error) {
    log({ level: 'error', event: 'mail.fault', ...faultOf(error) })
  }
}

/** The queue only: a function that runs for one request has nothing in hand. */
async function sayHealth({ readQueue, maxAgeSeconds }: Service): Promise<Response> {
  const queue = await readQueue().catch(() => null)
  const reasons = queue === null ? ['The database does not answer.'] : judgeQueue(queue, maxAgeSeconds)
  const isWell = reasons.length === 0
  return Response.json({ status: isWell ? 'ok' : 'failing', reasons, queue: queueAnswer(queue) }, { status: isWell ? 200 : 503, headers: { 'cache-control': 'no-store' } })
}

/** In constant time, whatever the lengths. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function refuse(refusal: Refusal): Response {
  return Response.json(refusalBody(refusal), { status: refusal.status })
}
