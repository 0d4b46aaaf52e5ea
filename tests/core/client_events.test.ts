// The types of the client library against the registry that they are made from, and against every sample.
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { EVENT_NAMES, type ContactCreatedData, type EventName, type EventTypes, type TablehookEvent } from '../../client/src/index.ts'
import { EVENT_TYPES, type EventType } from '../../functions/core/event_types.ts'
import { clientEvents } from '../../local/gen_client.ts'
import { typeOf } from '../../local/schema_as_type.ts'

test('client/src/events.ts is what npm run gen:client would write', () => {
  expect(readFileSync('client/src/events.ts', 'utf8')).toBe(clientEvents(EVENT_TYPES))
})

test('a changed registry makes other types', () => {
  const [first, ...rest] = EVENT_TYPES as readonly EventType[]
  expect(clientEvents([{ ...first!, name: 'contact.invented' }, ...rest])).not.toBe(clientEvents(EVENT_TYPES))
})

test('the names are those of the catalog, in its order', () => expect(EVENT_NAMES).toEqual(EVENT_TYPES.map(({ name }) => name)))

test('what cannot be said in TypeScript is refused, not left out', () => {
  expect(() => typeOf({ not: {} } as never)).toThrow('cannot say this')
})

// The compiler, on samples that are written out as code: an object literal may have no key that its type lacks, and must have every other.
test('every sample fits its type, and no type has a column that the sample lacks', () => {
  const source = `import type { TablehookEvent } from './client/src/index.ts'\n` + EVENT_TYPES.map(({ name, sample }) =>
    `export const _${name.replaceAll('.', '_')}: Required<TablehookEvent<'${name}'>>['data'] = ${JSON.stringify(sample.data)}\n` +
    (sample.previous ? `export const _${name.replaceAll('.', '_')}_previous: Required<TablehookEvent<'${name}'>>['previous'] = ${JSON.stringify(sample.previous)}\n` : '')).join('')
  expect(errorsIn(source)).toEqual([])
  expect(errorsIn(source.replace('"lifecycle":"lead"', '"lifecycle":"leading"'))).not.toEqual([])
}, 60_000)

/** What the compiler says about a file that does not exist, in the root of the project. */
function errorsIn(source: string): string[] {
  const file = `${process.cwd()}/_samples.ts`
  const options: ts.CompilerOptions = {
    strict: true, noEmit: true, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, target: ts.ScriptTarget.ES2022,
    allowImportingTsExtensions: true, exactOptionalPropertyTypes: true, skipLibCheck: true, types: [],
  }
  const host = ts.createCompilerHost(options)
  const [read, exists] = [host.getSourceFile, host.fileExists]
  host.fileExists = (name) => name === file || exists(name)
  host.getSourceFile = (name, ...rest) => name === file ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : read(name, ...rest)
  const program = ts.createProgram([file], options, host)
  return ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}

declare module '../../client/src/events.ts' {
  interface EventTypes {
    'invoice.created': { data: { number: string; total: number } }
  }
}

describe('TablehookEvent', () => {
  const event = {} as TablehookEvent

  test('is told apart by its name', () => {
    if (event.event === 'contact.created') {
      expectTypeOf(event.data).toEqualTypeOf<ContactCreatedData>()
      // @ts-expect-error: the event is no change
      void event.previous
    }
    if (event.event === 'deal.stage.changed') {
      expectTypeOf(event.data.stage).toEqualTypeOf<'new' | 'qualified' | 'proposal' | 'negotiation' | 'won' | 'lost'>()
      expectTypeOf(event.previous?.stage).toEqualTypeOf<typeof event.data.stage | undefined>()
    }
    // What it was may be what it cannot be now.
    if (event.event === 'message.delivered') {
      expectTypeOf(event.data.status).toEqualTypeOf<'delivered'>()
      expectTypeOf(event.previous?.status).toEqualTypeOf<'queued' | 'sent' | 'delivered' | 'read' | 'failed' | undefined>()
    }
    if (event.event === 'contact.assigned') expectTypeOf(event.previous?.assigned_to).toEqualTypeOf<string | null | undefined>()
    if (event.event === 'zoom.recording.completed') expectTypeOf(event.previous?.recording_status).toEqualTypeOf<string | undefined>()
    // @ts-expect-error: there is no such event
    if (event.event === 'contact.exploded') void event
  })

  test('has the events that somebody adds for their own tables', () => {
    if (event.event === 'invoice.created') expectTypeOf(event.data.total).toEqualTypeOf<number>()
    expectTypeOf<'invoice.created'>().toExtend<EventName>()
    expectTypeOf<EventTypes['contact.created']['data']>().toEqualTypeOf<ContactCreatedData>()
  })
})
