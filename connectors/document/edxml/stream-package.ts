import type { Readable } from 'node:stream'

/** The text of a package. One chunk of one attachment is in memory at a time. */
export async function* streamPackage<File extends object>(
  chunks: Iterable<string | File>,
  open: (file: File) => Promise<Readable>
): AsyncGenerator<string> {
  for (const chunk of chunks) {
    if (typeof chunk === 'string') yield chunk
    else yield* base64Of(await open(chunk))
  }
}

/** Three bytes are four characters: the bytes left over are added to the next chunk. */
async function* base64Of(bytes: Readable): AsyncGenerator<string> {
  let left: Buffer = Buffer.alloc(0)
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    const all = left.length === 0 ? chunk : Buffer.concat([left, chunk])
    const end = all.length - (all.length % 3)
    yield all.toString('base64', 0, end)
    left = all.subarray(end)
  }
  yield left.toString('base64')
}
