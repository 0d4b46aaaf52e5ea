import type { EventToSend } from '../core/envelope.ts'
import type { Shape } from '../core/payload/shape.ts'
import { shapeEvent, type ShapedEvent } from '../core/payload/shape_event.ts'
import type { Transform } from '../core/payload/transform.ts'
import type { ShapeStore } from '../io/shape_store.ts'
import type { Claim, Store } from '../io/store.ts'

/** A claim that knows what makes its body: `shape` is there when it has a shape. Rejects for faults of ours only. */
export type ShapedClaim = Claim & { shape?: (event: EventToSend) => Promise<ShapedEvent> }

/** Remembered at most; they are small, and of one webhook there are as many as it was edited. */
const MOST_SHAPES = 10_000
/** A table may be attached again, with another key. */
const KEYS_FOR_MS = 60_000

/**
 * The same store, whose claims know what makes their body. A batch costs at most one more statement, and none when its shapes were seen
 * before: they never change. A thin one needs the key of its event type, too, which is asked for once a minute. A shape that cannot be
 * read fails its own deliveries only, and as a fault of ours. `ticks` in milliseconds.
 */
export function shapeClaims(store: Store, { shapes, transform, ticks }: { shapes: ShapeStore; transform: Pick<Transform, 'run'>; ticks: () => number }): Store {
  const known = new Map<string, Promise<Shape>>()
  const keys = new Map<string, { read: Promise<readonly string[]>; since: number }>()

  function keysOf(eventType: string): Promise<readonly string[]> {
    const seen = keys.get(eventType)
    if (seen !== undefined && ticks() - seen.since < KEYS_FOR_MS) return seen.read
    const read = shapes.readRecordKeys([eventType]).then((found) => found.get(eventType) ?? [])
    keys.set(eventType, { read, since: ticks() })
    read.catch(() => keys.delete(eventType))
    return read
  }

  function remember(ids: readonly string[]): void {
    if (known.size + ids.length > MOST_SHAPES) known.clear()
    const read = shapes.readShapes(ids)
    for (const id of ids) {
      const shape = read.then((found) => {
        const one = found.get(id)
        if (one === undefined) throw new Error(`There is no shape ${id}.`)
        return one
      })
      known.set(id, shape)
      shape.catch(() => known.delete(id))
    }
  }

  return {
    ...store,
    async claim(request) {
      const claims: ShapedClaim[] = await store.claim(request)
      const shaped = claims.filter((claim): claim is ShapedClaim & { shapeId: string } => claim.shapeId !== null)
      if (shaped.length === 0) return claims
      const unknown = new Set(shaped.map(({ shapeId }) => shapeId).filter((id) => !known.has(id)))
      if (unknown.size > 0) remember([...unknown])
      for (const claim of shaped) {
        const shape = known.get(claim.shapeId)!
        claim.shape = async (event) => shapeEvent(event, await shape, claim.shapeId, transform.run, keysOf)
      }
      return claims
    },
    async close() {
      await Promise.all([store.close(), shapes.close()])
    },
  }
}
