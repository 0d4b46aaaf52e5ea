/** How many steps an axis has at most. */
const STEPS = 4

/** Whole numbers for an axis that begins at 0, evenly spaced; the last is `most` or the next one above it. */
export function niceTicks(most: number): number[] {
  const least = Math.max(1, most / STEPS)
  const power = 10 ** Math.floor(Math.log10(least))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= least) ?? 10 * power
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, index) => index * step)
}
