import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import type { Uploader } from '#bus/attachments/admission.ts'
import type { Attachments } from '#bus/attachments/attachments.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Attachment } from '#protocol/events/attachments-of.ts'

/** Bytes with a name, as a kind hands them over. */
export interface FileToStore {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Uint8Array | Readable
}

/**
 * Stores an attachment of an agency. An upload announces digest and size, which are not known of a stream: it is
 * written to a temporary file first, up to the largest size that an attachment may have.
 */
export async function storeAttachment(
  attachments: Pick<Attachments, 'upload' | 'maxBytes'>,
  uploader: Uploader,
  { name, mediaType, bytes }: FileToStore,
  signal: AbortSignal
): Promise<Attachment> {
  const checkSize = (size: number): void => {
    const { maxBytes: limit } = attachments
    if (size > limit)
      throw new BusError('BUS_REQUEST_TOO_LARGE', 'attachment-too-large', { values: { limit } })
  }
  if (bytes instanceof Uint8Array) {
    checkSize(bytes.length)
    const sha256 = await digestOf(bytes)
    await attachments.upload(uploader, { sha256, size: bytes.length }, Readable.from(slicesOf(bytes)), signal)
    return { name, mediaType, size: bytes.length, sha256 }
  }
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-'))
  try {
    const file = join(folder, 'attachment')
    const hash = createHash('sha256')
    let size = 0
    const measure = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        hash.update(chunk)
        size += chunk.length
        checkSize(size)
        yield chunk
      }
    }
    await pipeline(bytes, measure, createWriteStream(file, { mode: 0o600 }), { signal })
    const sha256 = hash.digest('hex')
    await attachments.upload(uploader, { sha256, size }, createReadStream(file), signal)
    return { name, mediaType, size, sha256 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const sliceBytes = 1_048_576

function* slicesOf(bytes: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    yield Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(sliceBytes, bytes.length - at))
  }
}

/** Lets others work between slices: 50 MB at once would take 40 ms. */
async function digestOf(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256')
  for (const slice of slicesOf(bytes)) {
    hash.update(slice)
    await setImmediate()
  }
  return hash.digest('hex')
}
