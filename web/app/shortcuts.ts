// Single-letter shortcuts. They can be turned off, since speech input "types" letters anywhere (WCAG 2.1.4).
import { useEffect, useLayoutEffect, useRef } from 'react'
import { storedChoice, useStoredChoice } from '../ui/stored_choice.ts'

const shortcuts = storedChoice('tablehook.shortcuts', ['on', 'off'])

/** Whether the shortcuts are on, and a way to turn them off. */
export function useShortcutsOn(): [boolean, (on: boolean) => void] {
  const [chosen, choose] = useStoredChoice(shortcuts)
  return [chosen === 'on', (on) => choose(on ? 'on' : 'off')]
}

/** Binds keys while the component is there: `{ c: create, '/': search }`. Not while typing, nor behind a modal dialog. */
export function useShortcuts(keys: Record<string, (event: KeyboardEvent) => void>): void {
  const latest = useRef(keys)
  // With the screen and not after it: a key pressed in between would act on the screen before.
  useLayoutEffect(() => { latest.current = keys })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (shortcuts.get() === 'off' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const handler = latest.current[event.key]
      if (handler === undefined || isBehindModal(event.target)) return
      event.preventDefault()
      handler(event)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && (target.isContentEditable || target.matches('input:not([type="checkbox"]), textarea, select') || target.closest('[role="listbox"], [role="combobox"]') !== null)
}

function isBehindModal(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"], [role="alertdialog"]') !== null
    || document.querySelector('#root[inert]') !== null // a press beside the dialog leaves the focus on the page itself
}
