/** A body as text. `bytes`: how many arrived before reading stopped; `whole`: it ended by itself and was valid UTF-8. */
export type BoundedBody = { text: string; bytes: number; whole: boolean }

/** Reads at most `limit` bytes. Bytes that are no UTF-8 are replaced; a character cut at the limit is left out. */
export async function readBounded(stream: ReadableStream<Uint8Array> | null, limit: number): Promise<BoundedBody> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let text = ''
  let bytes = 0
  for await (const chunk of chunksOf(stream)) {
    const room = limit - bytes
    bytes += Math.min(chunk.length, room)
    text += decoder.decode(chunk.subarray(0, room), { stream: true })
    if (chunk.length > room) return { text, bytes, whole: false }
  }
  text += decoder.decode()
  return { text, bytes, whole: new TextEncoder().encode(text).length === bytes }
}

/** Not `for await (… of stream)`: leaving it early must free the connection on every runtime. */
async function* chunksOf(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (stream === null) return
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
