// The pure parts of the screens.
import fc from 'fast-check'
import type { Node } from 'typescript'
import { describe, expect, test } from 'vitest'
import { EVENT_TYPES, toCatalogRow } from '../../functions/core/event_types.ts'
import { ERROR_CODES } from '../../functions/core/outcome.ts'
import { byName } from '../../web/data/natural_order.ts'
import type { ListedWebhook } from '../../web/data/webhooks.ts'
import { typescriptOf, zodOf } from '../../web/catalog/schema_code.ts'
import { schemaFields } from '../../web/catalog/schema_fields.ts'
import { indentJson } from '../../web/ui/indent_json.ts'
import { relativeTime } from '../../web/ui/time_format.ts'
import { codeTokens, jsonTokens } from '../../web/ui/tokens.ts'
import { cause } from '../../web/webhooks/causes.ts'
import { problemsOf } from '../../web/webhooks/form_rules.ts'
import { changedMeanwhile, EMPTY, headersChangedMeanwhile, updateRequest, valuesOf, type FormValues } from '../../web/webhooks/form_values.ts'
import { parseObject } from '../../web/webhooks/json_problem.ts'
import { filterWebhooks, NO_FILTERS } from '../../web/webhooks/webhook_filters.ts'
import { webhookStatus } from '../../web/webhooks/webhook_status.ts'

test('coloring keeps every character, in order', () => {
  const joined = (tokens: [unknown, string][]) => tokens.map(([, text]) => text).join('')
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    expect(joined(jsonTokens(text))).toBe(text)
    expect(joined(codeTokens(text))).toBe(text)
  }))
})

describe('indenting JSON', () => {
  test('looks as everybody’s does', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 8 }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      expect(indentJson(JSON.stringify(value, null, space))).toBe(JSON.stringify(JSON.parse(JSON.stringify(value)), null, 2))
    }))
  })
  test('changes white space only: what was sent is what is read', () => {
    const sent = '{"id":12345678901234567890,"total":1.50,"a":1,"a":2,"name":"\\u0041 {\\"x\\": [1, 2]}","none":[ ],"empty":{}}'
    expect(indentJson(sent)).toBe('{\n  "id": 12345678901234567890,\n  "total": 1.50,\n  "a": 1,\n  "a": 2,\n  "name": "\\u0041 {\\"x\\": [1, 2]}",\n  "none": [],\n  "empty": {}\n}')
  })
  test('leaves alone what is no JSON, and what would grow out of all proportion', () => {
    for (const text of ['', 'OK', '{"a":', '<html>', '['.repeat(5_000) + ']'.repeat(5_000)]) expect(indentJson(text)).toBeNull()
    expect(indentJson('['.repeat(100) + ']'.repeat(100))).not.toBeNull()
  })
})

test('keys, strings, numbers and words of JSON are told apart', () => {
  expect(jsonTokens('{"a": "b", "c": [1, null]}').filter(([kind]) => kind !== null)).toEqual([
    ['key', '"a"'], ['string', '"b"'], ['key', '"c"'], ['number', '1'], ['word', 'null'],
  ])
})

describe('causes', () => {
  const facts = { status_code: null, error_code: null, url: 'https://api.example.com/hooks', timeout_ms: 5_000 }
  test.each(ERROR_CODES.filter((code) => code !== 'http_error'))('%s has a sentence', (error_code) => {
    const why = cause({ ...facts, error_code, status_code: error_code === 'redirect' ? 302 : null })
    expect(why?.sentence).toBeTruthy()
    expect(why?.sentence).not.toContain(error_code)
    expect(why?.sentence).not.toMatch(/[{}]/)
  })
  test('a success has none', () => expect(cause({ ...facts, status_code: 204 })).toBeNull())
  test.each([
    ['timeout', null, {}, 'Your server didn’t answer within 5 s.', 'Answer 2xx first and do the work afterwards.'],
    ['redirect', 301, { location: 'https://new.example.com/' }, 'Your server answered 301. Redirects aren’t followed.', 'Use the final address: https://new.example.com/.'],
    ['http_error', 429, { 'retry-after': '120' }, 'Your server asked us to slow down (429).', 'We wait 2 minutes.'],
    ['http_error', 503, {}, 'Your server had an error (503).', 'We try again automatically.'],
    ['http_error', 418, {}, 'Your server answered 418.', null],
  ] as const)('%s %s', (error_code, status_code, headers, sentence, advice) => {
    expect(cause({ ...facts, error_code, status_code, headers })).toMatchObject({ sentence, advice })
  })
  test.each([
    ['The event has 5,242,993 bytes as JSON. The limit is 1,048,576.'],
    ['The event has lists or objects inside each other, more levels deep than can be written in this form.'],
  ])('of an event that cannot be sent, what is the matter with it: %s', (error_detail) => {
    expect(cause({ ...facts, error_code: 'event_too_large', error_detail })?.sentence).toBe(`${error_detail} Nothing was sent.`)
  })
  test.each([
    ['http_error', 500, {}, true], ['http_error', 429, { 'retry-after': '120' }, true], ['http_error', 429, {}, false], ['network_error', null, {}, true], ['timeout', null, {}, false],
  ] as const)('%s %s %j: whether its advice is that we try again', (error_code, status_code, headers, promised) => {
    expect(cause({ ...facts, error_code, status_code, headers })?.promisesRetry ?? false).toBe(promised)
  })
})

describe('the catalog', () => {
  const rows = EVENT_TYPES.map(toCatalogRow)
  test.each(rows.map((row) => [row.name, row] as const))('%s: a type and a schema are written from it', (_, { name, schema, sample }) => {
    const described = { name, schema, previous: sample.previous !== undefined }
    expect(typescriptOf(described)).not.toMatch(/undefined|\[object/)
    expect(zodOf(described)).not.toMatch(/undefined|\[object/)
    expect(schemaFields(schema).map(({ path }) => path)).toEqual(expect.arrayContaining(Object.keys(sample.data).map((key) => `data.${key}`)))
  })

  test('says of every field what it means, also where it may be null', () => {
    for (const { schema, name } of rows) for (const field of schemaFields(schema)) expect(field.description, `${name} ${field.path}`).toMatch(/\.$/)
    const { schema } = rows.find(({ name }) => name === 'deal.created')!
    for (const code of [typescriptOf({ name: 'x', schema, previous: false }), zodOf({ name: 'x', schema, previous: false })]) {
      expect(code).toMatch(/^ {4}\/\*\* The user who works on the deal, if somebody does\. \*\/\n {4}assigned_to: /m)
    }
  })

  test('what an app says of its fields stays words: short, on one line, and in the comment', async () => {
    const [{ z }, { default: ts }] = await Promise.all([import('zod'), import('typescript')])
    const worst = ['*/ globalThis.hacked = true; /*', '<img src=x onerror=alert(1)> **bold** [link](javascript:alert(1))', 'a\n  b\r\u2028c\u0000d\u001b[31me', '\u202egnp.exe', '`${1}`', '\\', 'x'.repeat(1_000_000), '*'.repeat(400) + '/']
    const schema = { type: 'object', properties: Object.fromEntries(worst.map((description, i) => [`c${i}`, { type: 'string', description }])), required: worst.map((_, i) => `c${i}`) }
    const said = schemaFields(schema).map(({ description }) => description!)
    for (const text of said) {
      expect(text.length).toBeLessThanOrEqual(301)
      expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u)
    }
    expect(said.slice(0, 4)).toEqual([worst[0], worst[1], 'a b c d [31me', 'gnp.exe'])
    const code = zodOf({ name: 'a.b', schema, previous: false })
    const made = new Function('z', code.replace(/^import .*$/m, '').replace(/export const \w+ =/, 'return'))(z) as { shape: { data: { shape: object } } }
    expect(Object.keys(made.shape.data.shape)).toEqual(worst.map((_, i) => `c${i}`))
    expect(globalThis).not.toHaveProperty('hacked')
    const { diagnostics } = ts.transpileModule(typescriptOf({ name: 'a.b', schema, previous: false }), { reportDiagnostics: true })
    expect(diagnostics).toEqual([])
  })

  test('whatever a label or a column is called, the code compiles and says just that', async () => {
    const [{ z }, { default: ts }] = await Promise.all([import('zod'), import('typescript')])
    const labels = ['plain', 'two\nlines', '\r\n', 'it’s "a" \'b\' `c` ${d}', '\\', '\\\'', '\\n', '\u2028\u2029', '\u0000\u0085\u001b[31m', '\u202egnp.exe', '\ud800', '', '*/ //', 'ünï 🦊']
    const properties = Object.fromEntries([
      ['all', { type: 'string', enum: labels }], ['some', { anyOf: [{ type: 'string', enum: labels }, { type: 'null' }] }],
      ...labels.map((label, i) => [`${label}${i}`, { type: 'string', const: label }]),
    ])
    const names = Object.keys(properties)
    const described = { name: 'order.labelled', schema: { type: 'object', properties, required: names }, previous: false }

    const faultsOf = (code: string) => ts.transpileModule(code, { reportDiagnostics: true }).diagnostics!.map(({ messageText }) => messageText)
    const written = typescriptOf(described)
    expect(faultsOf(written)).toEqual([])
    const found: { literals: string[]; names: string[] } = { literals: [], names: [] }
    const visit = (node: Node): void => {
      if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) found.literals.push(node.literal.text)
      if (ts.isPropertySignature(node) && (ts.isIdentifier(node.name) || ts.isStringLiteral(node.name))) found.names.push(node.name.text)
      ts.forEachChild(node, visit)
    }
    visit(ts.createSourceFile('a.ts', written, ts.ScriptTarget.Latest))
    expect(new Set(found.literals)).toEqual(new Set(['order.labelled', ...labels]))
    expect(found.names).toEqual(['id', 'event', 'timestamp', 'data', ...names])

    const schema = zodOf(described)
    expect(faultsOf(schema)).toEqual([])
    const made = new Function('z', schema.replace(/^import .*$/m, '').replace(/export const \w+ =/, 'return'))(z) as { safeParse: (body: unknown) => { success: boolean } }
    const body = (label: string) => ({
      id: '01930000-0000-7000-8000-000000000000', event: 'order.labelled', timestamp: '2026-11-18T08:15:02.000Z',
      data: { all: label, some: null, ...Object.fromEntries(labels.map((one, i) => [`${one}${i}`, one])) },
    })
    for (const label of labels) expect(made.safeParse(body(label)), JSON.stringify(label)).toMatchObject({ success: true })
    expect(made.safeParse(body('another')).success).toBe(false)
    // Nor does it turn the text that follows, where somebody reads the code.
    for (const code of [written, schema]) expect(code).not.toMatch(/[\p{Bidi_Control}\u2028\u2029]|(?!\n)\p{Cc}/u)
  })

  test('an event whose name begins with a digit, and an enum of other than texts, give code that compiles, too', async () => {
    const { default: ts } = await import('typescript')
    const described = { name: '2fa_code.created', schema: { type: 'object', properties: { n: { type: ['integer', 'null'], enum: [1, 2, null] } }, required: ['n'] }, previous: true }
    const [written, schema] = [typescriptOf(described), zodOf(described)]
    for (const code of [written, schema]) expect(ts.transpileModule(code, { reportDiagnostics: true }).diagnostics!.map(({ messageText }) => messageText)).toEqual([])
    // z.enum takes texts only.
    expect(schema).toContain('n: z.literal([1, 2, null]).nullable()')
  })

  test('nothing is said where a description is no text, or empty', () => {
    const schema = { type: 'object', properties: { a: { description: 1 }, b: { description: ' \u200b\n' }, c: { type: 'string' }, description: { type: 'string' } } }
    expect(schemaFields(schema).map(({ path, description }) => [path, description])).toEqual([['data.a', null], ['data.b', null], ['data.c', null], ['data.description', null]])
  })

  test('the zod schema accepts the sample and refuses another event', async () => {
    const { z } = await import('zod')
    for (const { name, schema, sample } of rows) {
      const code = zodOf({ name, schema, previous: true }).replace(/^import .*$/m, '').replace(/export const \w+ =/, 'return')
      const made = new Function('z', code)(z) as { safeParse: (body: unknown) => { success: boolean; error?: unknown } }
      const body = { id: '01930000-0000-7000-8000-000000000000', event: name, timestamp: '2026-11-18T08:15:02.000Z', ...sample }
      expect(made.safeParse(body), name).toMatchObject({ success: true })
      expect(made.safeParse({ ...body, event: 'another.event' }).success).toBe(false)
    }
  })
})

describe('the form', () => {
  const saved = {
    id: '1', organization_id: '2', name: 'CRM', description: null, url: 'https://example.com/', events: ['a.b'], is_active: true, format: 'standard', filter: null,
    header_names: ['X-Key', 'X-Old'], headers_changed_at: null, timeout_ms: 2_500, retry_policy: 'three', rate_limit: null, max_concurrency: 3, ordered: false, secret_hint: null,
    payload: 'full' as const, included_fields: null, excluded_fields: null, transformation: null,
    disabled_reason: null, disabled_at: null, consecutive_failures: 0, failing_since: null, created_at: '', updated_at: '',
  }
  test('sends nothing when nothing changed', () => expect(updateRequest(saved, valuesOf(saved))).toEqual({}))
  test('sends what is chosen of the payload, and nothing that does not go with the rest', () => {
    const change = (values: Partial<FormValues>) => updateRequest(saved, { ...valuesOf(saved), ...values })
    expect(change({ fieldsMode: 'excluded', fields: ' email,\nphone email ' })).toEqual({ excluded_fields: ['email', 'phone'] })
    expect(change({ fieldsMode: 'included', fields: 'id', transformation: ' {"a": 1} ' })).toEqual({ included_fields: ['id'], transformation: '{"a": 1}' })
    expect(change({ fieldsMode: 'all', fields: 'left over' })).toEqual({})
    expect(change({ payload: 'thin', fieldsMode: 'included', fields: 'id', transformation: '{}' })).toEqual({ payload: 'thin' })
    expect(change({ format: 'libromi', payload: 'thin', fieldsMode: 'included', fields: 'id', transformation: '{}' })).toEqual({ format: 'libromi' })
    const shaped = { ...saved, excluded_fields: ['email', 'phone'], transformation: '{}' }
    expect(updateRequest(shaped, valuesOf(shaped))).toEqual({})
    expect(updateRequest(shaped, { ...valuesOf(shaped), format: 'caleida' })).toEqual({ format: 'caleida', excluded_fields: null, transformation: null })
  })
  test('refuses fields that are none, a list without any, and a transformation without end', () => {
    const problems = (values: Partial<FormValues>) => problemsOf({ ...valuesOf(saved), ...values }, { names: [], local: false }).map(([path]) => path.join('.'))
    expect(problems({ fieldsMode: 'excluded', fields: 'a.b, c' })).toEqual([])
    expect(problems({ fieldsMode: 'excluded', fields: 'a..b' })).toEqual(['fields'])
    expect(problems({ fieldsMode: 'included', fields: ' , ' })).toEqual(['fields'])
    expect(problems({ fieldsMode: 'included', fields: Array.from({ length: 101 }, (_, n) => `f${n}`).join() })).toEqual(['fields'])
    expect(problems({ fieldsMode: 'all', fields: 'a..b', transformation: 'x'.repeat(10_001) })).toEqual(['transformation'])
    expect(problems({ payload: 'thin', fieldsMode: 'included', fields: '' })).toEqual([])
  })
  test('sends only what changed; headers that stay are not named', () => {
    const values = { ...valuesOf(saved), url: 'https://example.com/b', timeout: '5', headers: [{ name: 'X-Key', value: '', kept: true }, { name: 'X-New', value: 'n', kept: false }] }
    expect(updateRequest(saved, values)).toEqual({ url: 'https://example.com/b', timeout_ms: 5_000, headers: { 'X-Old': null, 'X-New': 'n' } })
  })
  test('a row left empty is no header', () => {
    expect(updateRequest(saved, { ...valuesOf(saved), headers: [...valuesOf(saved).headers, { name: ' ', value: '', kept: false }] })).toEqual({})
  })
  test('a toggle or a failure is no conflict, another address is', () => {
    expect(changedMeanwhile(saved, { ...saved, is_active: false, consecutive_failures: 9, updated_at: 'later' })).toBe(false)
    expect(changedMeanwhile(saved, { ...saved, url: 'https://example.org/' })).toBe(true)
  })
  test('a header value that somebody changed is a conflict for those who set or remove headers, and for nobody else', () => {
    const now = { ...saved, headers_changed_at: '2026-11-21T10:00:00.5+00:00' }
    const [key, old] = valuesOf(saved).headers
    const typed = { ...valuesOf(saved), headers: [{ ...key!, value: 'mine' }, old!] }
    expect(changedMeanwhile(saved, now)).toBe(false) // it cannot be seen
    expect(headersChangedMeanwhile(saved, now, typed)).toBe(true)
    expect(headersChangedMeanwhile(saved, now, { ...typed, headers: [key!] }, 'headers')).toBe(true)
    expect(headersChangedMeanwhile(saved, now, { ...valuesOf(saved), url: 'https://example.org/' })).toBe(false)
    expect(headersChangedMeanwhile(saved, now, typed, 'general')).toBe(false)
    // PostgREST and the API write the same moment in two ways.
    expect(headersChangedMeanwhile(now, { ...now, headers_changed_at: '2026-11-21T10:00:00.500Z' }, typed)).toBe(false)
  })
  test('all events are no list of events', () => expect(valuesOf({ ...saved, events: ['*'] })).toMatchObject({ all: true, events: EMPTY.events }))
})

describe('the list', () => {
  const row = (over: Partial<ListedWebhook>) => ({ name: '', url: '', events: [], is_active: true, disabled_reason: null, consecutive_failures: 0, ...over }) as unknown as ListedWebhook
  const types = EVENT_TYPES.map((type) => ({ ...toCatalogRow(type), version: 1, sample: {} }))

  test.each([
    [{ is_active: true, consecutive_failures: 2 }, 'active'],
    [{ is_active: true, consecutive_failures: 3 }, 'failing'],
    [{ is_active: false, disabled_reason: 'by_hand' }, 'inactive'],
    [{ is_active: false, disabled_reason: 'gone' }, 'turned_off'],
    [{ is_active: false, disabled_reason: 'failing' }, 'turned_off'],
  ] as const)('%o is %s', (over, status) => expect(webhookStatus(row(over))).toBe(status))

  test('names are in the order in which people count', () => {
    const names = ['Hook 13', 'Zapier', 'hook 1', 'Äpfel', 'Hook 2', 'Birnen']
    expect(names.map((name) => ({ name })).sort(byName).map(({ name }) => name)).toEqual(['Äpfel', 'Birnen', 'hook 1', 'Hook 2', 'Hook 13', 'Zapier'])
  })

  test('filters together; all events fit every event and direction', () => {
    const all = [row({ name: 'A', events: ['*'] }), row({ name: 'B', events: ['deal.created'] }), row({ name: 'C', events: ['contact.created'], is_active: false })]
    const names = (filters: Partial<typeof NO_FILTERS>) => filterWebhooks(all, { ...NO_FILTERS, ...filters }, types).map(({ name }) => name)
    expect(names({})).toEqual(['A', 'B', 'C'])
    expect(names({ direction: 'inbound' })).toEqual(['A', 'C'])
    expect(names({ event: 'deal.created' })).toEqual(['A', 'B'])
    expect(names({ direction: 'inbound', status: 'inactive' })).toEqual(['C'])
    expect(names({ event: 'no.such' })).toEqual(['A', 'B', 'C'])
    expect(names({ q: ' b ' })).toEqual(['B'])
  })
})

test.each([
  ['{"a": 1}', { ok: true, value: { a: 1 } }],
  ['{\n"a": 1\n"b": 2}', { ok: false, problem: 'Line 3: expected a comma or the end' }],
  ['{\n"a": 1,\n}', { ok: false, problem: 'Line 3: expected a name in double quotes' }],
  ['{"a"', { ok: false, problem: expect.stringMatching(/^Line 1: /) as string }],
  ['[]', { ok: false, problem: 'The payload is a JSON object: it begins with a brace.' }],
])('reads %j', (text, expected) => expect(parseObject(text)).toEqual(expected))

test.each([
  [-5_000, 'now'], [-90_000, '1 min ago'], [240_000, 'in 4 min'], [-3 * 3_600_000, '3 hr ago'], [-8 * 86_400_000, 'Nov 13'],
])('a moment %i ms from now is %s', (distance, text) => {
  const now = new Date('2026-11-21T12:00:00Z')
  expect(relativeTime(new Date(now.getTime() + distance), now)).toBe(text)
})
