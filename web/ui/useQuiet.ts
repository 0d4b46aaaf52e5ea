import { useEffect, useState } from 'react'

/** The value, once it has been the same for a moment: asking the server at every keystroke would be asking for nothing. */
export function useQuiet<Value>(value: Value, milliseconds: number): Value {
  const [quiet, setQuiet] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return quiet
}
