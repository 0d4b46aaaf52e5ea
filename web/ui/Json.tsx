import { useMemo } from 'react'
import { Code } from './Code.tsx'

/** A body as it came: JSON is indented and colored, anything else is shown as text. Never rendered as HTML. */
export function Json({ text, label, wrappable = true, short = false }: { text: string; label: string; wrappable?: boolean; short?: boolean }) {
  const shown = useMemo(() => indented(text), [text])
  return <Code text={shown ?? text} label={label} language={shown === null ? 'text' : 'json'} wrappable={wrappable} short={short} />
}

/** Null when the text is no JSON, or too large to be worth parsing. */
function indented(text: string): string | null {
  if (text.length > 1_000_000) return null
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return null
  }
}
