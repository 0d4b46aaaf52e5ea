import type { EventToSend } from '../formats/format.ts'
import { fieldChoice, keyChoice, selectFields } from './fields.ts'
import type { Shape } from './shape.ts'
import { problemSentence, transformTask, type Transform, type TransformProblem } from './transform.ts'

/** `sentence` says the problem with its place. */
export type ShapedEvent = { ok: true; event: EventToSend } | { ok: false; problem: TransformProblem; sentence: string }

/** Of an event type: the names in `data` that tell its records apart, besides `id`. */
export type RecordKeys = (eventType: string) => Promise<readonly string[]>

/**
 * The event as a shape wants it, for any envelope. Pure but for the transformation, which `run` does, and the names of the keys, which
 * only a thin body needs; `key` names the shape.
 */
export async function shapeEvent(event: EventToSend, shape: Shape, key: string, run: Transform['run'], keysOf: RecordKeys): Promise<ShapedEvent> {
  if (shape.thin) return { ok: true, event: { ...event, data: selectFields(event.data, keyChoice(['id', ...await keysOf(event.type)])), previous: null, context: null } }
  const left = withFields(event, shape)
  if (shape.transformation === undefined) return { ok: true, event: left }
  const transformed = await run(transformTask(key, shape.transformation, left))
  // Old values and the context would go round the transformation: it says what is sent.
  if (transformed.ok) return { ok: true, event: { ...left, data: transformed.output, previous: null, context: null } }
  return { ...transformed, sentence: problemSentence(transformed.problem, shape.transformation) }
}

function withFields(event: EventToSend, { included_fields, excluded_fields }: Shape): EventToSend {
  const paths = included_fields ?? excluded_fields
  if (paths === undefined) return event
  const choice = fieldChoice(paths, included_fields !== undefined)
  // Nothing left of `previous` is an empty object: that something changed is still true.
  return {
    ...event,
    data: selectFields(event.data, choice),
    previous: event.previous === null ? null : selectFields(event.previous, choice),
    // Only the named fields stay, so there is nothing besides them.
    context: event.context === null || included_fields !== undefined ? null : contextWithout(event.context, choice),
  }
}

/** What goes from the row goes from what is said besides it: `phone` from its contact, `content` from the messages before it, `contact` whole. */
function contextWithout(context: string, choice: ReturnType<typeof fieldChoice>): string {
  const parts = Object.entries(JSON.parse(selectFields(context, choice)) as Record<string, unknown>)
  return JSON.stringify(Object.fromEntries(parts.map(([name, part]) => [name, JSON.parse(selectFields(JSON.stringify(part), choice)) as unknown])))
}
