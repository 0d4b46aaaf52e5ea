import { inLanguage } from '../words/locale.ts'

const collator = inLanguage((language) => new Intl.Collator(language, { numeric: true }))

/** For sorting by name as people do: "Hook 2" before "Hook 13", "Äpfel" beside "Apfel", and whatever the case. */
export const byName = (a: { name: string }, b: { name: string }): number => collator().compare(a.name, b.name)
