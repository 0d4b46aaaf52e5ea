// Every text a person reads, by key. One file per screen; `every_screen.ts` has what all of them say.
import { createElement, Fragment, type ReactNode } from 'react'
import { inLanguage, locale, translation } from './locale.ts'

/** Chosen by the plural rules of the language, by the number `n`. */
export type Plural = { one: string; other: string }
export type Message = string | Plural
export type Messages = Record<string, Message>

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never
type Parameters<M> = M extends string ? NamesIn<M> : M extends Plural ? 'n' | NamesIn<M['one']> | NamesIn<M['other']> : never
type Given<M, Value> = [Parameters<M>] extends [never]
  ? []
  : [{ [Name in Parameters<M>]: Name extends 'n' ? (M extends Plural ? number : Value) : Value }]

export type Words<M extends Messages> = {
  /** The text of a key, with its `{parameters}` filled in. Numbers are written the way of the language. */
  <Key extends keyof M & string>(key: Key, ...given: Given<M[Key], string | number>): string
  /** The same with elements as parameters: a link in the middle of a sentence. */
  rich: <Key extends keyof M & string>(key: Key, ...given: Given<M[Key], ReactNode>) => ReactNode
  /** The text of a key that was made from a code of the server; null when there is none. */
  find: (key: string, parameters?: Record<string, string | number>) => string | null
  messages: M
}

// Letters that are written from right to left, and the characters that turn what follows them.
const TURNS = /[\u0590-\u08FF\u200F\u202A-\u202E\u2066-\u2069\uFB1D-\uFDFF\uFE70-\uFEFC]|[\uD802\uD803\uD83A\uD83B]/

/** A name that is written the other way, or says that what follows is, keeps to itself and leaves the sentence around it as it is. */
const isolated = (value: string) => (TURNS.test(value) ? `\u2068${value}\u2069` : value)

/** Makes the `t` of one screen. Keys begin with the screen's name, so that no two files share one. */
export function catalog<const M extends Messages>(messages: M): Words<M> {
  const pieces = (key: string, parameters: Record<string, ReactNode> = {}): ReactNode[] => {
    const message = translation(key) ?? messages[key] ?? key
    const text = typeof message === 'string' ? message : message[pluralForm(Number(parameters.n))]
    return text.split(/(\{\w+\})/).map((piece) => {
      const name = /^\{(\w+)\}$/.exec(piece)?.[1]
      if (name === undefined) return locale.dress(piece)
      const value = parameters[name]
      return typeof value === 'number' ? numbers().format(value) : typeof value === 'string' ? isolated(value) : (value ?? piece)
    })
  }
  const t = (key: string, parameters?: Record<string, ReactNode>) => pieces(key, parameters).join('')
  return Object.assign(t, {
    rich: (key: string, parameters?: Record<string, ReactNode>) =>
      createElement(Fragment, null, ...pieces(key, parameters).map((piece, index) => createElement(Fragment, { key: index }, piece))),
    find: (key: string, parameters?: Record<string, ReactNode>) => (Object.hasOwn(messages, key) ? t(key, parameters) : null),
    messages,
  }) as unknown as Words<M>
}

const numbers = inLanguage((language) => new Intl.NumberFormat(language))
const plurals = inLanguage((language) => new Intl.PluralRules(language))
const pluralForm = (n: number): keyof Plural => (plurals().select(n) === 'one' ? 'one' : 'other')
