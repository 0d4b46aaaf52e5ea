// Where a process of ours says its lines. process.stdout waits inside write(): a full pipe, or a disk busy with the database's own
// writes, would hold up every delivery.
import SonicBoom from 'sonic-boom'

/** Kept for a reader that does not read. What is said beyond is lost, and counted. */
const MOST_WAITING = 16 * 1024 * 1024

export type Output = {
  /** Takes whole lines, and returns at once. */
  write(text: string): void
  /** Writes what is waiting, before a process ends. */
  flush(): void
}

/** Opens the output of a file descriptor. `mostWaiting` in characters. */
export function openOutput(fd: number, now: () => Date, mostWaiting = MOST_WAITING): Output {
  const stream = new SonicBoom({ fd, sync: false, maxLength: mostWaiting })
  let lost = 0
  stream.on('drop', (text: string) => { lost += text.split('\n').length - 1 })

  return {
    write(text) {
      if (lost === 0) return void stream.write(text)
      const before = lost
      lost = 0
      stream.write(JSON.stringify({ at: now(), level: 'warn', event: 'log.lost', lines: before }) + '\n' + text)
      // Still no room: then that line was lost as well, and is none of those that count.
      if (lost > 0) lost += before - 1
    },
    flush() {
      stream.flushSync()
    },
  }
}
