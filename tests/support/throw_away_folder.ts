import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import type { Socket } from 'node:net'
import os from 'node:os'
import path from 'node:path'

/** A new folder outside the project. Postgres may run as another user, who must be able to enter it. */
export function throwAwayFolder(purpose: string): string {
  const folder = path.join(os.tmpdir(), `tablehook-${purpose}-${process.pid}-${randomUUID().slice(0, 8)}`)
  fs.mkdirSync(folder, { mode: 0o755 })
  janitor().write(`${folder}\n`)
  return folder
}

let told: Socket | undefined

/** Started with the first folder. It outlives this process, and clears up when that ended before it could. */
function janitor(): Socket {
  if (told) return told
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'janitor.mjs')], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  told = child.stdin as Socket
  child.unref()
  told.unref()
  return told
}

/** Deletes a throw-away folder and all that is in it. */
export function deleteFolder(folder: string): void {
  // Postgres may still be deleting its own files: rm repeats, where fs.rm would fail on a file that is gone.
  execFileSync('rm', ['-rf', folder])
}
