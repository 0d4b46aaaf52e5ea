import fs from 'node:fs'
import path from 'node:path'
import type { Child } from './child.ts'
import type { Stoppable } from './running.ts'
import { projectRoot } from './settings.ts'

const QUIET_MS = 200

/** Restarts the children when a file in functions/ changes, once the changes have paused. */
export function restartOnChange(children: Child[], note: (what: string) => void): Stoppable {
  let timer: NodeJS.Timeout | undefined
  const restart = () => {
    note('functions/ changed: restarting the functions and the dispatcher')
    for (const child of children) void child.restart()
  }
  const watcher = fs.watch(path.join(projectRoot, 'functions'), { recursive: true }, (_, file) => {
    if (!file?.endsWith('.ts')) return
    clearTimeout(timer)
    timer = setTimeout(restart, QUIET_MS)
  })
  watcher.on('error', () => watcher.close()) // for example no inotify watches left: edits then show at the next start
  return {
    async stop() {
      clearTimeout(timer)
      watcher.close()
    },
  }
}
