import { problemSentence, type Transform } from '../core/payload/transform.ts'
import { Refusal } from '../core/refusal.ts'

/** Refuses a transformation that cannot be read, and says where. Whether it works shows with an event: see the preview. */
export async function requireTransformation({ check }: Pick<Transform, 'check'>, expression: string): Promise<void> {
  const problem = await check(expression)
  if (problem !== null) throw new Refusal('invalid_transformation', problemSentence(problem, expression), 'transformation')
}
