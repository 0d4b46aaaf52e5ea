import { storedChoice, useStoredChoice } from '../ui/stored_choice.ts'

export type Theme = 'system' | 'light' | 'dark'
const theme = storedChoice<Theme>('tablehook.theme', ['system', 'light', 'dark']) // public/theme.js reads it before the first paint
const system = () => matchMedia('(prefers-color-scheme: dark)')

function apply() {
  const chosen = theme.get()
  const dark = chosen === 'dark' || (chosen === 'system' && system().matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
}

/** Follows the system from now on, unless the person has chosen, in this tab or another. */
export function watchTheme(): void {
  system().addEventListener('change', apply)
  theme.watch(apply)
}

export const useTheme = () => useStoredChoice(theme)
