const second = 1_000, minute = 60 * second, hour = 60 * minute

/**
 * How long to wait before each retry, in milliseconds, by the name a webhook chooses. The first attempt
 * is immediate; when the list runs out the delivery has failed. `standard` gives up after about three days.
 */
export const RETRY_POLICIES = {
  standard: [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour],
  three: [30 * second, 5 * minute, 30 * minute],
  none: [],
} as const satisfies Record<string, readonly number[]>

export type RetryPolicy = keyof typeof RETRY_POLICIES
export const RETRY_POLICY_NAMES = Object.keys(RETRY_POLICIES) as [RetryPolicy, ...RetryPolicy[]]

/**
 * Milliseconds to wait after failed attempt `attempt` (1-based), or null when no retry is left.
 * `random` gives a number from 0 up to 1.
 */
export function retryDelay(policy: RetryPolicy, attempt: number, random: () => number): number | null {
  const delays: readonly number[] = RETRY_POLICIES[policy]
  const delay = delays[attempt - 1]
  return delay === undefined ? null : jitter(delay, random)
}

/** Spreads retries by ±10 %, so that one outage does not come back as one wave. */
function jitter(delay: number, random: () => number): number {
  return Math.round(delay * (0.9 + 0.2 * random()))
}
