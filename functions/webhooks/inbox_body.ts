/** A body as text. `bytes`: how many arrived before reading stopped; `whole`: it ended by itself and was valid UTF-8. */
export type BoundedBody = { text: string; bytes: number; whole: boolean }

/** Reads at most `limit` bytes. Bytes that are no UTF-8 are replaced; a character cut at the limit is left out. */
export async function readBounded(stream: ReadableStream<Uint8Array> | null, limit: number): Promise<BoundedBody> {
  if (stream === null) return { text: '', bytes: 0, whole: true }
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const reader = stream.getReader()
  let text = ''
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      const room = limit - bytes
      bytes += Math.min(value.length, room)
      text += decoder.decode(value.subarray(0, room), { stream: true })
      if (value.length > room) return { text, bytes, whole: false }
    }
  } catch {
    // The sender left in the middle. What came is kept.
    return { text, bytes, whole: false }
  } finally {
    await reader.cancel().catch(() => {})
  }
  text += decoder.decode()
  return { text, bytes, whole: new TextEncoder().encode(text).length === bytes }
}
