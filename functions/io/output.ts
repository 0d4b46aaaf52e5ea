// Where a process of ours says its lines. process.stdout waits inside write(): a full pipe, or a disk busy with the database's own
// writes, would hold up every delivery.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import SonicBoom from 'sonic-boom'

/** Kept for a reader that does not read. What is said beyond is lost, and counted. */
const MOST_WAITING = 16 * 1024 * 1024
/** Before a process ends. Whoever stops processes waits ten seconds, or longer. */
const PATIENCE_MS = 2_000

export type Output = {
  /** Takes whole lines, and returns at once. */
  write(text: string): void
  /** Waits until all is written, before a process ends: not for long, since a reader that does not read holds up no end either. */
  flush(): Promise<void>
}

/** Opens the output of a file descriptor. `mostWaiting` in characters. */
export function openOutput(fd: number, now: () => Date, mostWaiting = MOST_WAITING, patienceMs = PATIENCE_MS): Output {
  const stream = new SonicBoom({ fd, sync: false, maxLength: mostWaiting })
  let lost = 0
  let isWriting = false
  stream.on('drain', () => { isWriting = false })
  stream.on('drop', (text: string) => { lost += text.split('\n').length - 1 })

  return {
    write(text) {
      isWriting = true
      if (lost === 0) return void stream.write(text)
      const before = lost
      lost = 0
      stream.write(JSON.stringify({ at: now(), level: 'warn', event: 'log.lost', lines: before }) + '\n' + text)
      // Still no room: then that line was lost as well, and is none of those that count.
      if (lost > 0) lost += before - 1
    },
    // Not flushSync(): what is being written at this moment would be cut off, in the middle of a line, and not be counted as lost.
    async flush() {
      if (!isWriting) return
      await Promise.race([once(stream, 'drain'), sleep(patienceMs)])
    },
  }
}
