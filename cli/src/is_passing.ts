import type { ApiError } from '@tablehook/client'

/** Whoever looks again and again looks again so much later. */
export const LOOK_AGAIN_AFTER_FAULT_MS = 2_000

/** Whether the API may answer a moment later: it is away, or has too much to do. */
export function isPassing({ status, code }: ApiError): boolean {
  return status === 0 || status === 429 || status >= 500 || code === 'unexpected_answer'
}
