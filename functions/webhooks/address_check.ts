import { checkUrl, type UrlProblem } from '../core/address.ts'
import { Refusal } from '../core/refusal.ts'
import { resolveVerdict } from '../io/resolve.ts'
import type { Deps } from './deps.ts'

/** A name whose servers do not answer by then is accepted: every connect checks again. */
const LOOKUP_WAIT_MS = 3_000

/** What is wrong with the URL of a webhook, after a look at what its name points to; null when it may be used. */
export async function addressProblem(url: string, { allow, resolve, wait }: Pick<Deps, 'allow' | 'resolve' | 'wait'>): Promise<{ code: UrlProblem; message: string } | null> {
  const verdict = checkUrl(url, allow)
  if (!verdict.ok) return { code: verdict.code, message: verdict.message }
  if (verdict.literal !== null) return null
  const name = verdict.url.hostname
  const target = await Promise.race([resolveVerdict(name, allow, resolve), wait(LOOKUP_WAIT_MS).then(() => 'not_found' as const)])
  if (target !== 'blocked') return null
  return { code: 'private_address', message: `${name} points to an address that can’t be reached from the internet. Use a public address, or a test address.` }
}

/** Refuses a URL that may not be used. */
export async function requireAddress(url: string, deps: Pick<Deps, 'allow' | 'resolve' | 'wait'>): Promise<void> {
  const problem = await addressProblem(url, deps)
  if (problem !== null) throw new Refusal(problem.code, problem.message, 'url')
}
