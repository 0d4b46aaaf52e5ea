// One timer for every relative time on the page, and the one choice of how times are written.
import { useSyncExternalStore } from 'react'
import { storedChoice, useStoredChoice } from './stored_choice.ts'
import type { TimeStyle, Zone } from './time_format.ts'

const EVERY = 30_000
/** Whoever begins to look sees no older time than this. */
const FRESH = 1_000

let now = new Date()
let timer: ReturnType<typeof setInterval> | null = null
const listeners = new Set<() => void>()
const tell = () => { for (const listener of listeners) listener() }
const tick = () => { now = new Date(); tell() }
const style = storedChoice<TimeStyle>('tablehook.times', ['relative', 'local', 'utc'])
style.watch(tell)

function subscribe(listener: () => void) {
  listeners.add(listener)
  timer ??= setInterval(tick, EVERY)
  // A row that has just come in would else be of the future: "in 20 sec".
  if (Date.now() - now.getTime() > FRESH) tick()
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer)
      timer = null
    }
  }
}

/** The time, at most 30 seconds old. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => now)
}

/** What follows from the time and from how times are written. Drawn again only when that changes, which most texts do not as often as the time. */
export function useTimely<Value extends string | boolean>(read: (now: Date, style: TimeStyle) => Value): Value {
  return useSyncExternalStore(subscribe, () => read(now, style.get()))
}

/** The zone of every exact time on the page: times beside each other must not be of two zones. */
export function useZone(): Zone {
  return useTimely((_, written) => (written === 'utc' ? 'utc' : 'local'))
}

/** How times are written, and a way to change it everywhere at once. */
export const useTimeStyle = () => useStoredChoice(style)
