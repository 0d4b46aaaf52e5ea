import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'
const STORED_AS = 'tablehook.theme' // public/theme.js reads it before the first paint
const system = () => matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

function stored(): Theme {
  const choice = localStorage.getItem(STORED_AS)
  return choice === 'light' || choice === 'dark' ? choice : 'system'
}

function apply() {
  const theme = stored()
  const dark = theme === 'dark' || (theme === 'system' && system().matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  for (const listener of listeners) listener()
}

/** Follows the system from now on, unless the person has chosen. */
export function watchTheme(): void {
  system().addEventListener('change', apply)
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, stored)
  return [theme, (next) => {
    if (next === 'system') localStorage.removeItem(STORED_AS)
    else localStorage.setItem(STORED_AS, next)
    apply()
  }]
}
