import { describe, expect, test } from 'vitest'
import { inputRefusal } from '../../functions/core/input_refusal.ts'
import { isRefusalCode, Refusal, refusalBody, REFUSALS } from '../../functions/core/refusal.ts'
import {
  createWebhookInput, replayInput, resendInput, rollSecretInput, testInput, updateWebhookInput,
} from '../../functions/core/webhook_input.ts'

const organization = '11111111-1111-1111-1111-111111111111'
const valid = { organization_id: organization, name: 'CRM sync', url: 'https://example.com/webhooks', events: ['contact.created'] }

/** What the API answers: `[code, field, message]`, or `ok`. */
function answer(schema: { safeParse: typeof createWebhookInput.safeParse } | { safeParse: typeof updateWebhookInput.safeParse }, input: unknown) {
  const parsed = schema.safeParse(input)
  if (parsed.success) return 'ok'
  const { code, field, message } = inputRefusal(parsed.error)
  return [code, field, message]
}

test('the least a webhook needs, and what is filled in', () => {
  expect(createWebhookInput.parse({ ...valid, name: '  CRM sync ' })).toEqual({
    ...valid, name: 'CRM sync', description: null, is_active: true, format: 'standard', filter: null, headers: {}, timeout_ms: 5_000, retry_policy: 'standard',
    rate_limit: null, max_concurrency: null, ordered: false, payload: 'full', included_fields: null, excluded_fields: null, transformation: null,
  })
})

describe('creating refuses', () => {
  const events200 = Array.from({ length: 201 }, (_, index) => `a.b${index}`)
  test.each<[string, Record<string, unknown>, [string, string, string]]>([
    ['no name', { name: undefined }, ['invalid_input', 'name', 'Enter a name.']],
    ['a blank name', { name: '   ' }, ['invalid_input', 'name', 'Enter a name.']],
    ['a long name', { name: 'x'.repeat(65) }, ['invalid_input', 'name', 'Use 64 characters or fewer.']],
    ['no URL', { url: '' }, ['invalid_input', 'url', 'Enter a full address, for example https://example.com/webhooks.']],
    ['no events', { events: [] }, ['invalid_input', 'events', 'Choose at least one event.']],
    ['events that are no list', { events: 'contact.created' }, ['invalid_input', 'events', 'Choose at least one event.']],
    ['* with others', { events: ['*', 'contact.created'] }, ['invalid_input', 'events', '“*” means all events: leave the others out.']],
    ['an event with capitals', { events: ['a', 'Contact.created'] }, ['invalid_input', 'events.1', 'An event type is written like deal.stage.changed.']],
    ['a pattern', { events: ['contact.*'] }, ['invalid_input', 'events.0', 'An event type is written like deal.stage.changed.']],
    ['a dot at the end', { events: ['contact.'] }, ['invalid_input', 'events.0', 'An event type is written like deal.stage.changed.']],
    ['a line break at the end', { events: ['contact\n'] }, ['invalid_input', 'events.0', 'An event type is written like deal.stage.changed.']],
    ['201 events', { events: events200 }, ['invalid_input', 'events', 'Choose 200 events or fewer, or all events.']],
    ['a short secret', { secret: 'short' }, ['invalid_secret', 'secret', 'Use at least 16 characters.']],
    ['a reserved header', { headers: { Host: 'x' } }, ['reserved_header', 'headers.Host', 'Host is set by us and can’t be changed.']],
    ['a header to be removed', { headers: { 'X-A': null } }, ['invalid_input', 'headers.X-A', 'The value of a header is a text.']],
    ['a timeout too short', { timeout_ms: 999 }, ['invalid_input', 'timeout_ms', 'Use a whole number from 1000 to 30000.']],
    ['a timeout too long', { timeout_ms: 30_001 }, ['invalid_input', 'timeout_ms', 'Use a whole number from 1000 to 30000.']],
    ['half a millisecond', { timeout_ms: 1_000.5 }, ['invalid_input', 'timeout_ms', 'Use a whole number from 1000 to 30000.']],
    ['a rate of 0', { rate_limit: 0 }, ['invalid_input', 'rate_limit', 'Use a whole number from 1 to 1000.']],
    ['a concurrency of 101', { max_concurrency: 101 }, ['invalid_input', 'max_concurrency', 'Use a whole number from 1 to 100.']],
    ['an unknown format', { format: 'xml' }, ['invalid_input', 'format', 'Choose a format from the list.']],
    ['an unknown policy', { retry_policy: 'toString' }, ['invalid_input', 'retry_policy', 'Choose a retry policy from the list.']],
    ['a long filter', { filter: 'x'.repeat(1001) }, ['invalid_input', 'filter', 'Use 1000 characters or fewer.']],
    ['a long description', { description: 'x'.repeat(501) }, ['invalid_input', 'description', 'Use 500 characters or fewer.']],
    ['an organization that is no id', { organization_id: 1.5 }, ['invalid_input', 'organization_id', 'Name the organization by its id.']],
    ['an unknown field', { secrets: 'x' }, ['invalid_input', 'secrets', 'There is no field “secrets”.']],
  ])('%s', (_, change, expected) => {
    expect(answer(createWebhookInput, { ...valid, ...change })).toEqual(expected)
  })
})

test.each<[string, Record<string, unknown>]>([
  ['all events', { events: ['*'] }], ['no signature', { secret: null }], ['a secret of one’s own', { secret: 'correct-horse-battery' }],
  ['limits', { rate_limit: 1000, max_concurrency: 1, timeout_ms: 30_000 }], ['headers', { headers: { 'Authorization': 'Bearer t' } }],
])('creating takes %s', (_, change) => expect(answer(createWebhookInput, { ...valid, ...change })).toBe('ok'))

test('an event named twice is taken once, an empty filter is none', () => {
  expect(createWebhookInput.parse({ ...valid, events: ['a', 'b', 'a'], filter: '  ' })).toMatchObject({ events: ['a', 'b'], filter: null })
})

describe('updating', () => {
  test('fills nothing in', () => expect(updateWebhookInput.parse({})).toEqual({}))
  test('takes what is there, and null for a header to be removed', () => {
    const change = { is_active: false, headers: { 'X-A': null, 'X-B': 'b' }, rate_limit: null, description: null, secret: null }
    expect(updateWebhookInput.parse(change)).toEqual(change)
  })
  test.each([[{ organization_id: organization }, 'organization_id'], [{ id: 'x' }, 'id'], [{ name: '' }, 'name'], [{ headers: { 'webhook-id': null } }, 'headers.webhook-id']])(
    'refuses %j', (change, field) => expect(answer(updateWebhookInput, change)[1]).toBe(field))
})

test('no error gives a secret or a header value back', () => {
  const { error } = createWebhookInput.safeParse({ ...valid, secret: 'tiny-secret\0', headers: { 'X-Key': 'header-secret\n' } })
  expect(JSON.stringify(error?.issues)).not.toMatch(/tiny-secret|header-secret/)
})

describe('the other inputs', () => {
  const id = '01939f7e-7a00-7000-8000-000000000001'
  const from = '2026-11-20T00:00:00Z'
  test.each([
    [rollSecretInput, {}, { expire_old_in: 86_400 }],
    [rollSecretInput, { expire_old_in: 0, secret: 'correct-horse-battery' }, { expire_old_in: 0, secret: 'correct-horse-battery' }],
    [rollSecretInput, { expire_old_in: 604_801 }, null],
    [rollSecretInput, { expire_old_in: -1 }, null],
    [testInput, {}, { event_type: 'webhook.test' }],
    [testInput, { event_type: 'deal.created', data: { id: 1 } }, { event_type: 'deal.created', data: { id: 1 } }],
    [testInput, { data: [1] }, null],
    [resendInput, { delivery_ids: [id] }, { delivery_ids: [id], include_delivered: false }],
    [resendInput, { delivery_ids: [] }, null],
    [resendInput, { delivery_ids: ['1'] }, null],
    [resendInput, { delivery_ids: Array<string>(1_001).fill(id) }, null],
    [replayInput, { from }, { from, states: ['failed'], dry_run: false }],
    [replayInput, { from, to: '2026-11-20T00:00:00+01:00' }, null],
    [replayInput, { from, to: '2026-11-19T23:30:00-01:00' }, { from, to: '2026-11-19T23:30:00-01:00', states: ['failed'], dry_run: false }],
    [replayInput, { from: '2026-11-20' }, null],
    [replayInput, { from, states: ['pending'] }, null],
    [replayInput, { from, states: [] }, null],
    [replayInput, { from, event_types: ['deal.created'], dry_run: true }, { from, states: ['failed'], event_types: ['deal.created'], dry_run: true }],
    [replayInput, { from, until: from }, null],
  ])('%#', (schema, input, output) => {
    const parsed = schema.safeParse(input)
    expect(parsed.success ? parsed.data : null).toEqual(output)
  })
})

describe('a refusal', () => {
  test('has the status of its code', () => {
    const refusal = new Refusal('name_taken', 'You already have a webhook called “CRM sync”.', 'name')
    expect([refusal.status, refusalBody(refusal)]).toEqual([
      409, { error: { code: 'name_taken', message: 'You already have a webhook called “CRM sync”.', field: 'name' } },
    ])
  })
  test('has no field when none is at fault', () => {
    expect(refusalBody(new Refusal('not_found', 'There is no such webhook.'))).toEqual({ error: { code: 'not_found', message: 'There is no such webhook.' } })
  })
  test('is known by its code', () => {
    expect(Object.keys(REFUSALS).every(isRefusalCode)).toBe(true)
    expect(['toString', '', 'nope'].some(isRefusalCode)).toBe(false)
  })
})
