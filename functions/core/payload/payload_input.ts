// What people may choose about the body. That choices contradict each other is found where all of them are known: webhooks.choose_shape().
import { z } from 'zod'
import { FIELD_PATTERN, MAX_FIELD_LENGTH, MAX_FIELDS, MAX_TRANSFORMATION_LENGTH, type Shape } from './shape.ts'

export const PAYLOADS = ['full', 'thin'] as const

const field = z.string().trim().max(MAX_FIELD_LENGTH, `Use ${MAX_FIELD_LENGTH} characters or fewer.`).regex(FIELD_PATTERN, 'Write a field like customer.email.')
const fields = z.array(field, 'Name the fields in a list.').max(MAX_FIELDS, `Name ${MAX_FIELDS} fields or fewer.`)
  .transform((paths) => (paths.length === 0 ? null : [...new Set(paths)])).nullable()

export const payloadSettings = {
  payload: z.enum(PAYLOADS, 'Choose full or thin.'),
  /** Null: all. */
  included_fields: fields,
  /** Null: none. */
  excluded_fields: fields,
  transformation: z.string().trim().max(MAX_TRANSFORMATION_LENGTH, 'Use 10,000 characters or fewer.').transform((text) => (text === '' ? null : text)).nullable(),
}

export type PayloadSettings = { [Name in keyof typeof payloadSettings]: z.output<(typeof payloadSettings)[Name]> }

/** The shape of settings; null when nothing is chosen. */
export function shapeOf({ payload, included_fields, excluded_fields, transformation }: PayloadSettings): Shape | null {
  const shape: Shape = {
    ...(payload === 'thin' ? { thin: true } : {}),
    ...(included_fields === null ? {} : { included_fields }),
    ...(excluded_fields === null ? {} : { excluded_fields }),
    ...(transformation === null ? {} : { transformation }),
  }
  return Object.keys(shape).length === 0 ? null : shape
}
