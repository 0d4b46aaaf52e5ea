// What the README and docs/ say, held against the code that it is about.
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ALLOWED_PORTS } from '../../functions/core/address.ts'
import { FORMAT_NAMES, renderBody, requestHeaders } from '../../functions/core/envelope.ts'
import { EVENT_TYPES } from '../../functions/core/event_types.ts'
import { ERROR_CODES } from '../../functions/core/outcome.ts'
import { REFUSALS } from '../../functions/core/refusal.ts'
import { RETRY_POLICIES } from '../../functions/core/retry.ts'
import { newSecretText, parseSecret } from '../../functions/core/signature.ts'
import { VERSION } from '../../functions/core/version.ts'
import { fieldRows } from '../support/field_rows.ts'

const root = path.resolve(import.meta.dirname, '../..')
const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8')
const pages = ['README.md', ...fs.readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)]

/** The first cells, without backticks, of the table whose first heading cell is given. */
function column(page: string, heading: string, nth = 0): string[] {
  const lines = page.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`))
  if (start === -1) throw new Error(`there is no table “${heading}”`)
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'))
  return lines.slice(start + 2, end).map((line) => line.split(' | ')[nth]!.replace(/^\| | \|$/g, '').replaceAll('`', '').trim())
}

describe('docs/events.md', () => {
  const page = read('docs/events.md')
  const sections = new Map(page.split(/^### /m).slice(1).map((text) => [/^`([^`]+)`/.exec(text)?.[1] ?? '', text.split(/^## /m)[0]!]))

  test('has every event type, in the order of the picker, and no other', () => {
    expect([...sections.keys()]).toEqual(EVENT_TYPES.map(({ name }) => name))
  })

  test.each(EVENT_TYPES.map((type) => [type.name, type] as const))('describes %s as the code does', (name, { description, direction, sample: { data, previous } }) => {
    const section = sections.get(name)!
    expect(section).toContain(`\n${description} *${direction}*\n`)
    expect(section).toMatch(/^\*\*Fires when:\*\* .{20,}/m)
    expect(JSON.parse(/```json\n([^]*?)```/.exec(section)?.[1] ?? '{}')).toEqual({ data, ...(previous && { previous }) })
    expect(page).toContain(`| [\`${name}\`](#${name.replaceAll('.', '')}) | ${direction} | ${description} |\n`)
  })

  test('says of every field what the code says, under the heading of its types or of their category, and of no other', () => {
    const rows = fieldRows(EVENT_TYPES)
    for (const [name, own] of rows) {
      const [category = ''] = page.split(/^## /m).filter((part) => part.includes(`\n### \`${name}\`\n`))
      const about = `${category.split(/^### /m)[0]}${sections.get(name)}`
      for (const row of own) expect(about, name).toContain(`\n${row}\n`)
    }
    expect(page.split('\n').filter((line) => /^\| `[a-z_]+` \| /.test(line)).sort()).toEqual(
      [...new Set(EVENT_TYPES.flatMap(({ name, category }) => rows.get(name)!.map((row) => `${category} ${row}`)))].map((row) => row.slice(row.indexOf('|'))).sort())
  })

  test('has every type that the rules of the demo can fire', () => {
    const rules = read('supabase/migrations/20261121000300_crm_attach.sql')
    const fired = [...rules.matchAll(/"type": "([^"]+)"/g)].map(([, type]) => type)
    expect(fired.length).toBeGreaterThan(20)
    for (const type of fired) expect([...sections.keys()]).toContain(type)
  })
})

describe('docs/receiving.md', () => {
  const page = read('docs/receiving.md')
  const event = { id: 'id', type: 'a.b', occurredAt: '2026-11-21T09:30:00.000Z', organizationId: 'o', data: '{}', previous: '{}', context: null }

  test('has the retry schedules', () => {
    const words = (ms: number | undefined) => ms === undefined ? '–' : ms < 60_000 ? `${ms / 1_000} s` : ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`
    const longest = Math.max(...Object.values(RETRY_POLICIES).map((delays) => delays.length))
    for (const [nth, policy] of (['standard', 'three', 'none'] as const).entries()) {
      const delays: readonly number[] = RETRY_POLICIES[policy]
      expect(column(page, 'after failed attempt', nth + 1)).toEqual(Array.from({ length: longest }, (_, at) => words(delays[at])))
    }
    expect(Object.keys(RETRY_POLICIES)).toEqual(['standard', 'three', 'none'])
  })

  test('has every header that is sent, and no other', () => {
    const secrets = [parseSecret(newSecretText(new Uint8Array(32)))]
    const sent = requestHeaders({ format: 'standard', event, body: '{}', attempt: 1, sentAt: new Date(0), secrets, customHeaders: {}, version: VERSION })
    expect(column(page, 'header').sort()).toEqual(Object.keys(sent).sort())
  })

  test('has every format, with the keys of its body', () => {
    const bodies = column(page, 'format', 1)
    expect(column(page, 'format')).toEqual(FORMAT_NAMES)
    for (const [nth, format] of FORMAT_NAMES.entries()) {
      const keys = /\{([^}]+)\}/.exec(bodies[nth]!)?.[1]?.replace('?', '').split(', ')
      expect(keys).toEqual(Object.keys(JSON.parse(renderBody(format, event)) as object))
    }
  })

  test('has every error code, and the ports', () => {
    expect(column(page, 'code').sort()).toEqual([...ERROR_CODES].sort())
    expect(page).toContain(`port ${ALLOWED_PORTS.slice(0, -1).join(', ')} or ${ALLOWED_PORTS.at(-1)}`)
  })
})

test('docs/api.md has every refusal with its status', () => {
  const page = read('docs/api.md')
  const statuses = column(page, 'code', 1)
  expect(Object.fromEntries(column(page, 'code').map((code, at) => [code, Number(statuses[at])]))).toEqual(REFUSALS)
})

test('docs/states.md has the states that the database knows', () => {
  const partitions = [...read('supabase/migrations/20261121000130_webhooks_outbox.sql').matchAll(/of webhooks\.deliveries for values in \(([^)]+)\)/g)]
  expect(column(read('docs/states.md'), 'state')).toEqual(partitions.flatMap(([, states]) => states!.replaceAll("'", '').split(', ')))
})

describe('README.md', () => {
  const page = read('README.md')

  test('shows the SQL of docs/first_event.sql', () => {
    expect(/```sql\n([^]*?)```/.exec(page)?.[1]).toBe(read('docs/first_event.sql'))
  })

  test('has every command of package.json, and no other', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const written = column(page, 'command').flatMap((cell) => cell.split(', ')).map((command) => command.replace(/^npm (run )?/, ''))
    // `typecheck:functions` is a part of `typecheck`.
    expect(written.sort()).toEqual(Object.keys(scripts).filter((name) => name !== 'typecheck:functions').sort())
  })

  test('says the standard retry schedule in words', () => {
    expect(page).toContain('after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h')
    expect(RETRY_POLICIES.standard).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map((seconds) => seconds * 1_000))
  })
})

test('docs/decisions/README.md lists every decision by its title', () => {
  const files = fs.readdirSync(path.join(root, 'docs/decisions')).filter((file) => /^\d{4}-/.test(file)).sort()
  const rows = [...read('docs/decisions/README.md').matchAll(/^\| (\d+) \| \[(.+)\]\((.+)\) \|$/gm)].map(([, number, title, file]) => [file, `# ${number}. ${title}`])
  expect(rows).toEqual(files.map((file) => [file, read(`docs/decisions/${file}`).split('\n')[0]]))
  for (const file of files) {
    for (const part of ['Context', 'Options', 'Decision', 'Turned down', 'Consequences']) expect(read(`docs/decisions/${file}`), file).toContain(`**${part}.**`)
  }
})

describe.each(pages)('the links of %s', (page) => {
  test('lead somewhere', () => {
    const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target).filter((target) => !/^https?:/.test(target))
    for (const link of links) {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? page : path.join(path.dirname(page), file)
      expect(fs.existsSync(path.join(root, target)), `${page}: ${link}`).toBe(true)
      if (anchor !== undefined) expect(anchors(read(target)), `${page}: ${link}`).toContain(anchor)
    }
  })
})

const withoutCode = (page: string) => page.replace(/```[^]*?```|<!--[^]*?-->/g, '')

/** Anchors as GitHub makes them from headings. */
function anchors(page: string): string[] {
  return [...withoutCode(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-'))
}
