// What the form holds about the payload, and what it means to the API. Pure.
import { FIELD_PATTERN, MAX_FIELDS, MAX_TRANSFORMATION_LENGTH, SHAPEABLE_FORMATS } from '../../functions/core/payload/shape.ts'
import type { PayloadChoice } from '../data/payload.ts'
import type { Webhook } from '../data/webhooks.ts'
import type { FormValues } from './form_values.ts'

export type PayloadValues = {
  payload: 'full' | 'thin'
  fieldsMode: 'all' | 'included' | 'excluded'
  /** As typed: paths between commas or spaces. */
  fields: string
  transformation: string
}

export const NO_CHOICE: PayloadValues = { payload: 'full', fieldsMode: 'all', fields: '', transformation: '' }

export function payloadValuesOf(webhook: Pick<Webhook, 'payload' | 'included_fields' | 'excluded_fields' | 'transformation'>): PayloadValues {
  return {
    payload: webhook.payload,
    fieldsMode: webhook.included_fields ? 'included' : webhook.excluded_fields ? 'excluded' : 'all',
    fields: (webhook.included_fields ?? webhook.excluded_fields ?? []).join(', '),
    transformation: webhook.transformation ?? '',
  }
}

export const isShapeable = (format: string): boolean => (SHAPEABLE_FORMATS as readonly string[]).includes(format)

/** The paths that were typed, each once. */
export const pathsIn = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter((path) => path !== ''))]

/** What is sent to the server: what does not go together with the format or with a thin body is left out. */
export function payloadChoiceOf({ format, payload, fieldsMode, fields, transformation }: Pick<FormValues, 'format' | keyof PayloadValues>): PayloadChoice {
  const isFull = isShapeable(format) && payload === 'full'
  const paths = isFull && fieldsMode !== 'all' ? pathsIn(fields) : []
  const chosen = paths.length === 0 ? null : paths
  return {
    payload: isShapeable(format) ? payload : 'full',
    included_fields: fieldsMode === 'included' ? chosen : null,
    excluded_fields: fieldsMode === 'excluded' ? chosen : null,
    transformation: (isFull && transformation.trim()) || null,
  }
}

export const isChosen = ({ payload, included_fields, excluded_fields, transformation }: PayloadChoice): boolean =>
  payload === 'thin' || included_fields !== null || excluded_fields !== null || transformation !== null

/** The first path that is none; null when all are fine. */
export function wrongPath(fields: string): string | null {
  return pathsIn(fields).find((path) => !FIELD_PATTERN.test(path)) ?? null
}

export const hasTooManyPaths = (fields: string): boolean => pathsIn(fields).length > MAX_FIELDS
export const isTooLong = (transformation: string): boolean => transformation.trim().length > MAX_TRANSFORMATION_LENGTH
