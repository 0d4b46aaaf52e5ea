/** Prints one line per step, with the seconds since the start. */
export type Progress = {
  /** A step is done. */
  done: (what: string) => void
  /** Worth knowing, but nothing to wait for. */
  note: (what: string) => void
}

export function startProgress(now: () => number = () => performance.now()): Progress {
  const began = now()
  const seconds = () => ((now() - began) / 1000).toFixed(1).padStart(5)
  return {
    done: (what) => console.log(`${seconds()} s  ${what}`),
    note: (what) => console.log(`         ${what}`),
  }
}
