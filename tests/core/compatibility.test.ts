// docs/compatibility.md, held against the tests that it names and the formats that it describes.
import fs from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { renderBody, type Format } from '../../functions/core/envelope.ts'
import { eventType, EVENT_TYPES } from '../../functions/core/event_types.ts'
import { sentName } from '../../functions/core/formats/index.ts'

const root = path.resolve(import.meta.dirname, '../..')
const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8')
const page = read('docs/compatibility.md')
const products = ['nativemsg', 'whatsable', 'libromi', 'caleida'] as const satisfies readonly Format[]

/** Rows of the tables whose last column is `test`, as cells. */
const rows = page.split('\n').filter((line) => line.startsWith('| ')).map((line) => line.slice(2, -2).split(' | '))
const statements = rows.filter((cells) => cells.length === 3 && cells[2] !== 'test')

/** Every title in a test file, of tests and of what they are in. */
function titlesOf(file: string): string[] {
  const titles: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(test|describe)\b/.test(node.expression.getText())) {
      const [title] = node.arguments
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true))
  return titles
}

describe('every statement names a test that exists:', () => {
  test.each(statements.map(([statement, , named]) => [statement!, named!]))('%s', (_, named) => {
    const [, file, title] = /^`(tests\/(?:core|db|engine|flow|web)\/\w+\.test\.ts)`: (.+)$/.exec(named) ?? []
    expect(file, named).toBeDefined()
    expect(titlesOf(file!)).toContain(title)
  })

  test('and there are as many as five products say', () => {
    expect(statements.length).toBeGreaterThan(120)
  })
})

test('the table of names is that of the formats', () => {
  const types = EVENT_TYPES.map(({ name }) => name)
  const written = rows.filter(([name = '', ...names]) => names.length === 4 && types.includes(name.replaceAll('`', '') as never)).map((cells) => cells.map((cell) => cell.replaceAll('`', '')))
  const renamed = types.filter((type) => products.some((format) => sentName(format, type) !== type))
  expect(written.map(([type]) => type).sort()).toEqual([...renamed].sort())
  for (const [type = '', ...names] of written) {
    expect(names, type).toEqual(products.map((format) => (sentName(format, type) === type ? '–' : sentName(format, type))))
  }
})

describe('the samples are what is sent', () => {
  const types: Record<string, (typeof EVENT_TYPES)[number]['name']> = { message_status: 'message.delivered' }
  const samples = [...page.matchAll(/^## (\w+)$([^]*?)(?=^## |\n$(?![^]))/gm)].flatMap(([, heading = '', section = '']) =>
    [...section.matchAll(/```json\n([^]*?)```/g)].map(([, text = '']) => ({ format: heading.toLowerCase() as Format, sample: JSON.parse(text) as Record<string, unknown> })))

  test.each(samples.map((one) => [one.format, one.sample.event ?? one.sample.type, one] as const))('%s: %s', (format, name, { sample }) => {
    const type = types[name as string] ?? 'message.received'
    const { data, previous, context } = eventType(type).sample
    const body = JSON.parse(renderBody(format, {
      id: sample.id as string, type, organizationId: 'o', occurredAt: type === 'message.delivered' ? '2026-11-18T08:17:31.250Z' : '2026-11-18T08:15:02.000Z',
      data: JSON.stringify(data), previous: previous ? JSON.stringify(previous) : null, context: JSON.stringify(context),
    }, () => 'sha256=…')) as Record<string, unknown>
    expect(body).toMatchObject(told(sample))
    expect(Object.keys(body)).toEqual(Object.keys(sample))
  })

  test('of every product', () => expect(new Set(samples.map(({ format }) => format))).toEqual(new Set(products)))

  /** Without the keys `...`, which stand for what the sample leaves out. */
  function told(value: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '...')
      .map(([key, inner]) => [key, typeof inner === 'object' && inner !== null ? told(inner as Record<string, unknown>) : inner]))
  }
})
