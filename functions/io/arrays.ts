// Arrays as Postgres writes them. The driver can, too, but asks the database for the types of arrays with each connection that it
// opens, and when that connection is lost before the answer, nobody can catch the error: it ends the process (postgres.js 3.4.9).
import type { PostgresType } from 'postgres'
import { isoTime } from '../core/iso_time.ts'

/** The types of the arrays that we send and read, by their fixed numbers in Postgres. */
export const PG = { bool: 1000, int4: 1007, int8: 1016, text: 1009, float4: 1021, timestamptz: 1185, uuid: 2951 } as const

/** For the driver's option `types`. Arrays of other types come as text. */
export const arrayTypes: Record<keyof typeof PG, PostgresType> = {
  bool: arrayOf(PG.bool, (text) => text === 't'),
  int4: arrayOf(PG.int4, Number),
  int8: arrayOf(PG.int8, BigInt),
  text: arrayOf(PG.text, String),
  float4: arrayOf(PG.float4, Number),
  timestamptz: arrayOf(PG.timestamptz, (text) => new Date(text)),
  uuid: arrayOf(PG.uuid, String),
}

function arrayOf(type: number, read: (text: string) => unknown): PostgresType {
  return { to: type, from: [type], serialize: writeArray, parse: (text: string) => readArray(text, read) }
}

/** `["a", null]` → `{"a",null}`. A Date is written by its ISO time. In one pass: 10,000 deliveries a second have 150,000 values. */
export function writeArray(values: readonly unknown[]): string {
  let written = ''
  for (const value of values) written += `${written === '' ? '' : ','}${elementOf(value)}`
  return `{${written}}`
}

function elementOf(value: unknown): string {
  if (value === null) return 'null'
  const text = value instanceof Date ? isoTime(value) : String(value)
  return `"${/[\\"]/.test(text) ? text.replace(/[\\"]/g, '\\$&') : text}"`
}

/** The other way round, for one dimension: we have no other. */
export function readArray<Item>(text: string, read: (text: string) => Item): (Item | null)[] {
  return Array.from(text.slice(1, -1).matchAll(/"([^"\\]*(?:\\.[^"\\]*)*)"|[^,]+/gs), ([whole, quoted]) =>
    quoted !== undefined ? read(quoted.replace(/\\(.)/gs, '$1')) : whole === 'NULL' ? null : read(whole))
}
