// CPU time from /proc, where there is one.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'

type Usage = { parent: number, own: number, reaped: number }

let ticksPerSecond: number | undefined

/**
 * CPU milliseconds that a process and its children have used so far, those that have ended included.
 * Null where there is no /proc.
 */
export function cpuOf(pid: number): number | null {
  const root = usageOf(pid)
  if (root === null) return null
  let ticks = root.own + root.reaped
  for (const name of fs.readdirSync('/proc')) {
    const usage = /^\d+$/.test(name) ? usageOf(Number(name)) : null
    if (usage?.parent === pid) ticks += usage.own
  }
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return ticks * 1_000 / ticksPerSecond
}

/** Resident memory in MiB, or null. */
export function residentOf(pid: number): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib === undefined ? null : Number(kib) / 1024
  } catch {
    return null
  }
}

function usageOf(pid: number): Usage | null {
  try {
    // The name stands in brackets and may hold blanks; what follows it is regular.
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').map(Number)
    return { parent: fields[1]!, own: fields[11]! + fields[12]!, reaped: fields[13]! + fields[14]! }
  } catch {
    return null // ended meanwhile, or no /proc
  }
}
