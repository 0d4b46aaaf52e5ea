// What an expression may not do to us: the sandbox with hostile expressions, alone and in a thread beside others.
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { problemSentence, type TransformTask } from '../../functions/core/payload/transform.ts'
import { openSandbox } from '../../functions/io/transform/sandbox.ts'
import { openTransformThreads } from '../../functions/io/transform/threads.ts'
import { jsonataModule } from '../../local/gen_jsonata.ts'

const ticks = () => performance.now()
const sandbox = openSandbox(ticks)
const task = (expression: string, changes: Partial<TransformTask> = {}): TransformTask => ({
  owner: 'organization', key: 'shape', expression, at: Date.parse('2026-11-21T09:30:00Z'), seed: 'event-1',
  input: '{"id":"e1","event":"deal.updated","timestamp":"2026-11-21T09:30:00.000Z","data":{"title":"Bread","items":[{"sku":"a","qty":2,"price":1.5},{"sku":"b","qty":1,"price":4}]},"previous":{"title":"Cake"}}',
  ...changes,
})
const run = async (expression: string, changes?: Partial<TransformTask>) => {
  const transformed = await sandbox.run(task(expression, changes))
  return transformed.ok ? JSON.parse(transformed.output) as unknown : `${transformed.problem.code}: ${transformed.problem.message}`
}

test('the text in the sandbox is that of the installed JSONata', () => {
  expect(readFileSync('functions/io/transform/jsonata_source.ts', 'utf8')).toBe(jsonataModule())
})

describe('what it is for', () => {
  test.each<[string, unknown]>([
    ['{"text": data.title & ", once " & previous.title, "total": $sum(data.items.(qty * price))}', { text: 'Bread, once Cake', total: 7 }],
    ['{"skus": data.items.sku, "many": data.items[qty > 1].sku}', { skus: ['a', 'b'], many: 'a' }],
    ['$merge([data, {"kind": event}])', expect.objectContaining({ title: 'Bread', kind: 'deal.updated' })],
    ['$ ~> |data|{"title": $uppercase(title)}, ["items"]|', expect.objectContaining({ data: { title: 'BREAD' } })],
    ['{"coded": $base64encode("any carnal pleas."), "back": $base64decode("YW55IGNhcm5hbCBwbGVhcy4=")}', { coded: 'YW55IGNhcm5hbCBwbGVhcy4=', back: 'any carnal pleas.' }],
    ['{"found": $match("a1b22", /[0-9]+/).match, "money": $formatNumber(1234.5, "#,##0.00")}', { found: ['1', '22'], money: '1,234.50' }],
    ['{"f": $sum, "g": function($x){$x}, "kept": 1}', { kept: 1 }],
  ])('%s', async (expression, wanted) => expect(await run(expression)).toEqual(wanted))

  test('clock and dice are the event’s: the same at every attempt', async () => {
    const expression = '{"now": $now(), "ms": $millis(), "dice": [$random(), $random()], "order": $shuffle([1..20])}'
    const first = await run(expression)
    expect(first).toMatchObject({ now: '2026-11-21T09:30:00.000Z', ms: Date.parse('2026-11-21T09:30:00Z') })
    expect(await run(expression)).toEqual(first)
    expect(await openSandbox(ticks).run(task(expression))).toEqual({ ok: true, output: JSON.stringify(first) })
    expect(await run(expression, { seed: 'event-2' })).not.toEqual(first)
  })
  test('Base64 is the same as everywhere', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 40 }), async (text) => {
      const input = JSON.stringify({ text })
      expect(await run('{"coded": $base64encode(text)}', { input })).toEqual({ coded: btoa(text) })
      expect(await run('{"text": $base64decode(text)}', { input: JSON.stringify({ text: btoa(text) }) })).toEqual({ text })
    }), { numRuns: 50 })
  })
})

describe('what is the matter', () => {
  test.each([
    ['{"a": ', 'syntax', 'Expected "}" before end of expression, at line 1, character 6.'],
    ['{\n  "a": $uppercase(1)\n}', 'failed', 'Argument 1 of function "uppercase" does not match function signature, at line 2, character 18.'],
    ['data.items', 'no_object', 'The result must be an object, and it is a list.'],
    ['nothing', 'no_object', 'The result must be an object, and it is nothing.'],
    ['"text"', 'no_object', 'The result must be an object, and it is a string.'],
    ['null', 'no_object', 'The result must be an object, and it is null.'],
    ...['function($x){ $x }', '$sum', '$substring(?, 1)', '/a/', '$map(?, $sum)', '$uppercase ~> $trim'].map((made): [string, string, string] => [made, 'no_object', 'The result must be an object, and it is a function.']),
    ['{"a": $eval("1")}', 'failed', '$eval() isn’t available in transformations, at line 1, character 12.'],
    ['{"a": $pad("", 200000, "a") & $pad("", 200000, "b")}', 'too_large', 'The result is larger than 256 KB.'],
  ])('%s', async (expression, code, sentence) => {
    const transformed = await sandbox.run(task(expression))
    if (transformed.ok) throw new Error(transformed.output)
    expect([transformed.problem.code, problemSentence(transformed.problem, expression)]).toEqual([code, sentence])
  })
  test('an event that is too large is not even read', async () => {
    expect(await run('{}', { input: `{"a":"${'x'.repeat(256 * 1024)}"}` })).toContain('too_large')
  })
  test('an expression is checked without an event', async () => {
    expect(await sandbox.check('{"a": data.title}')).toBeNull()
    expect(await sandbox.check('{"a": }')).toMatchObject({ code: 'syntax', position: expect.any(Number) as number })
  })
})

const dag = '$reduce([1..40], function($a, $i){ {"a": $a, "b": $a} }, 1)'
const hostile = {
  'recursion without end': '($f := function($x){ $f($x) + 1 }; {"x": $f(1)})',
  'a tail call without end': '($f := function($x){ $f($x) }; {"x": $f(1)})',
  'a huge range': '{"x": $sum([1..9999999])}',
  'a text that doubles': '{"x": $reduce([1..60], function($a, $i){ $a & $a }, "xxxxxxxxxx")}',
  'a list that doubles': '{"x": $count($reduce([1..60], function($a, $i){ $append($a, $a) }, [1]))}',
  'a small graph whose text is endless': `{"x": $string(${dag})}`,
  'the same as the result': dag,
  'the same, walked': `{"x": $count(${dag}.**)}`,
  'the same, compared': `($d := ${dag}; $e := ${dag}; {"x": $d = $e})`,
  'a pattern that backtracks': '{"x": $contains("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)}',
  'another one, in a replacement': '{"x": $replace($pad("", 50000, "ab"), /(a|ab)*c/, "")}',
  'a text of any length': '{"x": $pad("x", 1000000000)}',
  'a picture of any length': '{"x": $formatNumber(1, $pad("0", 1000000, "0"))}',
  'one long search': '($a := $pad("", 250000, "a"); $b := $pad("", 120000, "a") & "b"; {"x": $contains($a, $b)})',
  'many long searches': '($a := $pad("", 200000, "a"); $b := $pad("", 99, "a") & "b"; {"x": $map([1..100000], function($i){ $substringBefore($a, $b) })})',
  'a replacement that grows': '{"x": $length($replace($pad("", 100000, "a"), "a", $pad("", 1000, "b")))}',
  'a sort that never agrees': '{"x": $sort([1..20000], function($l, $r){ true })}',
  'everything with everything': '{"x": $count([1..3000]@$a.[1..3000]@$b.{"a": $a, "b": $b})}',
  'an object as deep as it gets': '$reduce([1..20000], function($a, $i){ {"a": $a} }, {"z": 1})',
  'five thousand brackets': `${'('.repeat(5_000)}1${')'.repeat(5_000)}`,
}

describe('what takes too much ends, soon, and by its steps rather than by the clock', () => {
  test.each(Object.entries(hostile))('%s', async (_, expression) => {
    await run('{"warm": 1}')
    const began = ticks()
    expect(await run(expression)).toMatch(/^too_much: It takes too many steps, or too much memory$/)
    // Twice what the sandbox allows itself, for a machine that is shared.
    expect(ticks() - began).toBeLessThan(2_000)
    expect(await run('{"still": "well"}')).toEqual({ still: 'well' })
  }, 20_000)
})

describe('there is no way out', () => {
  test.each([
    '{"x": constructor, "y": __proto__, "z": $lookup({}, "constructor"), "k": $keys(toString)}',
    '{"x": $$.constructor.constructor("return 1")()}',
    '($c := {}.constructor; {"x": $c("return 1")()})',
    '{"x": globalThis, "y": process, "z": Deno, "w": module, "v": window}',
    '{"x": $globalThis, "y": $process, "z": $jsonata, "w": $fetch, "v": $require("fs")}',
  ])('%s', async (expression) => {
    const got = await run(expression)
    expect(typeof got === 'string' ? got : JSON.stringify(got)).toMatch(/^(\{\}|failed: Attempted to invoke a non-function)$/)
  })
  test('keys with the names of prototypes are keys, and change nothing', async () => {
    const bad = '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}'
    await run(bad)
    await run(`$merge([${bad}, {"a": 1}])`)
    await run('$ ~> |$|{"__proto__": {"polluted": 1}}|')
    expect(await run('{"x": polluted, "y": {}.polluted, "z": $lookup({}, "polluted")}')).toEqual({})
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
  test('an expression finds nothing that another one left', async () => {
    await run('($left := "secret"; {"x": $left})')
    expect(await run('{"x": $left}')).toEqual({})
  })
})

describe('threads', () => {
  const threads = openTransformThreads({ ticks, most: 1 })
  afterAll(() => threads.close())

  test('start with the first task, and answer as the sandbox does', async () => {
    expect(threads.threads).toBe(0)
    expect(await threads.run(task('{"a": data.title}'))).toEqual({ ok: true, output: '{"a":"Bread"}' })
    expect(await threads.run(task('{"a": '))).toMatchObject({ ok: false, problem: { code: 'syntax' } })
    expect(threads.threads).toBe(1)
  }, 60_000)

  test('what one webhook asks for too much of waits behind what others ask for', async () => {
    const order: string[] = []
    const ask = (key: string, expression: string) => threads.run(task(expression, { key })).then(({ ok }) => order.push(`${key} ${ok}`))
    const greedy = Array.from({ length: 6 }, () => ask('greedy', hostile['recursion without end']))
    await Promise.all([...greedy, ask('modest', '{"a": 1}'), ask('other', '{"a": 2}')])
    expect(order.indexOf('modest true')).toBeLessThan(3)
    expect(order.indexOf('other true')).toBeLessThan(4)
    expect(order.filter((one) => one === 'greedy false')).toHaveLength(6)
  }, 60_000)

  test('nor do the many webhooks of one organization take the turns of another’s', async () => {
    const order: string[] = []
    const ask = (owner: string, key: string, expression: string) => threads.run(task(expression, { owner, key })).then(() => order.push(owner))
    const many = Array.from({ length: 20 }, (_, nth) => ask('many', `m${nth}`, `$sum([1..1000].($ * 2)) > ${nth} ? {"a": 1} : {}`))
    const few = Array.from({ length: 3 }, () => ask('few', 'f', '{"a": 1}'))
    await Promise.all([...many, ...few])
    expect(order.lastIndexOf('few')).toBeLessThan(7)
  }, 60_000)

  test('our own event loop goes on meanwhile', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 5)
    const began = ticks()
    await Promise.all(Array.from({ length: 5 }, () => threads.run(task(hostile['a pattern that backtracks']))))
    clearInterval(timer)
    // In one piece, five evaluations would have let none through.
    expect(turns).toBeGreaterThan((ticks() - began) / 5 / 5)
  }, 60_000)

  test('tasks that wait when the threads are closed are faults of ours', async () => {
    const own = openTransformThreads({ ticks, most: 1 })
    const waiting = Promise.allSettled([own.run(task('{"a": 1}')), own.run(task('{"a": 2}'))])
    await own.close()
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(own.run(task('{"a": 1}'))).rejects.toThrow('closed')
  }, 60_000)
})
