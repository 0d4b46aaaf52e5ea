/** More is not worth parsing for a look at it. */
const LONGEST = 1_000_000
/** Deeper, the white space outgrows what it orders: 14 KB of brackets would become 100 MB. */
const DEEPEST = 100

const pieces = /"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g

/**
 * JSON text with one value a line. Only white space is changed: numbers keep their digits, strings their escapes, names their order, so
 * that it still says what was sent. Null when it is no JSON, or too large or too deep to be worth it.
 */
export function indentJson(text: string): string | null {
  if (text.length > LONGEST || !isJson(text)) return null
  const lines: string[] = []
  let line = '', depth = 0, before = ''
  const next = () => {
    lines.push(line)
    line = '  '.repeat(depth)
  }
  for (const [piece] of text.matchAll(pieces)) {
    const closes = piece === '}' || piece === ']'
    if (closes) depth -= 1
    const wasOpened = before === '{' || before === '['
    if (closes ? !wasOpened : wasOpened || before === ',') next()
    line += piece === ':' ? ': ' : piece
    if (piece === '{' || piece === '[') depth += 1
    if (depth > DEEPEST) return null
    before = piece
  }
  return [...lines, line].join('\n')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
