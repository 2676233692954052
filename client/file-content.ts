import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { StreamedContent } from './upload.ts'

/**
 * A file to `attach`, for Node only: it is read as a stream, twice. If it cannot be read, `attach` rejects
 * with the error of `node:fs`.
 *
 * @example
 * ```ts
 * const page = await sender.attach('client.md', 'text/markdown', fileContent('docs/client.md'))
 * console.log(page.name, page.size > 1000) // client.md true
 * ```
 */
export function fileContent(path: string): StreamedContent {
  return {
    stream: (start, signal) =>
      Readable.toWeb(
        createReadStream(path, { start, ...(signal ? { signal } : {}) })
      ) as ReadableStream<Uint8Array>
  }
}
