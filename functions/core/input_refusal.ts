import type { z } from 'zod'
import { isRefusalCode, Refusal } from './refusal.ts'

/** What is wrong with input where its schema has no words of its own for it. For `safeParse`. */
export function plainWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type': return issue.input === undefined || issue.expected === 'nonoptional' ? 'This is required.' : `Send ${KINDS[issue.expected] ?? 'something else'} here.`
    case 'invalid_value': return `Choose one of ${issue.values.map(String).join(', ')}.`
    case 'too_small': return `This is too ${issue.origin === 'number' || issue.origin === 'int' ? 'small' : 'short'}: ${issue.minimum} is the least.`
    case 'too_big': return `This is too ${issue.origin === 'number' || issue.origin === 'int' ? 'large' : 'long'}: ${issue.maximum} is the most.`
    default: return 'This is not written as it should be.'
  }
}

const KINDS: Record<string, string> = {
  object: 'an object', record: 'an object', array: 'a list', string: 'a text', boolean: 'true or false', number: 'a number', int: 'a whole number', null: 'null',
}

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
