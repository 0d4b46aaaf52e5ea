// Leaves fields out of JSON text without parsing it: what stays keeps its bytes, so a number with twenty digits keeps all of them.

/** Keys to look for on one level. An empty tree ends a path. */
type Tree = Map<string, Tree>
type Choice = { tree: Tree; keep: boolean }

/** Compiles dotted paths for `selectFields`. `keep`: the named ones stay; else they go. A path that begins another covers it. */
export function fieldChoice(paths: readonly string[], keep: boolean): Choice {
  const root: Tree = new Map()
  for (const path of paths) {
    let tree = root
    const names = path.split('.')
    for (const [index, name] of names.entries()) {
      const inner = tree.get(name)
      if (inner?.size === 0) break
      if (index === names.length - 1) tree.set(name, new Map())
      else tree.set(name, tree = inner ?? new Map())
    }
  }
  return { tree: root, keep }
}

/** Compiles names of keys, taken as they are: with dots, too. Only they stay. */
export function keyChoice(names: readonly string[]): Choice {
  return { tree: new Map(names.map((name) => [name, new Map() as Tree])), keep: true }
}

/**
 * The same JSON object with only the chosen fields, or without them. Objects on the way to a chosen field stay, even empty; a path goes
 * through arrays to each of their elements. `json` is the text of an object, as Postgres renders it.
 */
export function selectFields(json: string, { tree, keep }: Choice): string {
  const copied = copyValue(json, skipSpace(json, 0), tree, keep)
  return copied.text ?? json
}

/** `text` null: leave it out. */
type Copied = { text: string | null; end: number }

function copyValue(json: string, at: number, tree: Tree, keep: boolean): Copied {
  if (json[at] === '{') return copyObject(json, at, tree, keep)
  if (json[at] === '[') return copyArray(json, at, tree, keep)
  // The path leads on, but nothing is in here: there is no such field.
  const end = endOfValue(json, at)
  return { text: keep ? null : json.slice(at, end), end }
}

function copyObject(json: string, start: number, tree: Tree, keep: boolean): Copied {
  const members: string[] = []
  let at = skipSpace(json, start + 1)
  while (json[at] !== '}') {
    const key = json.slice(at, endOfString(json, at))
    const valueAt = skipSpace(json, skipSpace(json, at + key.length) + 1)
    const inner = tree.get(nameOf(key))
    const { text, end } = inner === undefined ? wholeValue(json, valueAt, !keep)
      : inner.size === 0 ? wholeValue(json, valueAt, keep)
      : copyValue(json, valueAt, inner, keep)
    if (text !== null) members.push(`${key}:${text}`)
    at = skipSpace(json, end)
    if (json[at] === ',') at = skipSpace(json, at + 1)
  }
  return { text: `{${members.join(',')}}`, end: at + 1 }
}

function copyArray(json: string, start: number, tree: Tree, keep: boolean): Copied {
  const elements: string[] = []
  let at = skipSpace(json, start + 1)
  while (json[at] !== ']') {
    const { text, end } = copyValue(json, at, tree, keep)
    if (text !== null) elements.push(text)
    at = skipSpace(json, end)
    if (json[at] === ',') at = skipSpace(json, at + 1)
  }
  return { text: `[${elements.join(',')}]`, end: at + 1 }
}

function wholeValue(json: string, at: number, stays: boolean): Copied {
  const end = endOfValue(json, at)
  return { text: stays ? json.slice(at, end) : null, end }
}

/** Without recursion: only the levels that paths lead through cost stack. */
function endOfValue(json: string, start: number): number {
  let depth = 0
  for (let at = start; ;) {
    const sign = json[at]
    if (sign === undefined) throw new SyntaxError('The JSON text ends within a value.')
    if (sign === '"') at = endOfString(json, at)
    else if (sign === '{' || sign === '[') { depth++; at++ }
    else if (sign === '}' || sign === ']') { depth--; at++ }
    else if (depth > 0) at++
    else while (at < json.length && !',}] \n\r\t'.includes(json[at]!)) at++
    if (depth === 0) return at
  }
}

function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === '\\') at++
    else if (json[at] === '"') return at + 1
  }
  throw new SyntaxError('The JSON text ends within a string.')
}

function skipSpace(json: string, at: number): number {
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\r' || json[at] === '\t') at++
  return at
}

function nameOf(key: string): string {
  return key.includes('\\') ? JSON.parse(key) as string : key.slice(1, -1)
}
