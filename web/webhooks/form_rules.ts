// What the form refuses before it asks the server. The rules are those of the server (functions/core); the words are ours.
import * as z from 'zod/mini'
import { ALLOWED_PORTS, checkUrl, parseAllowList } from '../../functions/core/address.ts'
import { headerProblem } from '../../functions/core/header_rules.ts'
import { MIN_SECRET_LENGTH, secretProblem } from '../../functions/core/secret_rules.ts'
import { t } from '../words/form.ts'
import { isBlank, type FormValues, type HeaderRow } from './form_values.ts'
import { hasTooManyPaths, isShapeable, isTooLong, pathsIn, wrongPath } from './payload_choice.ts'

export type Known = {
  /** Names of the other webhooks. */
  names: readonly string[]
  /** A system on this machine may deliver to itself, over plain http too. */
  local: boolean
}

/** Where the problem is, and what to say about it. */
type Problem = [path: (string | number)[], message: string]

export function problemsOf(values: FormValues, known: Known): Problem[] {
  return [
    ...at(['name'], nameProblem(values.name, known.names)),
    ...at(['url'], urlProblem(values.url, known.local)),
    ...at(['events'], !values.all && values.events.length === 0 ? t('invalid.events') : null),
    ...at(['secret'], values.secretMode === 'own' ? ownSecretProblem(values.secret) : null),
    ...values.headers.flatMap((row, index) => headerRowProblem(row, index, values.headers)),
    ...at(['filter'], values.filter.trim().length > 1_000 ? t('invalid.filter') : null),
    ...at(['timeout'], isBetween(values.timeout, 1, 30) ? null : t('invalid.timeout')),
    ...at(['rateLimit'], values.rateLimit.trim() === '' || isWhole(values.rateLimit, 1, 1_000) ? null : t('invalid.rate_limit')),
    ...at(['maxConcurrency'], values.maxConcurrency.trim() === '' || isWhole(values.maxConcurrency, 1, 100) ? null : t('invalid.max_concurrency')),
    ...payloadProblems(values),
    ...at(['description'], values.description.trim().length > 500 ? t('invalid.description') : null),
  ]
}

/** The rules as a schema, for the resolver of the form. */
export function formSchema(known: Known) {
  return z.custom<FormValues>().check(({ value, issues }) => {
    for (const [path, message] of problemsOf(value, known)) issues.push({ code: 'custom', input: value, path, message })
  })
}

function payloadProblems({ format, payload, fieldsMode, fields, transformation }: FormValues): Problem[] {
  if (!isShapeable(format) || payload === 'thin') return []
  const wrong = wrongPath(fields)
  const problem = fieldsMode === 'all' ? null
    : pathsIn(fields).length === 0 ? t('invalid.fields') : wrong !== null ? t('invalid.field', { field: wrong }) : hasTooManyPaths(fields) ? t('invalid.fields_many') : null
  return [...at(['fields'], problem), ...at(['transformation'], isTooLong(transformation) ? t('invalid.transformation') : null)]
}

const at = (path: (string | number)[], message: string | null): Problem[] => (message === null ? [] : [[path, message]])

function nameProblem(typed: string, taken: readonly string[]): string | null {
  const name = typed.trim()
  if (name === '') return t('invalid.name')
  if (name.length > 64) return t('invalid.name_long')
  return taken.includes(name) ? t('invalid.name_taken', { name }) : null
}

/** The sentence for an address that cannot be one of a receiver; null when its shape is fine. */
export function urlProblem(typed: string, local: boolean): string | null {
  const verdict = checkUrl(typed.trim(), local ? parseAllowList('127.0.0.0/8,::1/128') : [])
  if (verdict.ok) return null
  return verdict.code === 'port_not_allowed' ? t('url.port_not_allowed', { ports: listed(ALLOWED_PORTS) }) : t(`url.${verdict.code}`)
}

const listed = (ports: readonly number[]) => new Intl.ListFormat('en', { type: 'disjunction' }).format(ports.map(String))

function ownSecretProblem(secret: string): string | null {
  if (secret.length < MIN_SECRET_LENGTH) return t('invalid.secret_short', { min: MIN_SECRET_LENGTH })
  return secretProblem(secret)
}

function headerRowProblem({ name: typed, value, kept }: HeaderRow, index: number, all: readonly HeaderRow[]): Problem[] {
  const name = typed.trim()
  if (isBlank({ name, value, kept })) return []
  if (name === '') return [[['headers', index, 'name'], t('invalid.name')]]
  const isTwice = all.some((other, position) => position < index && other.name.trim().toLowerCase() === name.toLowerCase())
  if (isTwice) return [[['headers', index, 'name'], t('invalid.header_twice', { name })]]
  const problem = headerProblem(name, kept && value === '' ? null : value)
  if (problem?.code === 'reserved_header') return [[['headers', index, 'name'], t('invalid.header_reserved', { name })]]
  if (problem !== null) return [[['headers', index, problem.message.includes('value') || problem.message.includes('spaces') ? 'value' : 'name'], problem.message]]
  return !kept && value === '' ? [[['headers', index, 'value'], t('invalid.header_value')]] : []
}

const isBetween = (text: string, from: number, to: number) => text.trim() !== '' && Number(text) >= from && Number(text) <= to
const isWhole = (text: string, from: number, to: number) => Number.isInteger(Number(text)) && isBetween(text, from, to)

/** What is worth knowing about an address that is fine. */
export function urlWarning(url: string, others: readonly { name: string; url: string }[]): string | null {
  const typed = url.trim()
  if (typed === '' || !URL.canParse(typed)) return null
  const same = others.find((other) => URL.canParse(other.url) && withoutFragment(other.url) === withoutFragment(typed))
  if (same) return t('url.same', { other: same.name })
  return new URL(typed).hash === '' ? null : t('url.fragment')
}

function withoutFragment(text: string): string {
  const url = new URL(text)
  url.hash = ''
  return url.href
}
