import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { setVisitor, signOut, supabase } from '../data/supabase.ts'
import { forgetDrafts, waitFor, welcome } from './drafts.ts'
import { firstUser, userOf, type User } from './read_ahead.ts'

export type Session = { email: string; userId: string; signOut: () => Promise<void> }
type SessionState = { state: 'checking' } | { state: 'signed_out' } | ({ state: 'signed_in' } & Session)

const Context = createContext<SessionState>({ state: 'checking' })

/** Knows who is signed in. What was read for them is kept below the door, and goes with them. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [user, setUser] = useState<User | null | undefined>(firstUser)
  const isLeaving = useRef(false)

  useEffect(() => {
    let last = firstUser()?.id
    const { data } = supabase().auth.onAuthStateChange((_event, session) => {
      // Here and not in an effect: what is rendered next asks at once.
      setVisitor(session?.user.id ?? null)
      const next = session === null ? null : userOf(session)
      if (next !== null) welcome(next.id)
      else if (last !== undefined && !isLeaving.current) waitFor(last)
      last = next?.id
      setUser((before) => (before?.id === next?.id && before !== undefined ? before : next))
    })
    return () => data.subscription.unsubscribe()
  }, [])

  const value = useMemo<SessionState>(() => {
    if (user === undefined) return { state: 'checking' }
    if (user === null) return { state: 'signed_out' }
    return {
      state: 'signed_in', email: user.email, userId: user.id,
      signOut: async () => {
        isLeaving.current = true
        await signOut()
        isLeaving.current = false
        forgetDrafts()
        setVisitor(null)
        setUser(null)
      },
    }
  }, [user])
  return <Context value={value}>{children}</Context>
}

export function useSessionState(): SessionState {
  return useContext(Context)
}

/** Who is signed in. Only below the door. */
export function useSession(): Session {
  const session = useContext(Context)
  if (session.state !== 'signed_in') throw new Error('useSession() outside of a session')
  return session
}
