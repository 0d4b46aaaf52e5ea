import { catalog } from './catalog.ts'

/** A sentence for each code that the server refuses with. A code without one keeps the server's own message. */
export const refusals = {
  'refusal.offline': 'No connection. Nothing changed.',
  'refusal.connection_lost': 'The connection was lost.',
  'refusal.unanswered': 'The server’s answer didn’t arrive: this may have happened all the same. Look before you try again.',
  'refusal.unanswered_about': '{name}: the server’s answer didn’t arrive, so this may have happened all the same. Look before you try again.',
  'refusal.signed_out': 'You were signed out. Sign in again.',
  'refusal.forbidden': 'You don’t have permission to change it.',
  'refusal.not_found': 'It doesn’t exist any more.',
  'refusal.changed_meanwhile': 'Someone changed it meanwhile.',
  'refusal.internal': 'The server had a problem. Try again.',
  'refusal.unavailable': 'The server is not available. Try again in a minute.',
  'refusal.too_late': 'The server didn’t answer in time. Try again.',
  'refusal.unexpected': 'The server answered something this page doesn’t understand. Reload it.',
} as const

export const t = catalog(refusals)
