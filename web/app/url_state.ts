// Filters live in the address, so that reload, Back and a shared link show the same screen.
import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'

/** How one value stands in the address. What cannot be read is the fallback, and leaves the address at the next change. */
export type Parameter<Value> = { read: (raw: string | null) => Value; write: (value: Value) => string | null }

export const text = (): Parameter<string> => ({ read: (raw) => raw ?? '', write: (value) => value || null })

export const flag = (): Parameter<boolean> => ({ read: (raw) => raw === '1', write: (value) => (value ? '1' : null) })

export function oneOf<const Value extends string>(values: readonly Value[], fallback: Value): Parameter<Value> {
  return { read: (raw) => values.find((value) => value === raw) ?? fallback, write: (value) => (value === fallback ? null : value) }
}

/** Several values, comma-separated. Without `values` any text is accepted. */
export function listOf<const Value extends string = string>(values?: readonly Value[]): Parameter<Value[]> {
  return {
    read: (raw) => (raw ?? '').split(',').filter((each): each is Value => each !== '' && (values === undefined || values.some((value) => value === each))),
    write: (chosen) => (chosen.length === 0 ? null : chosen.join(',')),
  }
}

type Parameters<Values> = { [Name in keyof Values]: Parameter<Values[Name]> }

/** The values in the address and a way to change some of them. Filters replace the entry in the history; opening things pushes one. */
export function useUrlState<Values extends Record<string, unknown>>(
  parameters: Parameters<Values>,
): [values: Values, change: (changes: Partial<Values>, options?: { push?: boolean }) => void] {
  const [search, setSearch] = useSearchParams()
  const values = useMemo(() => readAll(parameters, search), [parameters, search])
  const change = useCallback((changes: Partial<Values>, { push = false } = {}) => {
    setSearch((before) => {
      const next = { ...readAll(parameters, before), ...changes }
      const after = new URLSearchParams(before)
      for (const name of Object.keys(parameters) as (keyof Values & string)[]) {
        const written = parameters[name].write(next[name])
        if (written === null) after.delete(name)
        else after.set(name, written)
      }
      return after
    }, { replace: !push })
  }, [parameters, setSearch])
  return [values, change]
}

function readAll<Values extends Record<string, unknown>>(parameters: Parameters<Values>, search: URLSearchParams): Values {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, (parameter as Parameter<unknown>).read(search.get(name))])) as Values
}
