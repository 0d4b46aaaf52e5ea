import type { Context } from 'hono'
import type { z } from 'zod'
import { inputRefusal, plainWords } from '../core/input_refusal.ts'
import { Refusal } from '../core/refusal.ts'
import type { Env } from './deps.ts'

const MAX_DEPTH = 100

/** The body of a request, checked. An empty body counts as `{}`. */
export async function readInput<Schema extends z.ZodType>(c: Context<Env>, schema: Schema): Promise<z.output<Schema>> {
  const json = parse(await readText(c))
  refuseUnstorable(json)
  const parsed = schema.safeParse(json, { error: plainWords })
  if (!parsed.success) throw inputRefusal(parsed.error)
  return parsed.data
}

async function readText(c: Context<Env>): Promise<string> {
  try {
    return await c.req.text()
  } catch {
    // The sender left in the middle: nobody reads this answer, and it is no fault of ours to log.
    throw new Refusal('invalid_json', 'The body did not arrive whole.')
  }
}

function parse(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal('invalid_json', 'The body is not valid JSON.')
  }
}

/** Postgres keeps no NUL in a text, and what is nested without end would end our stack. Walked with a list, not by recursion, for the same reason. */
function refuseUnstorable(json: unknown): void {
  const open: { value: unknown; path: string; depth: number }[] = [{ value: json, path: '', depth: 0 }]
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const { value, path, depth } = one
    if (typeof value === 'string' && value.includes('\u0000')) throw new Refusal('invalid_input', 'Remove the NUL character.', path || undefined)
    if (typeof value !== 'object' || value === null) continue
    if (depth === MAX_DEPTH) throw new Refusal('invalid_input', `Nest at most ${MAX_DEPTH} levels deep.`, path.split('.')[0])
    for (const [key, inner] of Object.entries(value)) {
      if (key.includes('\u0000')) throw new Refusal('invalid_input', 'Remove the NUL character.', path || undefined)
      open.push({ value: inner, path: path === '' ? key : `${path}.${key.slice(0, 100)}`, depth: depth + 1 })
    }
  }
}
