import type { z } from 'zod'
import { isRefusalCode, Refusal } from './refusal.ts'

/** The refusal for input that a schema did not accept: the first problem, and the field it is in (`headers.Host`, `events.2`). */
export function inputRefusal(error: z.ZodError): Refusal {
  const issue = error.issues[0]
  if (issue === undefined) return new Refusal('invalid_input', 'The input is not valid.')
  if (issue.code === 'unrecognized_keys') {
    const key = String(issue.keys[0]).slice(0, 100)
    return new Refusal('invalid_input', `There is no field “${key}”.`, [...issue.path, key].join('.'))
  }
  const code: unknown = issue.code === 'custom' ? issue.params?.code : undefined
  const field = issue.path.length > 0 ? issue.path.join('.') : undefined
  return new Refusal(typeof code === 'string' && isRefusalCode(code) ? code : 'invalid_input', issue.message, field)
}
