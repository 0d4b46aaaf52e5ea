// The script that prepares the sandbox's world after JSONata was loaded into it as `module.exports`, in the language of the sandbox: it
// is text, and imports nothing. The sandbox counts steps and bytes of what runs in there; this sees to what those two do not catch.

/** Leaves `prepare(expression)` and `evaluate(input, at, seed)` behind, which put their answers into `answer`. */
export const REALM_SOURCE = String.raw`(() => {
  'use strict'
  const jsonata = globalThis.module.exports
  delete globalThis.module
  delete globalThis.exports

  // Steps are counted between operations. These work through long texts and lists in one: a search may compare each character of
  // a text with each of the other, and joining is how $pad() makes a text of any length.
  const MOST_COMPARISONS = 50e6
  const MOST_JOINED = 300e3
  let comparisons = 0
  const tooMuch = () => new RangeError('out of steps')
  const guard = (prototype, name, isTooMuch) => {
    const native = prototype[name]
    prototype[name] = function (...given) {
      if (isTooMuch(this, given)) throw tooMuch()
      return Reflect.apply(native, this, given)
    }
  }
  const isLongSearch = (text, [sought]) => typeof sought === 'string' && (comparisons += text.length * sought.length) > MOST_COMPARISONS
  for (const name of ['indexOf', 'lastIndexOf', 'includes', 'split', 'replace']) guard(String.prototype, name, isLongSearch)
  guard(Array.prototype, 'join', (list) => list.length > MOST_JOINED)

  // The same event gives the same text at each attempt.
  let now = 0
  let dice = 0
  const SystemDate = Date
  globalThis.Date = class Date extends SystemDate {
    constructor(...given) { super(...(given.length === 0 ? [now] : given)) }
    static now() { return now }
  }
  Math.random = () => {
    dice = (dice + 0x6d2b79f5) | 0
    let mixed = Math.imul(dice ^ (dice >>> 15), 1 | dice)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const numberOf = (text) => [...text].reduce((hash, sign) => Math.imul(hash ^ sign.codePointAt(0), 16777619), 2166136261) | 0

  // What JSONata looks for in its host, and a sandbox has not.
  const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  globalThis.window = {
    btoa(text) {
      let coded = ''
      for (let at = 0; at < text.length; at += 3) {
        const [a, b, c] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)]
        if (a > 255 || b > 255 || c > 255) throw new Error('Only Latin-1 text can be encoded')
        coded += SIGNS[a >> 2] + SIGNS[((a & 3) << 4) | (b >> 4)] + (b >= 0 ? SIGNS[((b & 15) << 2) | (c >> 6)] : '=') + (c >= 0 ? SIGNS[c & 63] : '=')
      }
      return coded
    },
    atob(text) {
      let decoded = ''
      let bits = 0
      let count = 0
      for (const sign of text) {
        const value = SIGNS.indexOf(sign)
        if (value < 0) { if (sign === '=' || /\s/.test(sign)) continue; throw new Error('This is not Base64') }
        bits = (bits << 6) | value
        count += 6
        if (count >= 8) { count -= 8; decoded += String.fromCharCode((bits >> count) & 255) }
      }
      return decoded
    },
  }

  const problemOf = (error) => {
    const message = String(error?.message ?? error)
    const isTooMuch = message === 'out of steps' || message === 'interrupted' || message === 'out of memory' || error?.code === 'D1011'
      || error instanceof InternalError || error instanceof RangeError
    return { code: isTooMuch ? 'too_much' : 'failed', message, position: typeof error?.position === 'number' ? error.position : null }
  }

  let compiled
  globalThis.answer = ''
  globalThis.prepare = (expression) => {
    comparisons = 0
    try {
      compiled = jsonata(expression)
      compiled.registerFunction('eval', () => { throw new Error('$eval() isn’t available in transformations') })
      globalThis.answer = '{"ok":true}'
    } catch (error) {
      const { code, ...problem } = problemOf(error)
      globalThis.answer = JSON.stringify({ ok: false, problem: { ...problem, code: code === 'failed' ? 'syntax' : code } })
    }
  }

  const finish = (problem) => { globalThis.answer = JSON.stringify({ ok: false, problem }) }
  // JSONata's functions are objects, and no JSON.
  const isFunction = (value) => typeof value === 'function' || Boolean(value?._jsonata_function || value?._jsonata_lambda)
  const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !isFunction(value)
  const kindOf = (value) => (value === undefined ? 'nothing' : value === null ? 'null' : Array.isArray(value) ? 'a list' : isFunction(value) ? 'a function' : 'a ' + typeof value)
  // With a function between, each value that is written is a step.
  const plain = (_, value) => (isFunction(value) ? undefined : value)
  globalThis.evaluate = (input, at, seed) => {
    globalThis.answer = ''
    comparisons = 0
    now = at
    dice = numberOf(seed)
    compiled.evaluate(JSON.parse(input)).then((value) => {
      if (!isObject(value)) return finish({ code: 'no_object', message: 'The result must be an object, and it is ' + kindOf(value), position: null })
      globalThis.answer = '{"ok":true,"output":' + JSON.stringify(JSON.stringify(value, plain)) + '}'
    }).catch((error) => finish(problemOf(error)))
  }
})()`
