import type { Context } from 'hono'
import type { z } from 'zod'
import { inputRefusal, plainWords } from '../core/input_refusal.ts'
import type { Env } from './deps.ts'

/** The query of a request, checked. Of a name that is there twice, the first counts; an empty value counts as absent. */
export function readQuery<Schema extends z.ZodType>(c: Context<Env>, schema: Schema): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given, { error: plainWords })
  if (!parsed.success) throw inputRefusal(parsed.error)
  return parsed.data
}
