import { useCallback, useState, type ReactNode } from 'react'

/** A sentence for a live region, and a way to say the next. The same one twice is a new element: else nothing would change, and nothing be said. */
export function useAnnouncement(): [ReactNode, (sentence: string) => void] {
  const [{ sentence, said }, set] = useState({ sentence: '', said: 0 })
  const say = useCallback((next: string) => set((before) => ({ sentence: next, said: before.said + 1 })), [])
  return [<span key={said}>{sentence}</span>, say]
}
