import type { SftpConnection } from './sftp-connection.ts'

/** An open file on the server. */
export interface Handle {
  readonly connection: SftpConnection
  readonly handle: Buffer
}

/** Codes of the answers that refuse a request. */
export const status = { endOfFile: 1, noSuchFile: 2, unsupported: 8 } as const

/** Bytes of a request. */
const blockBytes = 131_072
/** Requests on their way: one after the other, each block would wait for the network. */
const inFlight = 8

/** Whether the server refused a request, with this code if one is given. */
export function isStatus(error: unknown, code?: number): boolean {
  if (!(error instanceof Error)) return false
  const found = 'code' in error ? error.code : undefined
  // What the library knows to be unsupported it throws without asking the server.
  if (found === undefined && error.message.includes('does not support'))
    return code === undefined || code === status.unsupported
  return typeof found === 'number' && (code === undefined || found === code)
}

/** The first bytes of a file; undefined if it is shorter. */
export async function readUpTo(
  { connection, handle }: Handle,
  length: number,
  signal?: AbortSignal
): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafe(length)
  let next = 0
  let isShort = false
  const readBlocks = async (): Promise<void> => {
    while (next < length && !isShort) {
      const end = Math.min(next + blockBytes, length)
      let at = next
      next = end
      while (at < end) {
        signal?.throwIfAborted()
        const got = await readSome({ connection, handle }, bytes, at, end)
        if (got === 0) isShort = true
        if (isShort) return
        at += got
      }
    }
  }
  await Promise.all(Array.from({ length: inFlight }, readBlocks))
  return isShort ? undefined : bytes
}

async function readSome(
  { connection, handle }: Handle,
  bytes: Buffer,
  from: number,
  to: number
): Promise<number> {
  try {
    return await connection.ask<number>((sftp, done) => sftp.read(handle, bytes, from, to - from, from, done))
  } catch (error) {
    if (isStatus(error, status.endOfFile)) return 0
    throw error
  }
}

/** Writes a whole file, as durably as the server can. */
export async function writeAll(
  { connection, handle }: Handle,
  content: string | AsyncIterable<string>,
  signal?: AbortSignal
): Promise<void> {
  const writing: Promise<void>[] = []
  let at = 0
  try {
    for await (const block of blocksOf(content)) {
      signal?.throwIfAborted()
      const from = at
      at += block.length
      const written = connection.ask<void>((sftp, done) =>
        sftp.write(handle, block, 0, block.length, from, (error) => done(error, undefined))
      )
      written.catch(() => {}) // Awaited below.
      writing.push(written)
      if (writing.length >= inFlight) await writing.shift()
    }
  } finally {
    await Promise.allSettled(writing)
  }
  await Promise.all(writing)
  await connection
    .ask<void>((sftp, done) => sftp.ext_openssh_fsync(handle, (error) => done(error, undefined)))
    .catch((error: unknown) => {
      if (!isStatus(error, status.unsupported)) throw error
    })
}

async function* blocksOf(content: string | AsyncIterable<string>): AsyncGenerator<Buffer> {
  if (typeof content === 'string') {
    yield Buffer.from(content)
    return
  }
  let some: Buffer[] = []
  let length = 0
  for await (const text of content) {
    const bytes = Buffer.from(text)
    some.push(bytes)
    length += bytes.length
    if (length < blockBytes) continue
    yield Buffer.concat(some, length)
    some = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(some, length)
}
