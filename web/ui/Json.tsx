import { useMemo } from 'react'
import { Code } from './Code.tsx'
import { indentJson } from './indent_json.ts'

/** A body as it came: JSON is indented and colored, anything else is shown as text. Never rendered as HTML. Copied to the letter. */
export function Json({ text, label, wrappable = true, short = false }: { text: string; label: string; wrappable?: boolean; short?: boolean }) {
  const shown = useMemo(() => indentJson(text), [text])
  return <Code text={shown ?? text} copied={text} label={label} language={shown === null ? 'text' : 'json'} wrappable={wrappable} short={short} />
}
