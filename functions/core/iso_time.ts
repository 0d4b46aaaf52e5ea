let lastTime = NaN
let lastText = ''

/** Date.toISOString(), which is asked for many times within each millisecond and costs as much as a hash. */
export function isoTime(at: Date): string {
  const time = at.getTime()
  if (time !== lastTime) {
    lastText = at.toISOString()
    lastTime = time
  }
  return lastText
}
