import { locale } from '../words/locale.ts'

let collator: { language: string; compare: Intl.Collator['compare'] } | null = null

/** For sorting by name as people do: "Hook 2" before "Hook 13", "Äpfel" beside "Apfel", and whatever the case. */
export function byName(a: { name: string }, b: { name: string }): number {
  if (collator?.language !== locale.language) collator = { language: locale.language, compare: new Intl.Collator(locale.language, { numeric: true }).compare }
  return collator.compare(a.name, b.name)
}
