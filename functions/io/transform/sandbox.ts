// Where transformations run: JSONata inside QuickJS inside WebAssembly. What runs there has no globals of ours, no clock and no dice, a
// memory of its own, and a number of steps that is the same on every machine: an expression that is too long is too long at each attempt.
import variant from '@jitl/quickjs-singlefile-mjs-release-sync'
import { newQuickJSWASMModuleFromVariant, type QuickJSContext, type QuickJSRuntime } from 'quickjs-emscripten-core'
import {
  MAX_TRANSFORM_INPUT, MAX_TRANSFORM_OUTPUT, type Transform, type Transformed, type TransformProblem, type TransformTask,
} from '../../core/payload/transform.ts'
import { JSONATA_SOURCE } from './jsonata_source.ts'
import { REALM_SOURCE } from './realm.ts'

/** QuickJS asks whether to go on once per 10,000 jumps and calls. Measured: that is 1 to 2 ms, and most expressions need less than one. */
const MOST_ASKINGS = 40
/** Besides, for the few operations that are slow in one step, and for a machine that is. */
const MOST_MS = 500
const MEMORY_BYTES = 8 * 1024 * 1024
const STACK_BYTES = 256 * 1024
/** Each keeps an expression compiled, in a WebAssembly memory of its own: some 3 MB, and 50 ms to make. */
const MOST_REALMS = 32

/** `run` blocks while it evaluates: most often a millisecond, at most half a second. */
export type Sandbox = Transform

type Realm = { runtime: QuickJSRuntime; context: QuickJSContext; prepared: Answer }
type Answer = { ok: true; output?: string } | { ok: false; problem: TransformProblem }

/** `ticks`: milliseconds that only ever grow. */
export function openSandbox(ticks: () => number): Sandbox {
  /** Least lately used first. */
  const realms = new Map<string, Promise<Realm>>()

  /** An expression never meets what another one left behind: neither in its world, nor in the memory beneath. */
  function realmOf(name: string, expression: string): Promise<Realm> {
    const realm = realms.get(name) ?? openRealm(expression, ticks)
    realms.delete(name)
    realms.set(name, realm)
    const [oldest] = realms.keys()
    if (realms.size > MOST_REALMS) realms.delete(oldest!)
    realm.catch(() => realms.delete(name))
    return realm
  }

  return {
    async run({ key, expression, input, at, seed }: TransformTask): Promise<Transformed> {
      if (input.length > MAX_TRANSFORM_INPUT) return refused('too_large', 'The event is larger than 256 KB, which is the most a transformation can take')
      const name = `${key} ${expression}`
      const realm = await realmOf(name, expression)
      const answer = realm.prepared.ok ? ask(realm, ticks, 'evaluate', [input, at, seed]) : realm.prepared
      // Whatever ran out may have left something half done. QuickJS cannot be closed then, so its memory goes as a whole.
      if (!answer.ok && answer.problem.code === 'too_much') realms.delete(name)
      if (!answer.ok) return answer
      const output = answer.output ?? ''
      return output.length > MAX_TRANSFORM_OUTPUT ? refused('too_large', 'The result is larger than 256 KB') : { ok: true, output }
    },
    async check(expression) {
      const { prepared } = await openRealm(expression, ticks)
      return prepared.ok ? null : prepared.problem
    },
  }
}

function refused(code: TransformProblem['code'], message: string): Transformed {
  return { ok: false, problem: { code, message, position: null } }
}

async function openRealm(expression: string, ticks: () => number): Promise<Realm> {
  const runtime = (await newQuickJSWASMModuleFromVariant(variant)).newRuntime()
  const context = runtime.newContext()
  runtime.setMaxStackSize(STACK_BYTES)
  const load = `globalThis.module = { exports: {} }; globalThis.exports = module.exports; ${JSONATA_SOURCE}`
  context.unwrapResult(context.evalCode(load, 'jsonata.js')).dispose()
  context.unwrapResult(context.evalCode(REALM_SOURCE, 'realm.js')).dispose()
  runtime.setMemoryLimit(MEMORY_BYTES)
  return { runtime, context, prepared: ask({ runtime, context }, ticks, 'prepare', [expression]) }
}

/** Calls a function of the realm, lets all that follows from it happen, and reads the answer. */
function ask({ runtime, context }: Pick<Realm, 'runtime' | 'context'>, ticks: () => number, name: 'prepare' | 'evaluate', values: readonly (string | number)[]): Answer {
  const endsAt = ticks() + MOST_MS
  let askings = 0
  runtime.setInterruptHandler(() => ++askings > MOST_ASKINGS || ticks() > endsAt)
  const called = context.getProp(context.global, name)
  const given = values.map((value) => (typeof value === 'string' ? context.newString(value) : context.newNumber(value)))
  const result = context.callFunction(called, context.undefined, ...given)
  for (const handle of [called, ...given]) handle.dispose()
  let broke = result.error !== undefined
  result.dispose()
  while (!broke && runtime.hasPendingJob()) {
    const jobs = runtime.executePendingJobs(1_000)
    broke = jobs.error !== undefined || askings > MOST_ASKINGS
    jobs.dispose()
  }
  const answer = context.getProp(context.global, 'answer')
  const text = context.typeof(answer) === 'string' ? context.getString(answer) : ''
  answer.dispose()
  return said(broke ? '' : text)
}

/** Of what stops it the sandbox says no more than that: which limit it was depends on the order of things. */
function said(text: string): Answer {
  const answer: Answer = text === '' ? { ok: false, problem: { code: 'too_much', message: '', position: null } } : JSON.parse(text) as Answer
  if (answer.ok || answer.problem.code !== 'too_much') return answer
  return { ok: false, problem: { ...answer.problem, message: 'It takes too many steps, or too much memory' } }
}
