/**
 * Joins class names. Nothing is merged: of two utilities of one kind the style sheet's order decides, so a component leaves to its
 * caller what the caller says, and what overrides all the same ends in `!`.
 */
export { clsx as cx } from 'clsx'
