import { useEffect, useRef, type ReactNode } from 'react'
import type { Delivery } from '../data/deliveries.ts'
import { useAnnouncement } from '../ui/useAnnouncement.tsx'
import { t } from '../words/deliveries.ts'

const SPEAK_EVERY_MS = 10_000

/**
 * For the live region: "12 new deliveries, 1 failed", at most every 10 seconds. What is there at the start is no news.
 * @param rows newest first
 * @param question what is being listed: a new question starts anew
 */
export function useNewsOf(rows: readonly Delivery[], question: unknown): ReactNode {
  const [news, say] = useAnnouncement()
  const mark = useRef<{ question: unknown; newest: string } | null>(null)
  const unsaid = useRef<Delivery[]>([])
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const lastSaid = useRef(0)

  useEffect(() => {
    const newest = rows[0]?.created_at
    if (newest === undefined) return
    if (mark.current === null || mark.current.question !== question) {
      mark.current = { question, newest }
      return
    }
    const { newest: before } = mark.current
    const added = rows.filter(({ created_at }) => created_at > before)
    if (added.length === 0) return
    mark.current = { question, newest }
    unsaid.current.push(...added)
    timer.current ??= setTimeout(() => {
      timer.current = null
      lastSaid.current = Date.now()
      say(sentence(unsaid.current))
      unsaid.current = []
    }, Math.max(0, lastSaid.current + SPEAK_EVERY_MS - Date.now()))
  }, [rows, question, say])
  useEffect(() => () => { if (timer.current !== null) clearTimeout(timer.current) }, [])
  return news
}

function sentence(added: readonly Delivery[]): string {
  const failed = added.filter(({ state, attempt_count }) => state === 'failed' || (state === 'pending' && attempt_count > 0)).length
  const all = t('deliveries.new', { n: added.length })
  return failed === 0 ? all : t('deliveries.new_failed', { new: all, n: failed })
}
