import { clsx, type ClassValue } from 'clsx'
import { twMerge } from 'tailwind-merge'

/** Joins class names; a later utility of the same kind wins. */
export function cx(...classes: ClassValue[]): string {
  return twMerge(clsx(classes))
}
