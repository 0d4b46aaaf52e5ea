// A pid is given to another process sooner or later; a pid together with its start time is not.
// Plain JavaScript, because `npm run status` reads it without tsx.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'

/**
 * @typedef {{ pid: number, started: string }} ProcessIdentity
 */

/**
 * When a process was started, as an opaque text that differs for two processes with the same pid.
 * @param {number} pid
 * @returns {string | null} null when there is no such process, or only its zombie
 */
export function startOf(pid) {
  return process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid)
}

/** @param {number} pid */
function startFromProc(pid) {
  try {
    // The command name may hold spaces and brackets: fields are counted from its closing bracket.
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return fields[0] === 'Z' ? null : `${boot}/${fields[19]}`
  } catch {
    return null
  }
}

/** @param {number} pid */
function startFromPs(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' }, stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [state, ...start] = line.trim().split(/\s+/)
    return !state || state.startsWith('Z') ? null : start.join(' ')
  } catch {
    return null
  }
}

/**
 * The identity of a live process.
 * @param {number} pid
 * @returns {ProcessIdentity | null}
 */
export function identify(pid) {
  const started = startOf(pid)
  return started === null ? null : { pid, started }
}

/**
 * Whether that very process is still running.
 * @param {ProcessIdentity} identity
 */
export function isRunning(identity) {
  return startOf(identity.pid) === identity.started
}

/**
 * The command line of a process.
 * @param {number} pid
 * @returns {string | null}
 */
export function commandOf(pid) {
  try {
    if (process.platform === 'linux') return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return null
  }
}
