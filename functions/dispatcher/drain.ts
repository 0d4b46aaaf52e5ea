import { createHash, timingSafeEqual } from 'node:crypto'
import { Refusal, refusalBody } from '../core/refusal.ts'
import { createDispatcher, type Parts } from './dispatch.ts'

/** Hosted functions may run for 150 s; what is left is for requests under way. */
const DRAIN_MS = 100_000

/** Answers `POST /dispatcher`: checks the service secret, drains, and says `{claimed, succeeded, retried, failed}`. */
export async function answerDrain(request: Request, { secrets, parts }: { secrets: readonly string[]; parts: () => Promise<Parts> }): Promise<Response> {
  if (request.method !== 'POST') return refuse(new Refusal('method_not_allowed', 'Use POST.'))
  const given = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? request.headers.get('apikey') ?? ''
  if (!secrets.some((secret) => sameText(secret, given))) {
    return refuse(new Refusal('unauthorized', 'Only the service may wake the dispatcher. Send its secret as a bearer token.'))
  }
  const all = await parts()
  try {
    await all.store.sweep()
    const counts = await createDispatcher(all).drain(DRAIN_MS)
    return Response.json(counts)
  } finally {
    await Promise.all([all.sender.close(), all.store.close()])
  }
}

/** In constant time, whatever the lengths. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function refuse(refusal: Refusal): Response {
  return Response.json(refusalBody(refusal), { status: refusal.status })
}
