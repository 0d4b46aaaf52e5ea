// What a person chooses for this browser: kept there, and the same in all of its tabs.
import { useSyncExternalStore } from 'react'

export type StoredChoice<Value extends string> = {
  get: () => Value
  set: (value: Value) => void
  /** Calls back whenever something else is chosen, be it in another tab, until the answer is called. */
  watch: (listener: () => void) => () => void
}

/** A choice between a few words. The first is that of whoever has not chosen. */
export function storedChoice<const Value extends string>(storedAs: string, values: readonly [Value, ...Value[]]): StoredChoice<Value> {
  const listeners = new Set<() => void>()
  // Kept: every row of a list asks.
  let chosen: Value | null = null
  const changed = () => {
    chosen = null
    for (const listener of listeners) listener()
  }
  // Other tabs alone hear of it in this way. Without a key everything was taken away.
  addEventListener('storage', ({ key }) => { if (key === storedAs || key === null) changed() })
  return {
    get() {
      const stored = chosen === null ? localStorage.getItem(storedAs) : null
      chosen ??= values.find((value) => value === stored) ?? values[0]
      return chosen
    },
    set(value) {
      if (value === values[0]) localStorage.removeItem(storedAs)
      else localStorage.setItem(storedAs, value)
      changed()
    },
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The choice, and a way to change it everywhere at once. */
export function useStoredChoice<Value extends string>({ get, set, watch }: StoredChoice<Value>): [Value, (value: Value) => void] {
  return [useSyncExternalStore(watch, get), set]
}
