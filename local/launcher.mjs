// Started through npm, we are npm's grandchild at most: if npm is killed, nobody else tells us.
import fs from 'node:fs'
import { execFileSync } from 'node:child_process'
import { commandOf, identify, isRunning } from './process_identity.mjs'

/**
 * The npm process that started us, or null when npm did not.
 * @returns {import('./process_identity.mjs').ProcessIdentity | null}
 */
export function findLauncher() {
  if (!process.env.npm_lifecycle_event) return null
  // Directly above us, or above the shell that npm starts us with.
  for (let pid = process.ppid, steps = 0; pid > 1 && steps < 3; pid = parentOf(pid), steps++) {
    if (/\bnpm\b/.test(commandOf(pid) ?? '')) return identify(pid)
  }
  return null
}

/**
 * Calls `leave` once the launcher is gone.
 * @param {import('./process_identity.mjs').ProcessIdentity} launcher
 * @param {() => void} leave
 */
export function followLauncher(launcher, leave) {
  const timer = setInterval(() => {
    if (isRunning(launcher)) return
    clearInterval(timer)
    leave()
  }, 1000)
  timer.unref()
}

/** @param {number} pid */
function parentOf(pid) {
  try {
    if (process.platform === 'linux') return Number(fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[1])
    return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }))
  } catch {
    return 0
  }
}
