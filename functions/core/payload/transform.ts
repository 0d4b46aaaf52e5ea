// What a transformation may do, and what is said when it did more. Running it is io/transform's business.
import { standard } from '../formats/standard.ts'
import type { EventToSend } from '../formats/format.ts'

/** Characters of JSON that go in and come out at most. */
export const MAX_TRANSFORM_INPUT = 256 * 1024
export const MAX_TRANSFORM_OUTPUT = 256 * 1024

/** One evaluation. Same task, same answer: clock and dice are those of the event. */
export type TransformTask = {
  /** Whose it is: owners take turns. */
  owner: string
  /** Names the expression, for those who keep it compiled: the shape's id. */
  key: string
  expression: string
  /** JSON text. */
  input: string
  /** What `$now()` and `$millis()` say, in milliseconds since 1970. */
  at: number
  /** What `$random()` and `$shuffle()` follow from. */
  seed: string
}

/**
 * Why a transformation gave nothing to send. `position`: how many characters of the expression end with the token at fault; null when it
 * has no place.
 * - syntax: it cannot be read
 * - failed: it can, but not with this event
 * - too_much: it took too many steps, or too much memory
 * - too_large: the event, or what came out, is larger than allowed
 * - no_object: what came out is no JSON object
 */
export type TransformProblem = { code: 'syntax' | 'failed' | 'too_much' | 'too_large' | 'no_object'; message: string; position: number | null }

/** `output` is the text of a JSON object. */
export type Transformed = { ok: true; output: string } | { ok: false; problem: TransformProblem }

/** Runs transformations. Rejects for faults of ours only. */
export type Transform = {
  run(task: TransformTask): Promise<Transformed>
  /** What is wrong with the text of an expression; null when it can be read. */
  check(expression: string): Promise<TransformProblem | null>
}

/** The task for an event: an expression sees it as the format `standard` writes it. */
export function transformTask(key: string, expression: string, event: EventToSend): TransformTask {
  return { owner: event.organizationId, key, expression, input: standard.body(event), at: Date.parse(event.occurredAt), seed: event.id }
}

/** One sentence for logs and forms, with the place: “line 2, character 7”. */
export function problemSentence({ message, position }: TransformProblem, expression: string): string {
  const text = message.replace(/[.\s]+$/, '')
  if (position === null) return `${text}.`
  const before = expression.slice(0, position).split('\n')
  return `${text}, at line ${before.length}, character ${Math.max(1, before.at(-1)!.length)}.`
}
