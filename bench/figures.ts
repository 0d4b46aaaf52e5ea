/** One measured claim: a value, what it is compared with in the same run, and their ratio. */
export type Figure = {
  section: string
  name: string
  value: number | null
  unit: string
  beside?: { name: string, value: number }
  ratio?: number
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** Interpolates between neighbours. `share` from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('There is no percentile of nothing.')
  const sorted = [...values].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)]!
  const above = sorted[Math.ceil(place)]!
  return below + (above - below) * (place - Math.floor(place))
}

/** The median of the ratios of each round: a slow moment of the machine then falls on both sides. */
export function ratioOf(values: readonly number[], beside: readonly number[]): number {
  return median(values.map((value, round) => value / beside[round]!))
}
