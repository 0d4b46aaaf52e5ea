import { t } from '../words/test.ts'

export type ParsedObject = { ok: true; value: Record<string, unknown> } | { ok: false; problem: string }

/** Reads a JSON object that a person typed, and says where and what is wrong with it. */
export function parseObject(text: string): ParsedObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    return { ok: false, problem: t('test.json_line', { line: lineOf(message, text), problem: problemIn(message) }) }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, problem: t('test.json_object') }
  return { ok: true, value: value as Record<string, unknown> }
}

// Browsers agree on the facts but not on the words. Chromium gives a position, Firefox a line, Safari neither.
function lineOf(message: string, text: string): number {
  const line = /line (\d+)/.exec(message)?.[1]
  if (line !== undefined) return Number(line)
  const position = /position (\d+)/.exec(message)?.[1]
  return text.slice(0, position === undefined ? undefined : Number(position)).split('\n').length
}

function problemIn(message: string): string {
  if (/end of (JSON input|data)|Unexpected EOF|Unterminated/i.test(message)) return t('test.json_end')
  if (/','|comma/i.test(message)) return t('test.json_comma')
  if (/property name/i.test(message)) return t('test.json_name')
  if (/':'|colon/i.test(message)) return t('test.json_colon')
  return t('test.json_other')
}
