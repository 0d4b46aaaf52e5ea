/** A piece of code with the class that colors it; null: plain. */
export type Token = [kind: 'key' | 'string' | 'number' | 'word' | 'comment' | null, text: string]

const json = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g

/** Colors JSON. Text that is no JSON comes back whole: every character of the input is in the output, in order. */
export function jsonTokens(text: string): Token[] {
  return tokens(text, json, ([, string, colon, word, number]) => {
    if (string !== undefined) return colon === undefined ? [['string', string]] : [['key', string], [null, colon]]
    return word !== undefined ? [['word', word]] : [['number', number ?? '']]
  })
}

const words = 'import|from|export|const|let|var|function|return|await|async|new|if|else|throw|for|of|in|not|def|class|type|interface|func|package|end|require|require_once|use|namespace|echo|raise|except|try|do|then|fi|null|nil|None|true|false|True|False|err'
const code = new RegExp(
  `((?:^|(?<=\\s))(?:#(?!\\{)|\\/\\/)[^\\n]*|\\/\\*[^]*?\\*\\/|"""[^]*?""")|("(?:\\\\.|[^"\\\\\\n])*"|'(?:\\\\.|[^'\\\\\\n])*'|\`(?:\\\\.|[^\`\\\\])*\`)|\\b(${words})\\b|\\b(\\d[\\d_.]*)\\b`, 'gm',
)

/** Colors source code well enough to read: comments, strings, numbers and the words that languages reserve. */
export function codeTokens(text: string): Token[] {
  return tokens(text, code, ([, comment, string, word, number]) => {
    if (comment !== undefined) return [['comment', comment]]
    if (string !== undefined) return [['string', string]]
    return word !== undefined ? [['word', word]] : [['number', number ?? '']]
  })
}

function tokens(text: string, pattern: RegExp, read: (match: RegExpExecArray) => Token[]): Token[] {
  const found: Token[] = []
  let end = 0
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) found.push([null, text.slice(end, match.index)])
    found.push(...read(match))
    end = match.index + match[0].length
  }
  if (end < text.length) found.push([null, text.slice(end)])
  return found
}
