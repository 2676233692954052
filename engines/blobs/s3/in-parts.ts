/**
 * Cuts a stream into parts of one length; the last has the rest. An empty stream gives none. Only two
 * buffers are used, in turn: a part must be done with when the next but one is asked for.
 */
export async function* inParts(chunks: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Buffer> {
  const buffers: [Buffer?, Buffer?] = []
  let turn = 0
  let filled = 0
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const buffer = buffers[turn] ?? Buffer.allocUnsafeSlow(partBytes)
      buffers[turn] = buffer
      const taken = chunk.subarray(from, from + partBytes - filled)
      buffer.set(taken, filled)
      from += taken.length
      filled += taken.length
      if (filled < partBytes) continue
      yield buffer
      turn = 1 - turn
      filled = 0
    }
  }
  const last = buffers[turn]
  if (last && filled > 0) yield last.subarray(0, filled)
}
