import { spawnSync } from 'node:child_process'
import path from 'node:path'
import type { SystemStatus } from './state.ts'

/** The running system of this data folder, or null when none runs. */
export function runningStatus(): SystemStatus | null {
  const asked = spawnSync(process.execPath, [path.join(import.meta.dirname, 'status.mjs'), '--json'], { encoding: 'utf8' })
  return asked.status === 0 ? JSON.parse(asked.stdout) as SystemStatus : null
}
