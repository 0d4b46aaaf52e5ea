// The language of the screens. English is written in the catalogs; another language is one more record of the same keys.
import type { Message } from './catalog.ts'

export type Locale = {
  /** A BCP 47 tag, for `Intl` and the `lang` of the page. */
  language: string
  /** Texts of that language, by key. A missing one falls back to English. */
  messages: Record<string, Message>
  /** Changes each literal piece of a text. Only the pseudo-locale does. */
  dress: (piece: string) => string
}

const english: Locale = { language: 'en', messages: {}, dress: (piece) => piece }

// Accents show what is not in the catalog; the padding shows what does not fit (German runs about 40 % longer). It is made of
// words, since no language has one that is as long as 40 % of a sentence.
const WORD = '~~~~~~~ '
const accents: Record<string, string> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', A: 'Á', E: 'É', I: 'Í', O: 'Ó', U: 'Ú', n: 'ñ', c: 'ç' }
const padding = (length: number) => WORD.repeat(Math.ceil(length / WORD.length)).slice(0, Math.ceil(length)).trimEnd()
const pseudo: Locale = {
  ...english,
  dress: (piece) => (/[A-Za-z]{2}/.test(piece)
    ? `${piece.replace(/[aeiouAEIOUnc]/g, (letter) => accents[letter] ?? letter)}${padding(piece.trim().length * 0.4)}`
    : piece),
}

const named = (name: string | null): Locale => (name === 'pseudo' ? pseudo : english)

// Read at once and not from draw.tsx: some texts are looked up while modules load.
export let locale: Locale = named(typeof localStorage === 'undefined' ? null : localStorage.getItem('tablehook.locale'))

export function translation(key: string): Message | undefined {
  return locale.messages[key]
}

/** A format of `Intl` in the language of the screens, made once: making one takes thirty times as long as using it, and a log writes a hundred times. */
export function inLanguage<Format>(make: (language: string) => Format): () => Format {
  let made: { language: string; format: Format } | null = null
  return () => {
    if (made?.language !== locale.language) made = { language: locale.language, format: make(locale.language) }
    return made.format
  }
}

/** Chooses the language by name. Unknown names mean English. */
export function chooseLocale(name: string | null): void {
  locale = named(name)
  if (typeof document !== 'undefined') document.documentElement.lang = locale.language
}
