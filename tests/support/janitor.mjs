// Outlives a test process that is killed or stopped with Ctrl-C, and clears up what it left: its Postgres and its throw-away folders.
// Reads one folder per line; begins when its stdin closes.
import fs from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandOf, isRunning } from '../../local/process_identity.mjs'

const PATIENCE_MS = 20_000

/** @type {string[]} */
const folders = []
for await (const folder of createInterface({ input: process.stdin })) folders.push(folder)
await Promise.all(folders.filter((folder) => fs.existsSync(folder)).map(clear))

/** @param {string} folder */
async function clear(folder) {
  // A whole system has noticed too, and stops by itself.
  await until(() => !isOwned(folder))
  const postmaster = postmasterOf(folder)
  if (postmaster !== null) process.kill(postmaster, 'SIGINT')
  await until(() => postmasterOf(folder) === null)
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** @param {string} folder */
function isOwned(folder) {
  try {
    return isRunning(JSON.parse(fs.readFileSync(path.join(folder, 'running.json'), 'utf8')))
  } catch {
    return false
  }
}

/** @param {string} folder @returns {number | null} */
function postmasterOf(folder) {
  try {
    const pid = Number(fs.readFileSync(path.join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
    return commandOf(pid)?.includes(folder) ? pid : null
  } catch {
    return null
  }
}

/** @param {() => boolean} isSo */
async function until(isSo) {
  const deadline = Date.now() + PATIENCE_MS
  while (!isSo() && Date.now() < deadline) await sleep(100)
}
